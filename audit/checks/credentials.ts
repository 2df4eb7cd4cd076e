import type { Check } from '../check.ts';
import { fail, hostCheck, pass } from './judgement.ts';
import { linesOf, unreadable } from './parts.ts';
import { question } from './question.ts';
import { asRoot } from './root-commands.ts';

const credentials = question('credentials', `part folders ls -d /root /home\npart files ${asRoot('credentials')}`);

export const checks: readonly Check[] = [
  hostCheck({
    id: 'access/tokens',
    chapter: 'access',
    title: { nb: 'Nøkler og tilgangstokener til andre systemer', en: 'Keys and tokens for other systems' },
    expected: {
      nb: 'Ingen hjemmemappe har filer som kjente programmer bruker for å komme inn i andre systemer.',
      en: 'No home folder has files that known programs use to log in to other systems.',
    },
    basis: ['GDPR art. 32', 'NSM 2.6', 'SOV-4'],
    questions: [credentials],
    judge: (answered) => {
      const parts = answered(credentials);
      const folders = parts.filled('folders');
      if (!linesOf(folders).includes('/root'))
        throw unreadable('/root er ikke blant mappene', '/root is not among the folders');
      const files = linesOf(parts.need('files')).filter((path) => !path.endsWith('.pub'));
      if (files.length > 0)
        return fail(
          {
            nb: `Verten kan logge inn andre steder med: ${files.join(', ')}. Noen må svare for hvor, og hvorfor.`,
            en: `The host can log in elsewhere with: ${files.join(', ')}. Somebody must say where, and why.`,
          },
          files.join('\n'),
          ['persistent'],
        );
      return pass(
        {
          nb: 'Fant ingen av filene vi kjenner (skytjenester, git, npm, SSH og andre) i /root og /home. Kontrollen ser ikke andre filer. Jernverks egne hemmeligheter ligger i /etc/jernverk, bare lesbare for root.',
          en: '/root and /home have none of the files that this check knows (cloud services, git, npm, SSH and others). It does not see other files. Jernverk’s own secrets are in /etc/jernverk, and only root can read them.',
        },
        `searched:\n${folders}`,
        ['persistent'],
      );
    },
  }),
];
