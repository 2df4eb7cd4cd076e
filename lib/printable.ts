/**
 * Text that is not ours, from hosts, workers, files and registries, as text that can be shown. What could move a
 * terminal's cursor, hide, turn the direction of writing or begin a line of its own becomes a visible escape.
 */

/** Control characters, line ends of Unicode, invisible ones, those that turn the direction of writing, halves of pairs. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** `\u{001b}`: audits that were signed have it so. */
const escaped = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`;

/** The same text, in one line: a line end is an escape, too. */
export const visible = (text: string): string => text.replaceAll('\t', '  ').replaceAll(unprintable, escaped);

/** One line that can neither move a terminal's cursor nor begin a line of its own; spaces and line ends are one space. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(unprintable, escaped).trim();
}

/** The same text line by line, with its columns. */
export const printableLines = (text: string): readonly string[] => text.split(/\r\n|[\n\r\u2028\u2029]/).map(visible);

/** Characters of one line, and lines of one quotation, that a person is shown. */
const longestLine = 4_000;
const mostLines = 40;

/** The beginning of a line that is too long to be shown, with how much there was. */
export const shortened = (line: string): string =>
  line.length <= longestLine ? line : `${line.slice(0, longestLine)}… (${line.length} characters in all)`;

/** The first and the last ones, if there are too many: the reason of a failure tends to be at the end. */
function fewer(lines: readonly string[]): readonly string[] {
  const half = mostLines / 2;
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, half), `… (${lines.length} lines in all)`, ...lines.slice(-half)];
}

/** Before each further line of a text that was to be one: no line of ours begins so. */
const bar = '  │ ';

/**
 * The lines that a line becomes. We put no line end into a line, so what has one quotes somebody else: each further
 * line of it stands behind a bar, below the first, and can't be taken for a line of ours.
 */
export function quotedLines(line: string): readonly string[] {
  const [first = '', ...rest] = fewer(printableLines(line.trimEnd())).map(shortened);
  const indent = /^ */.exec(first)?.[0] ?? '';
  return [first, ...rest.map((text) => `${indent}${bar}${text}`.trimEnd())];
}

/** Those lines as one text. */
export const quoted = (line: string): string => quotedLines(line).join('\n');

/** A text of ours that has lines, such as a page: only the line ends and tabs in it stay. */
export const printableText = (text: string): string =>
  text.replaceAll(unprintable, (character) => (/[\n\t]/.test(character) ? character : escaped(character)));

/** JSON with the same meaning in which nothing is unprintable; null where the value has no JSON. */
export const printableJson = (value: unknown, indent = 0): string =>
  (JSON.stringify(value, null, indent) ?? 'null').replaceAll(unprintable, jsonEscaped);

/** JSON escapes units of UTF-16. The only control characters that JSON.stringify leaves are the line ends between values. */
function jsonEscaped(character: string): string {
  if (character === '\n') return character;
  const units = character.split('');
  return units.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}

/** A sentence in Markdown that may quote a host: it stays a sentence, without links, HTML, code or emphasis. */
export const plainMarkdown = (text: string): string => oneLine(text).replaceAll(/[\\`<>[\]*_#&]/g, '\\$&');

/** What a host said, in Markdown as an indented block: nothing inside can end it, and nothing inside is markup. */
export const codeBlock = (text: string): string =>
  printableLines(text)
    .map((line) => `    ${line}`)
    .join('\n');
