/**
 * Makes text from outside (hosts, workers, files, registries) safe to show. Characters that could move a terminal's
 * cursor, be invisible, change the direction of writing or start a new line become visible escapes.
 */

/**
 * Control characters, Unicode line ends, invisible characters, characters that change the direction of writing, and
 * lone surrogates.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Escapes as `\u{001b}`. Audits that are already signed contain this form, so it must not change. */
const escaped = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`;

/** Returns the text in one line. A line end becomes an escape, too. */
export const visible = (text: string): string => text.replaceAll('\t', '  ').replaceAll(unprintable, escaped);

/**
 * Returns one line that can neither move a terminal's cursor nor start a new line. Runs of spaces and line ends become
 * one space.
 */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(unprintable, escaped).trim();
}

/** Returns the text line by line, with its columns kept. */
export const printableLines = (text: string): readonly string[] => text.split(/\r\n|[\n\r\u2028\u2029]/).map(visible);

/** Most characters of a line, and most lines of a quotation, that are shown. */
const longestLine = 4_000;
const mostLines = 40;

/** Returns the line, or its beginning and its full length if it is too long to show. */
export const shortened = (line: string): string =>
  line.length <= longestLine ? line : `${line.slice(0, longestLine)}… (${line.length} characters in all)`;

/** Returns the first and the last lines if there are too many: the reason of a failure tends to be at the end. */
function fewer(lines: readonly string[]): readonly string[] {
  const half = mostLines / 2;
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, half), `… (${lines.length} lines in all)`, ...lines.slice(-half)];
}

/** Put before each further line of a quotation. No line that Jernverk writes starts like this. */
const bar = '  │ ';

/**
 * Returns the lines for one line of output. Jernverk never puts a line end into a line, so a line that has one quotes
 * something from outside. Each further line gets a bar in front, so that nobody takes it for Jernverk's own.
 */
export function quotedLines(line: string): readonly string[] {
  const [first = '', ...rest] = fewer(printableLines(line.trimEnd())).map(shortened);
  const indent = /^ */.exec(first)?.[0] ?? '';
  return [first, ...rest.map((text) => `${indent}${bar}${text}`.trimEnd())];
}

/** Returns those lines as one text. */
export const quoted = (line: string): string => quotedLines(line).join('\n');

/** Returns a text of Jernverk that has several lines, such as a page. Only line ends and tabs stay unescaped. */
export const printableText = (text: string): string =>
  text.replaceAll(unprintable, (character) => (/[\n\t]/.test(character) ? character : escaped(character)));

/** Returns JSON with the same meaning and no unprintable characters. Returns `null` if the value has no JSON form. */
export const printableJson = (value: unknown, indent = 0): string =>
  (JSON.stringify(value, null, indent) ?? 'null').replaceAll(unprintable, jsonEscaped);

/**
 * JSON escapes UTF-16 code units. The only control characters that JSON.stringify leaves are the line ends between
 * values.
 */
function jsonEscaped(character: string): string {
  if (character === '\n') return character;
  const units = character.split('');
  return units.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}

/**
 * Returns a sentence for Markdown that may quote a host. It stays a plain sentence: no links, HTML, code or emphasis.
 */
export const plainMarkdown = (text: string): string => oneLine(text).replaceAll(/[\\`<>[\]*_#&]/g, '\\$&');

/**
 * Returns a host's output as an indented Markdown block. Nothing inside can end the block, and nothing inside is
 * markup.
 */
export const codeBlock = (text: string): string =>
  printableLines(text)
    .map((line) => `    ${line}`)
    .join('\n');
