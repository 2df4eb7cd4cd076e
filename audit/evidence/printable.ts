/** Control characters, line ends of Unicode, invisible ones, and those that turn the direction of writing. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** What a host said, in one line that can neither move a terminal's cursor nor begin a line of its own. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(unprintable, escaped).trim();
}

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`;

/** A sentence in Markdown that may quote a host: it stays a sentence, without links, HTML, code or emphasis. */
export const plainMarkdown = (text: string): string => oneLine(text).replaceAll(/[\\`<>[\]*_#&]/g, '\\$&');

/** What a host said, line by line, with its columns: nothing in it is invisible or turns the direction of writing. */
export const printableLines = (text: string): readonly string[] =>
  text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => line.replaceAll('\t', '  ').replaceAll(unprintable, escaped));

/** What a host said, in Markdown as an indented block: nothing inside can end it, and nothing inside is markup. */
export const codeBlock = (text: string): string =>
  printableLines(text)
    .map((line) => `    ${line}`)
    .join('\n');
