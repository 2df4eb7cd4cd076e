import { run } from '../../platform/runtime/run.ts';
import { defineWorker } from '../../platform/runtime/worker.ts';
import { type ResizeOutput, resizeInput } from './input.ts';
import { resize } from './resize.ts';

/** Resizes a photo. Photo and result are files in the claim-check store; the message carries only their names. */
run(
  defineWorker({
    input: resizeInput,
    async handle(input, { files }): Promise<ResizeOutput> {
      const { content, about } = await resize(await files.read(input.file), input);
      return { file: await files.put(content), ...about };
    },
  }),
);
