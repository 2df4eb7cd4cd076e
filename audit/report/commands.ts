import type { Language, Text } from '../../lib/text.ts';
import { type Html, html } from '../../pages/html.ts';
import type { Audit } from '../audit.ts';
import { plainLines } from './format.ts';

const words = {
  title: { nb: 'Kommandoer', en: 'Commands' },
  lead: {
    nb: 'Lengre spørsmål til vertene, slik de ble kjørt. De leser bare. Svarene ligger i mappen raw.',
    en: 'Longer questions to the hosts, as they were run. They only read. The answers are in the folder raw.',
  },
  command: { nb: 'Kommando', en: 'Command' },
} as const satisfies Record<string, Text>;

/** Longer commands would hide the finding, and many findings share one. So each is shown once, at the end. */
const longest = 110;
const isLong = (command: string): boolean => command.length > longest || command.includes('\n');

/** The long commands of an audit, numbered in the order of its findings. */
export function longCommands({ findings }: Audit): ReadonlyMap<string, number> {
  const all = new Set(findings.map(({ command }) => command).filter(isLong));
  return new Map([...all].map((command, index) => [command, index + 1]));
}

/** A command in its finding: the command, or a link to where it is shown. */
export function commandIn(command: string, long: ReadonlyMap<string, number>, language: Language): Html {
  const index = long.get(command);
  return index === undefined
    ? html`<code>${plainLines(command)}</code>`
    : html`<a href="#command-${index}">${words.command[language]} ${index}</a>`;
}

export function commands(long: ReadonlyMap<string, number>, language: Language): Html | null {
  if (long.size === 0) return null;
  const items = [...long].map(
    ([command, index]) =>
      html`<li id="command-${index}"><h3>${words.command[language]} ${index}</h3><pre>${plainLines(command)}</pre></li>`,
  );
  return html`<section class="report" aria-labelledby="commands"><h2 id="commands">${words.title[language]}</h2><p class="lead">${words.lead[language]}</p><ul class="commands">${items}</ul></section>`;
}
