import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../audit/evidence/canonical-json.ts';

const reordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, content]): [string, unknown] => [key, reordered(content)]);
  return Object.fromEntries(entries.reverse());
};

describe('canonical JSON', () => {
  it('has sorted keys at every depth, two spaces, and no members that are undefined', () => {
    expect(canonicalJson({ b: [{ d: 1, c: undefined, a: null }], a: 'å', Z: [] })).toBe(
      '{\n  "Z": [],\n  "a": "å",\n  "b": [\n    {\n      "a": null,\n      "d": 1\n    }\n  ]\n}\n',
    );
  });

  it('sorts by code unit, where a locale would sort otherwise', () => {
    const keys = Object.keys(JSON.parse(canonicalJson({ ø: 0, z: 0, '\u{1f600}': 0, '\ufb33': 0, Å: 0, a: 0 })));
    expect(keys).toEqual(['a', 'z', 'Å', 'ø', '\u{1f600}', '\ufb33']);
  });

  it('keeps half of a surrogate pair, as a host may have written it', () => {
    expect(canonicalJson({ line: 'cut \ud83d' })).toBe('{\n  "line": "cut \\ud83d"\n}\n');
  });

  it('says the same of equal values, and reads back as what it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(reordered(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.stringify(JSON.parse(text), null, 2)).toBe(text.trimEnd());
      }),
    );
  });
});
