import * as z from 'zod';
import { closest } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** Something wrong in a file, at a path in it. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  /** What was expected, and what was given if the schema does not show it. */
  readonly message: string;
}

/** The schema of a file. */
export interface Explained {
  readonly schema: z.ZodType;
  /** Keys of earlier versions by their path, `audit.egress`, and how they are written now. */
  readonly moved?: ReadonlyMap<string, string>;
}

/** Returns what the schema found wrong, as expected and given. Each unknown key becomes a problem of its own. */
export function explain(issue: Issue, given: unknown, { schema, moved }: Explained): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return { path, message: moved?.get(path.join('.')) ?? unknownKey(key, known) };
    });
  }
  const found = at(given, issue.path);
  const got = found === undefined ? 'nothing is given' : `got ${shown(found)}`;
  return [{ path: issue.path, message: `expected ${expected(issue)}, ${got}${meant(issue, found)}` }];
}

function unknownKey(key: string, known: readonly string[]): string {
  const likely = closest(key, known);
  return likely ? `unknown key; did you mean ${likely}?` : `unknown key; expected one of ${known.join(', ')}`;
}

function meant(issue: Issue, found: unknown): string {
  if (issue.code !== 'invalid_value' || typeof found !== 'string') return '';
  const likely = closest(found, issue.values.map(String));
  return likely ? `; did you mean ${likely}?` : '';
}

/** Returns the schema's own error text if it has one, else the kind of value. */
function expected(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return kindNames[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1 ? shown(issue.values[0]) : `one of ${issue.values.map(shown).join(', ')}`;
    case 'too_small':
      if (issue.origin === 'string') return 'some text';
      return issue.origin === 'array' ? 'at least one' : `at least ${issue.minimum}`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    case 'invalid_union': {
      const values = issue.errors.flat().flatMap((one) => (one.code === 'invalid_value' ? one.values.map(shown) : []));
      return values.length === 0 ? issue.message : `one of ${values.join(', ')}`;
    }
    default:
      return issue.message;
  }
}

const kindNames: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  array: 'a list',
  object: 'a map of keys',
};

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
};

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, part) => (isRecord(inner) ? inner[String(part)] : undefined), value);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Returns the keys that the schema knows at a path, read from its JSON Schema. */
function knownKeys(file: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const root: unknown = z.toJSONSchema(file, { io: 'input', reused: 'inline' });
  const node = path.reduce<unknown>(
    (schema, part) => at(schema, typeof part === 'number' ? ['items'] : ['properties', part]),
    root,
  );
  const properties = at(node, ['properties']);
  return isRecord(properties) ? Object.keys(properties) : [];
}
