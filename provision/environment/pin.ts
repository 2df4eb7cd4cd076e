import { open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMap, isSeq, parseDocument } from 'yaml';
import { InputError } from '../errors.ts';

/** The text of an environment file with `ssh.hostKey` of one host set; comments, order and quoting stay. */
export function withHostKey(text: string, hostName: string, hostKey: string): string {
  const document = parseDocument(text);
  const hosts = document.get('hosts');
  const host = isSeq(hosts) ? hosts.items.find((item) => isMap(item) && item.get('name') === hostName) : undefined;
  const ssh = isMap(host) ? host.get('ssh') : undefined;
  if (!isMap(ssh)) throw new InputError('HOST_HAS_NO_SSH', `the environment has no ssh section for ${hostName}`);
  ssh.set('hostKey', hostKey);
  // Without a width, the library would fold long lines: a key is one line, as are the comments of the file.
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** Replaces a file in one move, so that nobody ever reads half of it; keeps its permissions. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const { mode } = await stat(file);
  const temporary = `${file}.${process.pid}.new`;
  const handle = await open(temporary, 'wx', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  const folder = await open(dirname(file));
  await folder.sync().finally(() => folder.close());
}
