import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { printableJson, printableText } from '../../lib/printable.ts';
import { rendered } from '../../lib/terminal.ts';
import { unprintable } from '../support/hostile-runs.ts';
import { anyJson, expectPrintable, runs, text } from './texts.ts';

// Pure work, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

describe('what is printed', () => {
  it('is printable whatever it is made of', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            text,
            fc.array(
              fc.oneof(
                text,
                text.map((piece) => ({ shade: 'bad' as const, text: piece })),
              ),
            ),
          ),
        ),
        expectPrintable,
      ),
      runs,
    );
  });

  it('is no longer than a person reads, and says how much there was', () => {
    const long = 'x'.repeat(1_000_000);
    for (const line of [long, ['beside ', { shade: 'bad' as const, text: long }]]) {
      expect(rendered(line, false)).toMatch(/… \(1000000 characters in all\)$/);
    }
    for (const hostile of ['\u001b'.repeat(100_000), '\n'.repeat(1_000_000), `${'x'.repeat(9_000)}\n`.repeat(1_000)]) {
      expect(rendered(hostile, false).length).toBeLessThan(170_000);
      expect(rendered(hostile, false).split('\n').length).toBeLessThan(50);
    }
  });

  it('keeps the end of a long quotation, where the reason is', () => {
    const said = Array.from({ length: 200 }, (_, line) => `line ${line}`).join('\n');
    expect(rendered(`it failed:\n${said}`, false)).toMatch(/… \(201 lines in all\)/);
    expect(rendered(`it failed:\n${said}`, false)).toMatch(/│ line 199$/);
  });

  it('as JSON means the same, and is printable', () => {
    fc.assert(
      fc.property(anyJson, fc.constantFrom(0, 2), (value, indent) => {
        const shown = printableJson(value, indent);
        expect(shown).not.toMatch(unprintable);
        expect(JSON.parse(shown)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      runs,
    );
  });

  it('in a page keeps its own lines, and nothing else that is invisible', () => {
    fc.assert(
      fc.property(text, (page) => {
        expect(printableText(page).replaceAll('\t', '')).not.toMatch(unprintable);
        expect(printableText(page).split('\n').length).toBe(page.split('\n').length);
      }),
      runs,
    );
  });
});
