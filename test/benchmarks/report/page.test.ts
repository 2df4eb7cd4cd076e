import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../benchmarks/report/page.ts';
import { about, everything, history, hostile, hostileRun, run, runs, tuning } from './fixtures.ts';

const textOf = (page: string): string => page.slice(page.indexOf('</style>'));
const idsIn = (page: string): string[] => [...page.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id);
const whyNot = (page: string, name: string): string =>
  page.match(new RegExp(`class="picture none" id="[^"]*${name}">.*?No picture.</strong>([^<]*)`, 's'))?.[1]?.trim() ??
  '';

describe('the HTML report', () => {
  it.each(runs)('is drawn for the run “%s”, and says the same twice', (name) => {
    const page = renderHtml(about(run(name)));
    expect(page).toContain('<html lang="en">');
    expect(renderHtml(about(run(name)))).toBe(page);
  });

  it('stays small: below 340 kB for one host, and a megabyte for four with all there can be', () => {
    expect(Buffer.byteLength(renderHtml(about(run('good'))))).toBeLessThan(340_000);
    expect(Buffer.byteLength(renderHtml(everything()))).toBeLessThan(1_000_000);
  });

  it('refers to nothing outside of itself', () => {
    const page = renderHtml(everything());
    expect(page.match(/\b(src|href|xlink:href)=|url\((?!#)|@import|<script|<link/g)).toBeNull();
  });

  it('has all colours from its palette, so that light, dark and paper each have theirs', () => {
    const page = textOf(renderHtml(everything()));
    const colours = [...page.matchAll(/(?:fill|stroke|stop-color)="([^"]+)"/g)].map(([, colour = '']) => colour);
    expect(colours.length).toBeGreaterThan(100);
    expect([...new Set(colours)].filter((colour) => !/^(var\(--[a-z]+\)|none)$/.test(colour))).toEqual([]);
  });

  it('gives every id once, also where a name is taken by several hosts', () => {
    const ids = idsIn(renderHtml({ ...everything(), results: [run('good'), run('good'), run('partial')] }));
    expect(ids.length).toBeGreaterThan(20);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('shows each verdict before the first picture, what needs a look first', () => {
    const page = renderHtml(about(run('contaminated')));
    const levels = [...page.matchAll(/<li class="verdict (\w+)">/g)];
    expect(levels.map(([, level]) => level)).toEqual([
      ...['bad', 'bad', 'bad', 'unknown', 'unknown', 'fair', 'fair', 'good', 'good'],
    ]);
    expect(levels.at(-1)?.index).toBeLessThan(page.indexOf('role="img"'));
  });

  it('shows text of hosts as text, in the page and in the pictures', () => {
    const page = textOf(renderHtml({ ...everything(), results: [hostileRun()] }));
    expect(page.match(/<(script|img)\b|<\/style>.*<\/style>|<[a-z]+ [^>]*onerror="window/gs)).toBeNull();
    const escaped = hostile
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;');
    expect(page.split(escaped).length).toBeGreaterThan(30);
    expect(page).toMatch(/<text [^>]*>[^<]*#000001 zr1-c0 url\(#zr1-c0\) font-family:x; 1\.2345678 &amp;amp;/);
  });

  it('says what of a run is missing, on top and in the place of each picture', () => {
    const page = renderHtml(about(run('partial')));
    const died = 'the host closed the connection while disk/wal-contended 1 ran';
    expect(page.slice(0, page.indexOf('class="report"'))).toContain(`was measured only in part: ${died}`);
    expect(whyNot(page, 'device')).toContain(died);
    expect(whyNot(page, 'drain')).toBe('The queue was not measured: not reached: the host died before');
    expect(whyNot(page, 'map')).toContain('not reached');
    expect(whyNot(page, 'history')).toBe('This is the only stored run of trd-2.');
    expect(whyNot(page, 'tuning')).toContain('have not been compared');
    expect(whyNot(page, 'comparison')).toContain('nothing to compare with');
  });

  it('of a tuning alone has its effects, and nothing about runs that there are not', () => {
    const page = renderHtml({ ...about(run('good')), results: [], tuning: tuning() });
    expect(page).toContain(`What the tuning of ${tuning().host} is worth`);
    expect(page).toContain('id="all-tuning"');
    expect(page).not.toContain('id="all-comparison"');
    expect(page.slice(page.indexOf('How it was measured'))).toContain(tuning().evidence[0]?.sha256);
  });

  it('says why where a tool is missing, and where a suite was not asked for', () => {
    const page = renderHtml(about(run('unmeasured')));
    expect(whyNot(page, 'flush')).toContain('apt-get install fio');
    expect(whyNot(page, 'drain')).toBe('The queue suite was not part of this run.');
    expect(whyNot(page, 'round-trip')).toBe('No target answered.');
  });

  it('draws the earlier runs of the same host only', () => {
    const other = history().map((result) => ({ ...result, host: { ...result.host, name: 'another' } }));
    expect(whyNot(renderHtml({ ...about(run('good')), history: other }), 'history')).toContain('only stored run');
    expect(renderHtml({ ...about(run('good')), history: history() })).toContain('6 runs since 2026-10-23');
  });

  it('marks what neighbours spoilt, in the table and in the picture’s words', () => {
    const page = renderHtml(about(run('contaminated')));
    expect(page).toContain('Contaminated: 8 of 23 measurements.');
    expect(page).toMatch(/randwrite-64 2<\/th>.*?preallocated<br><small>contaminated/s);
  });

  it('ends with the hash of every file of evidence', () => {
    const result = run('good');
    const page = renderHtml(about(result));
    const method = page.slice(page.indexOf('How it was measured'));
    expect(result.evidence.filter(({ sha256, path }) => !method.includes(sha256) || !method.includes(path))).toEqual(
      [],
    );
  });
});
