/**
 * Runs in the page: all text that is to be seen and has less contrast to what is behind it than WCAG 2 wants (AA, 4.5;
 * relative luminance as in its definition). In a picture that is its stroke of the paper's colour, or the page.
 */
export function lowContrast(): { looked: number; low: string[] } {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour: string): number[] => {
    if (canvas === null) throw new Error('no canvas');
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour: readonly number[]): number => {
    const [r = 0, g = 0, b = 0] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element: Element): number[] => {
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if ((colour[3] ?? 0) > 250) return colour;
    }
    return [255, 255, 255];
  };
  const own = (element: Element): string =>
    [...element.childNodes]
      .flatMap((node) => (node.nodeType === Node.TEXT_NODE ? [node.textContent?.trim()] : []))
      .join('');
  const texts = [...document.body.querySelectorAll('*')].filter(
    (element) => own(element) !== '' && element.checkVisibility(),
  );
  const low = texts.flatMap((element) => {
    const style = getComputedStyle(element);
    const colour = rgba(element instanceof SVGElement ? style.fill : style.color);
    const opacity = Number(element instanceof SVGElement ? style.fillOpacity : style.opacity);
    const back = behind(element);
    const seen = colour.map((part, index) => part * opacity + (back[index] ?? 0) * (1 - opacity));
    const [dim = 0, bright = 0] = [luminance(seen), luminance(back)].toSorted((a, b) => a - b);
    const contrast = (bright + 0.05) / (dim + 0.05);
    return contrast >= 4.5 ? [] : [`${contrast.toFixed(2)}: ${own(element).slice(0, 60)}`];
  });
  return { looked: texts.length, low: [...new Set(low)] };
}
