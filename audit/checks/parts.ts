import type { Text } from '../../lib/text.ts';
import type { Answer } from '../../provision/engine/gather.ts';
import { lastPart, notThere } from './question.ts';

/** Why a check cannot be decided. Never a pass. */
export class CouldNotTell extends Error {
  readonly words: Text;
  constructor(words: Text) {
    super(words.en);
    this.words = words;
  }
}

/** The error for an answer that a check cannot read. */
export const unreadable = (nb: string, en: string): CouldNotTell =>
  new CouldNotTell({ nb: `Svaret kunne ikke leses: ${nb}`, en: `The answer could not be read: ${en}` });

/** The answer to one question, in parts. Reading a part that failed throws `CouldNotTell`. */
export class Parts {
  readonly #parts: ReadonlyMap<string, { readonly exitCode: number; readonly text: string }>;
  readonly #stderr: string;

  constructor(question: string, answer: Answer | undefined) {
    this.#parts = parse(question, answer);
    this.#stderr = answer?.stderr ?? '';
  }

  /** Returns the text of a part that must exist. */
  need(name: string): string {
    const text = this.maybe(name);
    if (text !== null) return text;
    throw new CouldNotTell({ nb: `${name} finnes ikke på verten.`, en: `${name} is not on the host.` });
  }

  /** Returns the text of a part that is not empty on any host. */
  filled(name: string): string {
    const text = this.need(name);
    if (text.trim() !== '') return text;
    throw new CouldNotTell({ nb: `Svaret om ${name} er tomt.`, en: `The answer about ${name} is empty.` });
  }

  /** Returns the text of a part. Null if the host has no such file or program. */
  maybe(name: string): string | null {
    const part = this.#parts.get(name);
    if (part === undefined) throw new CouldNotTell({ nb: `Svaret mangler ${name}.`, en: `The answer lacks ${name}.` });
    if (part.exitCode === notThere) return null;
    if (part.exitCode === 0) return part.text;
    const reason = reasonOf(this.#stderr, part.exitCode);
    throw new CouldNotTell({
      nb: `Verten kunne ikke svare: ${name}: ${reason.nb}`,
      en: `The host could not answer: ${name}: ${reason.en}`,
    });
  }

  /**
   * Returns the exit code, for programs whose exit code is their answer. Throws `CouldNotTell` if the part is missing.
   */
  exitCode(name: string): number {
    const part = this.#parts.get(name);
    if (part !== undefined) return part.exitCode;
    throw new CouldNotTell({ nb: `Svaret mangler ${name}.`, en: `The answer lacks ${name}.` });
  }

  /** Returns names and texts of the existing parts whose names begin with this prefix. */
  under(prefix: string): readonly (readonly [name: string, text: string])[] {
    return [...this.#parts.keys()]
      .filter((name) => name.startsWith(prefix))
      .flatMap((name) => {
        const text = this.maybe(name);
        return text === null ? [] : [[name, text] as const];
      });
  }
}

/** What the program said, or else its exit code. */
const reasonOf = (stderr: string, exitCode: number): Text =>
  stderr === '' ? { nb: `avslutningskode ${exitCode}`, en: `exit code ${exitCode}` } : { nb: stderr, en: stderr };

function parse(question: string, answer: Answer | undefined) {
  if (answer === undefined)
    throw new CouldNotTell({
      nb: `Verten ble ikke spurt om «${question}».`,
      en: `The host was not asked about "${question}".`,
    });
  if (answer.exitCode !== 0) {
    const reason = reasonOf(answer.stderr, answer.exitCode);
    throw new CouldNotTell({
      nb: `Spørsmålet feilet på verten: ${reason.nb}`,
      en: `The question failed on the host: ${reason.en}`,
    });
  }
  const parts = new Map<string, { exitCode: number; text: string }>();
  for (const section of answer.stdout.split(/^=== /m).slice(1)) {
    const [head = '', ...content] = section.replace(/\n$/, '').split('\n');
    const [, name, code] = /^(.+) (\d+)$/.exec(head) ?? [];
    if (name === undefined || content.some((line) => line !== '' && !line.startsWith('  ')))
      throw new CouldNotTell({
        nb: `Svaret på «${question}» har ikke den ventede formen.`,
        en: `The answer to "${question}" does not have the expected form.`,
      });
    parts.set(name, { exitCode: Number(code), text: content.map((line) => line.slice(2)).join('\n') });
  }
  if (!parts.has(lastPart))
    throw new CouldNotTell({
      nb: `Svaret på «${question}» er tomt eller avkuttet.`,
      en: `The answer to "${question}" is empty or was cut off.`,
    });
  return parts;
}

/** Returns trimmed lines, without empty ones and comments. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^[#;]/.test(line));
