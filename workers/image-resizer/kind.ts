/** Kinds of photos that are read. Other formats that libvips could open are not photos and never reach it. */
export type Kind = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff';

/** Returns whether the first bytes, as Latin-1, belong to this kind. */
const beginnings: Readonly<Record<Exclude<Kind, 'avif'>, (bytes: string) => boolean>> = {
  jpeg: (bytes) => bytes.startsWith('\xff\xd8\xff'),
  png: (bytes) => bytes.startsWith('\x89PNG\r\n\x1a\n'),
  webp: (bytes) => /^RIFF[\s\S]{4}WEBP/.test(bytes),
  gif: (bytes) => /^GIF8[79]a/.test(bytes),
  // The second pair of values is BigTIFF.
  tiff: (bytes) => ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((magic) => bytes.startsWith(magic)),
};

const readable = 'send it as JPEG, PNG, WebP, GIF, AVIF or TIFF';
const noHeic = `HEIC photos cannot be read here, since libvips comes without their decoder (HEVC): ${readable}`;

/**
 * Returns the kind of a photo from its first bytes. Throws an Error that says what the file is instead, and what to
 * send.
 */
export function kindOf(photo: Buffer): Kind {
  if (photo.length === 0) throw new Error('the file is empty');
  const beginning = photo.toString('latin1', 0, 256);
  for (const kind of ['jpeg', 'png', 'webp', 'gif', 'tiff'] as const) if (beginnings[kind](beginning)) return kind;
  const brands = brandsOf(photo);
  if (brands.some((brand) => /^avi[fs]$/.test(brand))) return 'avif';
  if (brands.some((brand) => /^(?:he[iv]\w|mif\d|msf1)$/.test(brand))) throw new Error(noHeic);
  if (/^(?:\xef\xbb\xbf)?\s*</.test(beginning)) throw new Error(`SVG and other text is not a photo: ${readable}`);
  throw new Error(`unsupported image format: ${readable}`);
}

/**
 * Returns the brands in the `ftyp` box at the start of ISO media files, and none for other files. ISO/IEC 14496-12
 * section 4.3.
 */
function brandsOf(photo: Buffer): readonly string[] {
  if (photo.toString('latin1', 4, 8) !== 'ftyp') return [];
  const box = photo.toString('latin1', 8, Math.min(photo.readUInt32BE(0), 256));
  const [major = '', , ...compatible] = box.match(/[\s\S]{4}/g) ?? [];
  return [major, ...compatible];
}
