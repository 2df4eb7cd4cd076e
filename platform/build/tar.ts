/** One entry of a layer. Paths are relative, with `/`, without a leading or trailing one. */
export type TarEntry =
  | { readonly kind: 'file'; readonly path: string; readonly content: Uint8Array; readonly executable?: boolean }
  | { readonly kind: 'directory'; readonly path: string };

const blockSize = 512;

/**
 * An uncompressed tar (POSIX ustar) that depends on nothing but the entries: sorted by path, owner root, time 0, modes
 * 0644 or 0755. Missing parent directories are added. Equal entries give equal bytes.
 *
 * @throws Error where a path is too long for ustar (100 bytes, or 255 with a `/` to split at).
 */
export function tar(entries: readonly TarEntry[]): Buffer {
  const all = new Map<string, TarEntry>();
  for (const entry of entries) {
    for (const path of parentsOf(entry.path)) if (!all.has(path)) all.set(path, { kind: 'directory', path });
    all.set(entry.path, entry);
  }
  // By code unit and not by locale: the order is part of the digest.
  const sorted = [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return Buffer.concat([...sorted.flatMap(blocksOf), Buffer.alloc(2 * blockSize)]);
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function blocksOf(entry: TarEntry): readonly Uint8Array[] {
  if (entry.kind === 'directory') return [header(`${entry.path}/`, 0o755, 0, '5')];
  const { path, content, executable = false } = entry;
  const padding = Buffer.alloc((blockSize - (content.length % blockSize)) % blockSize);
  return [header(path, executable ? 0o755 : 0o644, content.length, '0'), content, padding];
}

/** Field offsets: POSIX.1-2017, pax, "ustar Interchange Format". */
function header(path: string, mode: number, size: number, type: '0' | '5'): Buffer {
  const block = Buffer.alloc(blockSize);
  const { name, prefix } = splitPath(path);
  block.write(name, 0, 100);
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write('ustar\0', 257);
  block.write('00', 263);
  block.write('root', 265);
  block.write('root', 297);
  block.write(prefix, 345, 155);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');

function splitPath(path: string): { name: string; prefix: string } {
  if (Buffer.byteLength(path) <= 100) return { name: path, prefix: '' };
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const name = path.slice(at + 1);
    const prefix = path.slice(0, at);
    if (name !== '' && Buffer.byteLength(name) <= 100 && Buffer.byteLength(prefix) <= 155) return { name, prefix };
  }
  throw new Error(`path too long for a layer (ustar): ${path}`);
}
