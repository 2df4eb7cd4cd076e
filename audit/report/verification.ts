import type { Language, Text } from '../../lib/text.ts';
import { type Html, html } from '../../pages/html.ts';
import { table } from '../../pages/picture.ts';
import { namespace } from '../evidence/ssh-keygen.ts';
import { signatureFile, statementFile } from '../evidence/statement.ts';
import { plain } from './format.ts';
import type { ReportExtras } from './input.ts';

const words = {
  title: { nb: 'Slik kontrolleres beviset', en: 'How to verify the evidence' },
  lead: {
    nb: 'Rapporten er én av flere filer i en mappe. statement.json har en sjekksum av hver av de andre filene og av forrige revisjon, og er signert på maskinen til den som kjørte revisjonen, ikke på vertene. Signaturen viser hvem som signerte og at ingenting er endret siden. Den viser ikke at svarene var sanne.',
    en: 'The report is one of several files in a folder. statement.json has a checksum of each of the other files and of the previous audit, and is signed on the machine of whoever ran the audit, not on the hosts. The signature shows who signed and that nothing has changed since. It does not show that the answers were true.',
  },
  key: {
    nb: 'Få den offentlige nøkkelen på en annen måte enn sammen med mappen. Skriv den i filen signers slik, på én linje:',
    en: 'Get the public key by another way than with the folder. Write it to a file named signers like this, on one line:',
  },
  all: {
    nb: 'Alt på én gang, med Jernverk. Den første filen som er endret, blir nevnt:',
    en: 'All at once, with Jernverk. It names the first file that was changed:',
  },
  byHand: {
    nb: 'Uten Jernverk, i mappen, med programmer som finnes på de fleste maskiner. Først signaturen, så alle filene:',
    en: 'Without Jernverk, in the folder, with programs that most machines have. First the signature, then all files:',
  },
  more: {
    nb: 'Den siste kommandoen ser ikke om det er lagt til filer: bare filer som står i statement.json, er del av beviset.',
    en: 'The last command does not see files that were added: only files in statement.json are part of the evidence.',
  },
  files: { nb: 'Filer i beviset', en: 'Files of the evidence' },
  file: { nb: 'Fil', en: 'File' },
  note: {
    nb: 'Sjekksummene av rapportene selv og av statement.json kan ikke stå her; de første står i statement.json, den siste i neste revisjon.',
    en: 'The checksums of the reports themselves and of statement.json cannot be here; the former are in statement.json, the latter is in the next audit.',
  },
  noFiles: {
    nb: 'Listen er ikke med i denne rapporten. Den står i statement.json.',
    en: 'The list is not part of this report. It is in statement.json.',
  },
} as const satisfies Record<string, Text>;

const signer = 'jernverk';

/** The line of the allowed_signers file of ssh-keygen(1). */
export const signersLine = (key: string): string => `${signer} namespaces="${namespace}" ${key}`;

export const verifyWithJernverk = (folder: string): string =>
  `jernverk audit verify-bundle ${folder} --signers signers`;

/** Run in the bundle's folder, with the file of signers in its parent folder. */
export const verifyByHand: readonly string[] = [
  `ssh-keygen -Y verify -f ../signers -I ${signer} -n ${namespace} -s ${signatureFile} < ${statementFile}`,
  `awk -F'"' '$2 == "sha256" { sum = $4 } $2 == "name" { print sum "  " $4 }' ${statementFile} | sha256sum -c --quiet`,
];

const folderWord: Text = { nb: 'MAPPE', en: 'FOLDER' };
const keyWord: Text = { nb: 'ssh-ed25519 NØKKEL', en: 'ssh-ed25519 KEY' };

export function verification({ files }: ReportExtras, language: Language): Html {
  const rows = [...(files ?? [])].map(([path, sha256]) => [
    plain(path),
    html`<code class="hash">${plain(sha256)}</code>`,
  ]);
  return html`<section class="report verification fresh" aria-labelledby="verification"><h2 id="verification">${words.title[language]}</h2><p class="lead">${words.lead[language]}</p>
<p>${words.key[language]}</p><pre>${signersLine(keyWord[language])}</pre>
<p>${words.all[language]}</p><pre>${verifyWithJernverk(folderWord[language])}</pre>
<p>${words.byHand[language]}</p>${verifyByHand.map((command) => html`<pre>${command}</pre>`)}<p>${words.more[language]}</p>
<h3>${words.files[language]}</h3><p class="lead">${words.note[language]}</p>
<div class="method">${
    rows.length === 0
      ? html`<p class="why">${words.noFiles[language]}</p>`
      : table(words.files[language], [words.file[language], 'SHA-256'], rows)
  }</div></section>`;
}
