import sharp, { type Sharp } from 'sharp';

/**
 * Photo-like content made at test time: a sky, a hill and noise like a sensor's. It is deterministic, so that a failure
 * can be looked at again. The upper left corner is red, which shows whether a picture was turned.
 */
export function scene(width: number, height: number): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  let noise = 1;
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 3) {
      // Xorshift: cheap, and without a period that a codec would find.
      noise ^= noise << 13;
      noise ^= noise >>> 17;
      noise ^= noise << 5;
      const grain = noise & 15;
      const corner = x < width / 4 && y < height / 4;
      const hill = y > height * (0.6 + 0.1 * Math.sin((x / width) * 6));
      pixels[at] = corner ? 230 : hill ? 60 + grain : 120 + grain;
      pixels[at + 1] = corner ? 20 : hill ? 120 + grain : 160 + grain;
      pixels[at + 2] = corner ? 20 : hill ? 50 : 230 + grain;
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** As a telephone held upright saves it: the pixels are on their side, and EXIF says "turn by 90° clockwise". */
export const rotatedJpeg = (): Promise<Buffer> =>
  scene(400, 300)
    .rotate(270)
    .withExif({ IFD0: { Make: 'Jernverk' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();

/** As a print shop sends it: four inks and their profile. */
export const cmykJpeg = (): Promise<Buffer> =>
  scene(400, 300).toColourspace('cmyk').withIccProfile('cmyk').jpeg({ quality: 95 }).toBuffer();

/** As a recent camera saves it: wide colours, described by a profile. */
export const wideGamutJpeg = (): Promise<Buffer> =>
  scene(400, 300).withIccProfile('p3').jpeg({ quality: 95 }).toBuffer();

/** Half of it is transparent. */
export async function transparentPng(): Promise<Buffer> {
  const mask = await sharp({ create: { width: 400, height: 300, channels: 4, background: '#00000000' } })
    .composite([
      { input: { create: { width: 200, height: 300, channels: 4, background: '#ffffffff' } }, left: 0, top: 0 },
    ])
    .extractChannel('alpha')
    .png()
    .toBuffer();
  return scene(400, 300).joinChannel(mask).png().toBuffer();
}

/** Three frames: red, green, blue. */
export async function animatedGif(): Promise<Buffer> {
  const frames = await Promise.all(
    ['red', 'green', 'blue'].map((background) =>
      sharp({ create: { width: 120, height: 90, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  return sharp(frames, { join: { animated: true } })
    .gif({ delay: [100, 100, 100] })
    .toBuffer();
}

/** Returns the colour of one pixel of a picture, as [red, green, blue]. */
export async function colourAt(picture: Buffer, left: number, top: number): Promise<readonly number[]> {
  const { data } = await sharp(picture)
    .extract({ left, top, width: 1, height: 1 })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data];
}
