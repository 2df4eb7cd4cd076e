import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../benchmarks/report/page.ts';
import { everything, hostileRun } from '../benchmarks/report/fixtures.ts';
import { lowContrast } from './contrast.ts';
import { headingLevels, letterSizes, pictures, tooWide } from './looks.ts';
import { pagesInBrowser, schemes, widths } from './pages.ts';

const visit = pagesInBrowser({
  report: renderHtml(everything()),
  hostile: renderHtml({ ...everything(), results: [hostileRun()] }),
});

describe('the report of a benchmark in a browser', () => {
  it.each(widths)('is no wider than a window of %i pixels; tables scroll in their own boxes', (width) =>
    visit('report', width, async ({ page }) => {
      expect(await page.evaluate(tooWide)).toEqual({ page: width, outside: [] });
    }),
  );

  it('is no wider than a phone either where a host’s words are long and have no spaces', () =>
    visit('hostile', 360, async ({ page }) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    }));

  it.each(schemes.flatMap((scheme) => widths.map((width) => [scheme, width] as const)))(
    'has text of a contrast of 4.5 at least: %s, %i pixels',
    (scheme, width) =>
      visit(
        'report',
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
    visit('report', width, async ({ page }) => {
      const sizes = await page.evaluate(letterSizes);
      expect(sizes.length).toBeGreaterThan(100);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(10);
    }),
  );

  it.each(widths)('shows every picture once, with its finding as its name: %i pixels', (width) =>
    visit('report', width, async ({ page }) => {
      const found = await page.evaluate(pictures);
      expect(found.figures).toBeGreaterThan(10);
      expect(found.drawings).toBe(found.figures);
      expect(found.names.filter((name) => name.length < 20)).toEqual([]);
    }),
  );

  it('has one main heading, and no level of heading left out', () =>
    visit('report', 768, async ({ page }) => {
      const levels = await page.evaluate(headingLevels);
      expect(levels.filter((level) => level === 1)).toEqual([1]);
      expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
    }));

  it.each(widths)('shows every verdict above the first picture: %i pixels', (width) =>
    visit('report', width, async ({ page }) => {
      const found = await page.evaluate(() => {
        const bottom = (element: Element): number => element.getBoundingClientRect().bottom;
        const verdicts = [...document.querySelectorAll('.verdict')].filter((verdict) => verdict.checkVisibility());
        const drawings = [...document.querySelectorAll('[role=img]')].filter((drawing) => drawing.checkVisibility());
        return {
          verdicts: verdicts.length,
          last: Math.max(...verdicts.map(bottom)),
          first: Math.min(...drawings.map((drawing) => drawing.getBoundingClientRect().top)),
        };
      });
      expect(found.verdicts).toBe(everything().results.flatMap(({ verdicts }) => verdicts).length);
      expect(found.last).toBeLessThan(found.first);
    }),
  );

  it('asks for nothing from anywhere, and the browser has nothing to complain of', () =>
    visit('report', 1280, async ({ requests, complaints }) => {
      expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
    }));

  it('runs nothing and asks for nothing that a host put into its words', () =>
    visit('hostile', 1280, async ({ page, requests, complaints }) => {
      expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
      expect(await page.evaluate(() => 'owned' in window)).toBe(false);
      expect(await page.locator('script, img').count()).toBe(0);
    }));

  it('is dark where dark is wanted, and light on paper all the same', () =>
    visit('report', 768, async ({ page }) => {
      const colours = () =>
        page.evaluate(() => {
          const line = document.querySelector('svg [stroke="var(--blue)"]');
          return [getComputedStyle(document.body).backgroundColor, line && getComputedStyle(line).stroke];
        });
      const light = await colours();
      await page.emulateMedia({ colorScheme: 'dark' });
      const dark = await colours();
      await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
      expect(dark[0]).not.toBe(light[0]);
      expect(dark[1]).not.toBe(light[1]);
      expect(await colours()).toEqual(light);
    }));

  it('prints on pages of A4', () =>
    visit('report', 1280, async ({ page }) => {
      const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
      // 210 by 297 mm in points.
      expect(new Set(pdf.match(/\/MediaBox \[[^\]]*\]/g))).toEqual(new Set(['/MediaBox [0 0 594.95996 841.91998]']));
    }));
});
