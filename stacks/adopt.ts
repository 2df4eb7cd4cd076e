import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { TerraformStack } from 'cdktf';
import * as z from 'zod';
import { providerSource } from '../provision/terraform/install.ts';
import { type StateEntry, TopicResource } from './resources.ts';
import { stateFile } from './state.ts';

/** The parts of Terraform's state (format 4) that are read here. The rest is kept as it is. */
const stateFormat = z.looseObject({
  version: z.literal(4),
  serial: z.int(),
  resources: z.array(z.looseObject({ type: z.string(), name: z.string() })),
});
type State = z.output<typeof stateFormat>;

/**
 * Adds to a stack's state the topics that it lacks, before Terraform reads it. A missing topic is not new: its host
 * exists, and what the host has may come from `jernverk apply`, from another clone or from a lost state. For an entry
 * of the state Terraform asks the host, so the plan shows what differs there. Without an entry it can only say "create"
 * and print every setting.
 *
 * `folder` is where Terraform runs. A state that another run of Terraform holds is left alone, and so is one of another
 * format.
 */
export async function adoptTopics(stack: TerraformStack, folder: string): Promise<void> {
  const file = join(folder, stateFile(stack.node.id));
  const entries = stack.node.findAll().flatMap((part) => (part instanceof TopicResource ? [part.stateEntry()] : []));
  if (entries.length === 0 || existsSync(join(dirname(file), `.${basename(file)}.lock.info`))) return;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return emptyState();
    throw error;
  });
  const completed = withEntries(text, entries);
  if (completed === null) return;
  await writeFile(`${file}.new`, completed);
  await rename(`${file}.new`, file);
}

/** Returns the state with all these entries. Null if it has them already, or if its format is not known here. */
function withEntries(text: string, entries: readonly StateEntry[]): string | null {
  const state = parseState(text);
  const missing = entries.filter(
    ({ type, name }) => !state?.resources.some((known) => known.type === type && known.name === name),
  );
  if (state === null || missing.length === 0) return null;
  const added = missing.map(({ type, name, attributes, dependencies }) => ({
    mode: 'managed',
    type,
    name,
    provider: `provider["${providerSource}"]`,
    instances: [{ schema_version: 0, attributes, dependencies }],
  }));
  const completed = { ...state, serial: state.serial + 1, resources: [...state.resources, ...added] };
  return `${JSON.stringify(completed, null, 2)}\n`;
}

function parseState(text: string): State | null {
  try {
    return stateFormat.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The version is the oldest Terraform that can run this, because a Terraform refuses the state of a newer one. */
const emptyState = (): string =>
  JSON.stringify({
    version: 4,
    terraform_version: '1.0.0',
    serial: 0,
    lineage: randomUUID(),
    outputs: {},
    resources: [],
  });
