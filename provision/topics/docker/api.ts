import { type Command, raw, sh } from '../../../lib/shell.ts';
import { curlHere } from '../../engine/curl.ts';
import { ifInstalled } from '../../engine/kind.ts';

/**
 * Asks Docker's own HTTP API. That takes a few milliseconds; the `docker` program takes a hundred.
 *
 * Prints nothing if Docker does not run. Its socket would start it, and a question must not change a host.
 */
export function askDocker(path: string): Command {
  return ifInstalled(
    'curl',
    sh`systemctl is-active --quiet docker.service || exit 0
${raw(curlHere)} --show-error --fail --max-time 10 --unix-socket /run/docker.sock ${`http://localhost/${path}`}`,
  );
}
