import { stat } from 'node:fs/promises';
import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { writeDurably } from '../../lib/durable-file.ts';
import { InputError } from '../../lib/errors.ts';

/**
 * Returns the text of an environment file with `ssh.hostKey` of one host set. Everything else stays byte for byte: the
 * library only finds the position, because printing the whole document again would change its layout.
 */
export function withHostKey(text: string, hostName: string, hostKey: string): string {
  const ssh = sshOf(text, hostName);
  const before = ssh?.get('hostKey', true);
  if (isScalar(before) && before.range) return splice(text, before.range[0], before.range[1], hostKey);
  const address = ssh?.get('address', true);
  if (!ssh || !isScalar(address) || !address.range) {
    throw new InputError('HOST_HAS_NO_SSH', `cannot find the ssh section of ${hostName} in the environment file`, {
      hint: `write it by hand: hostKey: ${hostKey}`,
    });
  }
  const [, end] = address.range;
  if (ssh.flow) return splice(text, end, end, `, hostKey: ${hostKey}`);
  const lineEnd = text.indexOf('\n', end) === -1 ? text.length : text.indexOf('\n', end);
  const indent = ' '.repeat(columnOf(text, ssh.items[0]?.key));
  return splice(text, lineEnd, lineEnd, `\n${indent}hostKey: ${hostKey}`);
}

function sshOf(text: string, hostName: string): YAMLMap | undefined {
  const hosts = parseDocument(text).get('hosts');
  const host = isSeq(hosts) ? hosts.items.find((item) => isMap(item) && item.get('name') === hostName) : undefined;
  const ssh = isMap(host) ? host.get('ssh') : undefined;
  return isMap(ssh) ? ssh : undefined;
}

function columnOf(text: string, key: unknown): number {
  const start = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
  return start - (text.lastIndexOf('\n', start - 1) + 1);
}

const splice = (text: string, from: number, to: number, part: string): string =>
  text.slice(0, from) + part + text.slice(to);

/** Replaces a file in one rename, so that nobody ever reads half of it. Keeps its permissions. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const { mode } = await stat(file);
  await writeDurably(file, text, mode);
}
