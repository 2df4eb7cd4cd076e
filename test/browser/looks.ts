/** What runs in a page, for the tests of all pages. Each function stands alone: the browser gets its text only. */

/** Width of the page, and what reaches out of the window: tables scroll in their own boxes. */
export function tooWide(): { page: number; outside: string[] } {
  const outside = [...document.querySelectorAll('body *')].filter(
    (element) => !element.closest('.scroll') && element.getBoundingClientRect().right > window.innerWidth + 0.5,
  );
  return { page: document.documentElement.scrollWidth, outside: outside.map((element) => element.outerHTML) };
}

/** Heights of the letters in pictures, in pixels of the screen. */
export function letterSizes(): number[] {
  return [...document.querySelectorAll<SVGTextElement>('svg text')]
    .filter((text) => text.checkVisibility())
    .map((text) => Number.parseFloat(getComputedStyle(text).fontSize) * (text.getScreenCTM()?.d ?? 0));
}

export function pictures(): { figures: number; drawings: number; names: string[] } {
  const drawings = [...document.querySelectorAll('svg, img')].filter((image) => image.checkVisibility());
  return {
    figures: document.querySelectorAll('figure').length,
    drawings: drawings.length,
    names: drawings.map((image) => image.closest('[role=img]')?.getAttribute('aria-label') ?? ''),
  };
}

export const headingLevels = (): number[] =>
  [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((heading) => Number(heading.tagName[1]));
