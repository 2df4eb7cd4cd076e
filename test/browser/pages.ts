import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

export const widths = [360, 768, 1280] as const;
export const schemes = ['light', 'dark'] as const;

export interface Visit {
  readonly page: Page;
  /** Addresses that were asked for, but the page itself. */
  readonly requests: string[];
  /** What the browser complained of. */
  readonly complaints: string[];
}

type VisitPage<Name> = (
  name: Name,
  width: number,
  look: (visit: Visit) => Promise<void>,
  colorScheme?: (typeof schemes)[number],
) => Promise<void>;

/** A browser for the tests of a file, and these pages, by name, in files. */
export function pagesInBrowser<Name extends string>(pages: Readonly<Record<Name, string>>): VisitPage<Name> {
  const folder = mkdtempSync(join(tmpdir(), 'jernverk-browser-'));
  let browser: Browser;
  beforeAll(async () => {
    for (const [name, html] of Object.entries<string>(pages)) writeFileSync(join(folder, `${name}.html`), html);
    // Debian's own. Its sandbox needs user namespaces, which root in a container has not.
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });
  return async (name, width, look, colorScheme = 'light') => {
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
  };
}
