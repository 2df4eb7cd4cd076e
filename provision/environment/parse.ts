import { parseYaml } from '../../lib/yaml/parse.ts';
import { rules } from './rules.ts';
import { type Environment, environmentSchema } from './schema.ts';

/** Keys of earlier versions, and how they are written now. */
const moved: ReadonlyMap<string, string> = new Map([
  ['audit.egress', 'this key has moved: write "egress:" at the top level, beside "audit:"'],
  [
    'broker.deliveryLimit',
    'this key has moved: write "retries:" in workers/<worker>/worker.yaml, the attempts after the first (4 if it is left out)',
  ],
]);

/**
 * Reads the text of an environment file into a checked, frozen value. `file` is for messages only.
 *
 * Throws InputError ENVIRONMENT_SYNTAX, or ENVIRONMENT_INVALID with every problem, one per line:
 * `environments/local.yaml:8:11 hosts[0].ssh.port: expected …, got …`
 */
export const parseEnvironment = (text: string, file: string): Environment =>
  parseYaml(text, { file, what: 'environment', code: 'ENVIRONMENT', schema: environmentSchema, moved, rules });
