import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

/** One entry of a layer. Paths are relative, with `/` between parts and none at the start or end. */
export type TarEntry =
  | { readonly kind: 'file'; readonly path: string; readonly content: Uint8Array; readonly executable?: boolean }
  | { readonly kind: 'directory'; readonly path: string };

/** Owner and time of every entry. What differs between machines must not affect the digest. */
const fixed = { uid: 0, gid: 0, uname: 'root', gname: 'root', mtime: new Date(0) } as const;

/**
 * Returns an uncompressed tar (POSIX ustar, with pax for long paths) that depends on the entries only: sorted by path,
 * owner root, time 0, modes 0644 or 0755. Missing parent directories are added. Equal entries give equal bytes.
 */
export async function tar(entries: readonly TarEntry[]): Promise<Buffer> {
  const all = new Map<string, TarEntry>();
  for (const entry of entries) {
    for (const path of parentsOf(entry.path)) if (!all.has(path)) all.set(path, { kind: 'directory', path });
    all.set(entry.path, entry);
  }
  const archive = pack();
  // Sorted by code unit and not by locale, because the order is part of the digest.
  for (const entry of [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (entry.kind === 'directory') archive.entry({ ...fixed, name: `${entry.path}/`, type: 'directory', mode: 0o755 });
    else
      archive.entry(
        { ...fixed, name: entry.path, type: 'file', mode: entry.executable ? 0o755 : 0o644 },
        Buffer.from(entry.content),
      );
  }
  archive.finalize();
  return buffer(archive);
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
