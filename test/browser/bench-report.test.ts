import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../benchmarks/report/page.ts';
import { everything, hostileRun } from '../benchmarks/report/fixtures.ts';
import { lowContrast } from './contrast.ts';

const widths = [360, 768, 1280] as const;
const schemes = ['light', 'dark'] as const;
const folder = mkdtempSync(join(tmpdir(), 'jernverk-browser-'));
const pages = { report: renderHtml(everything()), hostile: renderHtml({ ...everything(), results: [hostileRun()] }) };

let browser: Browser;

beforeAll(async () => {
  for (const [name, html] of Object.entries(pages)) writeFileSync(join(folder, `${name}.html`), html);
  // Debian's own. Its sandbox needs user namespaces, which root in a container has not.
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

interface Visit {
  readonly page: Page;
  /** Addresses that were asked for, but the page itself. */
  readonly requests: string[];
  /** What the browser complained of. */
  readonly complaints: string[];
}

async function visit(
  name: keyof typeof pages,
  width: number,
  look: (visit: Visit) => Promise<void>,
  colorScheme: (typeof schemes)[number] = 'light',
): Promise<void> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const seen: Visit = { page, requests: [], complaints: [] };
  const address = pathToFileURL(join(folder, `${name}.html`)).href;
  page.on('request', (request) => request.url() !== address && seen.requests.push(request.url()));
  page.on('console', (message) => seen.complaints.push(message.text()));
  page.on('pageerror', (error) => seen.complaints.push(error.message));
  page.on('dialog', (dialog) => seen.complaints.push(dialog.message()));
  try {
    await page.goto(address, { waitUntil: 'networkidle' });
    await look(seen);
  } finally {
    await page.close();
  }
}

describe('the report of a benchmark in a browser', () => {
  it.each(widths)('is no wider than a window of %i pixels; tables scroll in their own boxes', (width) =>
    visit('report', width, async ({ page }) => {
      const found = await page.evaluate(() => {
        const outside = [...document.querySelectorAll('body *')].filter(
          (element) => !element.closest('.scroll') && element.getBoundingClientRect().right > window.innerWidth + 0.5,
        );
        return { page: document.documentElement.scrollWidth, outside: outside.map((element) => element.outerHTML) };
      });
      expect(found).toEqual({ page: width, outside: [] });
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
      const sizes = await page.evaluate(() =>
        [...document.querySelectorAll<SVGTextElement>('svg text')]
          .filter((text) => text.checkVisibility())
          .map((text) => {
            const scale = text.getScreenCTM()?.d ?? 0;
            return Number.parseFloat(getComputedStyle(text).fontSize) * scale;
          }),
      );
      expect(sizes.length).toBeGreaterThan(100);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(10);
    }),
  );

  it.each(widths)('shows every picture once, with its finding as its name: %i pixels', (width) =>
    visit('report', width, async ({ page }) => {
      const found = await page.evaluate(() => ({
        figures: document.querySelectorAll('figure').length,
        drawings: [...document.querySelectorAll('svg, img')].filter((image) => image.checkVisibility()).length,
        names: [...document.querySelectorAll('svg, img')]
          .filter((image) => image.checkVisibility())
          .map((image) => image.closest('[role=img]')?.getAttribute('aria-label') ?? ''),
      }));
      expect(found.figures).toBeGreaterThan(10);
      expect(found.drawings).toBe(found.figures);
      expect(found.names.filter((name) => name.length < 20)).toEqual([]);
    }),
  );

  it('has one main heading, and no level of heading left out', () =>
    visit('report', 768, async ({ page }) => {
      const levels = await page.evaluate(() =>
        [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((heading) => Number(heading.tagName[1])),
      );
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
