import { describe, expect, it } from 'vitest';
import { renderAudit } from '../../audit/report/page.ts';
import { languages } from '../../lib/text.ts';
import { audit, extras, hostileAudit, hostileExtras } from '../audit/report/fixtures.ts';
import { lowContrast } from './contrast.ts';
import { headingLevels, letterSizes, pictures, tooWide } from './looks.ts';
import { pagesInBrowser, schemes, widths } from './pages.ts';

const failures = audit('failures');
const visit = pagesInBrowser({
  nb: renderAudit(failures, 'nb', extras(failures)),
  en: renderAudit(failures, 'en', extras(failures)),
  unknown: renderAudit(audit('unknown'), 'nb'),
  hostile: renderAudit(hostileAudit(), 'nb', hostileExtras()),
});
const inAll = languages.flatMap((language) => widths.map((width) => [language, width] as const));

describe('the report of an audit in a browser', () => {
  it.each(inAll)('is no wider than a window, in %s and %i pixels', (language, width) =>
    visit(language, width, async ({ page }) => {
      expect(await page.evaluate(tooWide)).toEqual({ page: width, outside: [] });
    }),
  );

  it('is no wider than a phone either where words are long and have no spaces, or where nothing is known', async () => {
    for (const name of ['hostile', 'unknown'] as const)
      await visit(name, 360, async ({ page }) => {
        expect(await page.evaluate(tooWide)).toEqual({ page: 360, outside: [] });
      });
  });

  it.each(schemes.flatMap((scheme) => inAll.map(([language, width]) => [scheme, language, width] as const)))(
    'has text of a contrast of 4.5 at least: %s, %s, %i pixels',
    (scheme, language, width) =>
      visit(
        language,
        width,
        async ({ page }) => {
          const { looked, low } = await page.evaluate(lowContrast);
          expect(low).toEqual([]);
          expect(looked).toBeGreaterThan(500);
        },
        scheme,
      ),
  );

  it.each(widths)('has letters of at least 10 pixels in its pictures: %i pixels', (width) =>
    visit('nb', width, async ({ page }) => {
      const sizes = await page.evaluate(letterSizes);
      expect(sizes.length).toBeGreaterThan(25);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(10);
    }),
  );

  it.each(inAll)(
    'shows the map and the flows once, with what they show as their name: %s, %i pixels',
    (language, width) =>
      visit(language, width, async ({ page }) => {
        const found = await page.evaluate(pictures);
        expect([found.figures, found.drawings]).toEqual([2, 2]);
        expect(found.names.filter((name) => name.length < 20)).toEqual([]);
      }),
  );

  it.each(languages)('is marked as %s, with one main heading and no level left out', (language) =>
    visit(language, 768, async ({ page }) => {
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
      const levels = await page.evaluate(headingLevels);
      expect(levels.filter((level) => level === 1)).toEqual([1]);
      expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
    }),
  );

  it('shows all counts in the first two windows of a phone, and what cannot be shown before any finding', () =>
    visit('nb', 360, async ({ page }) => {
      const found = await page.evaluate(() => {
        const top = (selector: string): number => document.querySelector(selector)?.getBoundingClientRect().top ?? NaN;
        const last = [...document.querySelectorAll('.tally li')].at(-1)?.getBoundingClientRect().bottom ?? NaN;
        return { last, limits: top('.limits'), finding: top('.finding') };
      });
      expect(found.last).toBeLessThan(1800);
      expect(found.limits).toBeLessThan(found.finding);
    }));

  it('gives each column of its tables a name, and each box that scrolls one that a keyboard reaches', () =>
    visit('en', 768, async ({ page }) => {
      const bad = await page.evaluate(() => ({
        boxes: [...document.querySelectorAll('.scroll')].filter(
          (box) => box.getAttribute('aria-label') === null || box.getAttribute('tabindex') !== '0',
        ).length,
        columns: [...document.querySelectorAll('thead th')].filter((head) => !head.textContent?.trim()).length,
        tables: document.querySelectorAll('table').length,
      }));
      expect(bad).toEqual({ boxes: 0, columns: 0, tables: 8 });
    }));

  it('asks for nothing from anywhere, and the browser has nothing to complain of', () =>
    visit('nb', 1280, async ({ requests, complaints }) => {
      expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
    }));

  it('runs nothing and asks for nothing that a host put into its words', () =>
    visit('hostile', 1280, async ({ page, requests, complaints }) => {
      expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
      expect(await page.evaluate(() => 'owned' in window)).toBe(false);
      expect(await page.locator('script, img').count()).toBe(0);
    }));

  it('is dark where dark is wanted, and light on paper all the same', () =>
    visit('nb', 768, async ({ page }) => {
      const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await colour();
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await colour()).not.toBe(light);
      await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
      expect(await colour()).toBe(light);
    }));

  it('prints on pages of A4, with nothing beyond their edge', () =>
    visit('nb', 1280, async ({ page }) => {
      const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
      // 210 by 297 mm in points.
      expect(new Set(pdf.match(/\/MediaBox \[[^\]]*\]/g))).toEqual(new Set(['/MediaBox [0 0 594.95996 841.91998]']));
      // The page without its margins: 178 mm.
      await page.setViewportSize({ width: 673, height: 1000 });
      await page.emulateMedia({ media: 'print' });
      const wide = await page.evaluate(() =>
        [...document.querySelectorAll('body *')]
          .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 0.5)
          .map((element) => element.outerHTML.slice(0, 200)),
      );
      expect(wide).toEqual([]);
    }));
});
