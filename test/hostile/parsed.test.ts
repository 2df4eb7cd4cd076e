import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { errorLines, InputError, OperationError } from '../../lib/errors.ts';
import { readManifest } from '../../platform/build/manifest-file.ts';
import { parseResult } from '../../platform/contract/job.ts';
import { parseEnvironment } from '../../provision/environment/parse.ts';
import { decodeResource } from '../../provision/terraform/codec.ts';
import { failureOf, Refusal } from '../../provision/terraform/diagnostics.ts';
import { unprintable } from '../support/hostile-runs.ts';
import { anyJson, edited, expectPrintable, nasty, runs, text } from './texts.ts';

// Pure work, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const honestEnvironment = JSON.stringify({
  name: 'local',
  hosts: [{ name: 'forge', roles: ['broker', 'worker'], debian: 13, lab: { memory: '2 GB' } }],
  workers: [{ name: 'image-resizer', slots: 8, memory: '512 MB', drain: '60 seconds' }],
});

describe('an environment file', () => {
  it('is an environment or an InputError, and what is said of it is printable', () => {
    const bomb = fc.constant(
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((name, index) => `${name}: &${name} [${`*${'abcdefghi'[index]},`.repeat(9)}]`).join('\n')}`,
    );
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          edited(honestEnvironment),
          bomb,
          anyJson.map((value) => JSON.stringify(value)),
        ),
        (file) => {
          try {
            parseEnvironment(file, 'environments/x.yaml');
          } catch (error) {
            expect(error).toBeInstanceOf(InputError);
            expectPrintable(errorLines(error));
          }
        },
      ),
      runs,
    );
  });
});

describe('what a worker writes', () => {
  it('is a result record or none', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          anyJson.map((value) => JSON.stringify(value)),
        ),
        (line) => {
          const record = parseResult(line);
          if (record !== null) expect(['done', 'dead']).toContain(record.state);
        },
      ),
      runs,
    );
  });

  it('is a manifest of a release, or an error that is printable', () => {
    fc.assert(
      fc.property(text, (file) => {
        try {
          readManifest(file);
        } catch (error) {
          expect(error).toBeInstanceOf(OperationError);
          expectPrintable(errorLines(error));
        }
      }),
      runs,
    );
  });
});

describe('what Terraform is told', () => {
  it('of a state that is none is a refusal in printable words', () => {
    fc.assert(
      fc.property(anyJson, nasty, (value, reason) => {
        const problem = (error: unknown) =>
          JSON.stringify([failureOf(error, 'forge').summary, failureOf(error, 'forge').detail]);
        try {
          decodeResource({ msgpack: encode(value) });
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
          expect(problem(error)).not.toMatch(unprintable);
        }
        expect(failureOf(new Error(reason), 'forge').summary).not.toMatch(unprintable);
      }),
      runs,
    );
  });
});
