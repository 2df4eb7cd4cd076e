import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import { InputError, messageOf } from '../errors.ts';
import { type Explained, explain, type Problem } from './explain.ts';

/** A file of a known form. */
interface Described {
  /** Its path, for messages only. */
  readonly file: string;
  /** What it is, in words: "environment". */
  readonly what: string;
  /** Beginning of the error's code: "ENVIRONMENT". */
  readonly code: string;
}

interface Form<Output> extends Described, Explained {
  readonly schema: z.ZodType<Output>;
  /** An empty file counts as one without keys. */
  readonly mayBeEmpty?: true;
  /** Rules across fields. Every rule runs, and each returns all of its problems. */
  readonly rules?: readonly ((value: Output) => readonly Problem[])[];
}

/**
 * Reads the text of a YAML file into a checked, frozen value.
 *
 * Throws InputError <code>_SYNTAX, or <code>_INVALID with every problem, one per line:
 * `environments/local.yaml:8:11 hosts[0].ssh.port: expected …, got …`
 */
export function parseYaml<Output>(text: string, form: Form<Output>): Output {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  if (document.errors.length > 0) throw syntaxErrors(document, lineCounter, form);
  const given = expanded(document, form) ?? (form.mayBeEmpty ? {} : null);
  const parsed = form.schema.safeParse(given);
  const problems = parsed.success
    ? (form.rules ?? []).flatMap((rule) => rule(parsed.data))
    : parsed.error.issues.flatMap((issue: z.core.$ZodIssue) => explain(issue, given, form));
  if (!parsed.success || problems.length > 0) throw invalid(problems, document, lineCounter, form);
  return deepFreeze(parsed.data);
}

/** Aliases of aliases can expand to more than a machine's memory. The parser then gives up. */
function expanded(document: Document.Parsed, { file, what, code }: Described): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new InputError(`${code}_SYNTAX`, `the ${what} file ${file} is not valid YAML: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function syntaxErrors(
  document: Document.Parsed,
  lineCounter: LineCounter,
  { file, what, code }: Described,
): InputError {
  const lines = document.errors.map(({ pos, message }) => {
    const { line, col } = lineCounter.linePos(pos[0]);
    return `${file}:${line}:${col} ${message}`;
  });
  return new InputError(`${code}_SYNTAX`, `the ${what} file is not valid YAML\n${lines.join('\n')}`);
}

function invalid(
  problems: readonly Problem[],
  document: Document.Parsed,
  lineCounter: LineCounter,
  { file, what, code }: Described,
): InputError {
  const located = problems.map((problem) => ({ ...problem, at: offsetOf(document, problem.path) }));
  const lines = located
    .toSorted((a, b) => a.at - b.at)
    .map(({ path, message, at }) => {
      const { line, col } = lineCounter.linePos(at);
      return `${file}:${line}:${col} ${pathText(path)}${message}`;
    });
  const count = lines.length === 1 ? 'one problem' : `${lines.length} problems`;
  return new InputError(`${code}_INVALID`, `the ${what} has ${count}\n${lines.join('\n')}`);
}

/** Returns where a path begins in the file: at its key, else its value, else the nearest part above it. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  const pair = isMap(parent) && parent.items.find(({ key }) => String(key) === String(path.at(-1)));
  if (pair && isNode(pair.key)) return pair.key.range?.[0] ?? 0;
  const node = path.length > 0 ? document.getIn(path, true) : document.contents;
  if (isNode(node)) return node.range?.[0] ?? 0;
  return path.length > 0 ? offsetOf(document, path.slice(0, -1)) : 0;
}

/** Returns `hosts[0].ssh.port: `, as people write a path. Empty for the whole file. */
function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text === '' ? '' : `${text.replace(/^\./, '')}: `;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
