import type { Check } from '../check.ts';
import { linesOf } from './parts.ts';
import { question } from './question.ts';
import { asRoot } from './root-commands.ts';
import { fail, hostCheck, pass } from './verdict.ts';

const credentials = question('credentials', `part folders ls -d /root /home\npart files ${asRoot('credentials')}`);

export const checks: readonly Check[] = [
  hostCheck({
    id: 'access/tokens',
    chapter: 'access',
    title: { nb: 'Nøkler og tokens til andre systemer', en: 'Keys and tokens for other systems' },
    expected: {
      nb: 'Ingen hjemmemappe har filer som slipper verten inn i andre systemer.',
      en: 'No home folder has files that let the host into other systems.',
    },
    basis: ['GDPR art. 32', 'NSM 2.6', 'SOV-4'],
    questions: [credentials],
    judge: (answered) => {
      const parts = answered(credentials);
      parts.filled('folders');
      const files = linesOf(parts.need('files')).filter((path) => !path.endsWith('.pub'));
      if (files.length > 0)
        return fail(
          {
            nb: `Verten kan logge inn andre steder med: ${files.join(', ')}. Noen må svare for hvor, og hvorfor.`,
            en: `The host can log in elsewhere with: ${files.join(', ')}. Somebody must answer for where, and why.`,
          },
          files.join('\n'),
          ['persistent'],
        );
      return pass(
        {
          nb: 'Fant ingen kjente filer med tokens i /root og /home. Jernverks egne hemmeligheter ligger i /etc/jernverk, bare lesbare for root.',
          en: 'No known files with tokens in /root and /home. Jernverk’s own secrets are in /etc/jernverk, readable by root only.',
        },
        '',
        ['persistent'],
      );
    },
  }),
];
