/** One file as tar printed it, with its path, permissions and owner. */
export interface ArchivedFile {
  readonly path: string;
  /** Octal permissions with a leading zero, as `chmod` takes them: "0644". */
  readonly mode: string;
  /** "root:root". A number if the host has no such account. */
  readonly owner: string;
  /** Null if it is no regular file but a link, a folder, a pipe or a device. */
  readonly content: Buffer | null;
}

const blockSize = 512;

/**
 * Returns the files of a ustar archive (POSIX.1-1988): a header block per file, then its content in whole blocks, then
 * two blocks of zeros. Throws Error if it is cut off or if anything follows the end.
 *
 * tar-stream reads asynchronously, and the parser of a fact is a plain function.
 */
export function readArchive(archive: Buffer): ArchivedFile[] {
  const files: ArchivedFile[] = [];
  let at = 0;
  for (;;) {
    const header = archive.subarray(at, at + blockSize);
    if (header.length < blockSize) throw new Error('the archive is cut off');
    if (header.every((byte) => byte === 0)) break;
    const file = readHeader(header);
    const from = at + blockSize;
    if (archive.length < from + file.size) throw new Error('the archive is cut off');
    files.push({
      path: file.path,
      mode: file.mode,
      owner: file.owner,
      content: file.isRegular ? archive.subarray(from, from + file.size) : null,
    });
    at = from + Math.ceil(file.size / blockSize) * blockSize;
  }
  if (archive.subarray(at).some((byte) => byte !== 0)) throw new Error('tar could not read all files');
  return files;
}

interface Header extends Pick<ArchivedFile, 'path' | 'mode' | 'owner'> {
  /** Bytes. */
  readonly size: number;
  readonly isRegular: boolean;
}

function readHeader(header: Buffer): Header {
  const text = (from: number, length: number): string =>
    header.toString('utf8', from, from + length).replace(/\0.*$/s, '');
  const octal = (from: number, length: number): number => Number.parseInt(text(from, length).trim(), 8);
  const [prefix, size] = [text(345, 155), octal(124, 12)];
  if (text(257, 6) !== 'ustar' || Number.isNaN(size)) throw new Error('this is no ustar archive');
  return {
    // tar writes a folder with a slash at its end.
    path: (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`).replace(/\/$/, ''),
    mode: `0${octal(100, 8).toString(8)}`,
    owner: `${text(265, 32) || octal(108, 8)}:${text(297, 32) || octal(116, 8)}`,
    size,
    isRegular: header[156] === '0'.charCodeAt(0),
  };
}
