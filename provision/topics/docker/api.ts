import { type Command, raw } from '../../../lib/shell.ts';
import { curlHere } from '../../engine/curl.ts';
import { ifInstalled } from '../../engine/kind.ts';

/**
 * Asks Docker's own HTTP API about the daemon and its images, each in a line of JSON. That takes a few milliseconds; the
 * `docker` program takes a hundred. It is one question, so a host gets it once for all topics.
 *
 * Prints nothing if Docker does not run. Its socket would start it, and a question must not change a host.
 */
export const dockerQuestion: Command = ifInstalled(
  'curl',
  raw(`systemctl is-active --quiet docker.service || exit 0
${curlHere} --show-error --fail --fail-early --max-time 10 --unix-socket /run/docker.sock --write-out '\\n' http://localhost/info http://localhost/images/json`),
);

/** Returns the JSON of both answers. Both are null if Docker does not run. */
export function dockerAnswers(output: string): { readonly info: unknown; readonly images: unknown } {
  const [info = 'null', images = 'null'] = output.split('\n').filter((line) => line !== '');
  return { info: JSON.parse(info), images: JSON.parse(images) };
}
