/** Bytes. */
export const slotMemory = 512 * 2 ** 20;
export const toWebp = { width: 100, height: 100, format: 'webp' } as const;

/** An SVG. Each level draws the one below it ten times: 10^17 rectangles in 1.7 KB. */
export const nestedUses = (): Buffer => {
  const level = (n: number) => `<g id="l${n}">${`<use href="#l${n - 1}"/>`.repeat(10)}</g>`;
  const levels = Array.from({ length: 17 }, (_, index) => level(index + 1)).join('');
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><defs><rect id="l0" width="1" height="1"/>${levels}</defs><use href="#l17"/></svg>`,
  );
};
