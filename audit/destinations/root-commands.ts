import { destinationsFile, policyTable, policyUnit, unitFileOf } from '../../provision/topics/egress/names.ts';

const why = { nb: 'lese reglene for utgående trafikk', en: 'read the rules for outgoing traffic' };
const [family = '', table = ''] = policyTable.table.split(' ');

/** What these questions run as root. */
export const egressRootCommands = {
  tables: { argv: ['nft', 'list', 'tables'], why },
  egressTable: { argv: ['nft', '-s', '-t', 'list', 'table', family, table], why },
  egressLoaded: { argv: ['cat', `${policyTable.folder}/loaded.nft`], why },
  egressHash: { argv: ['sha256sum', '--check', `${policyTable.folder}/loaded.sha256`], why },
  egressCounters: { argv: ['nft', 'list', 'counters', 'table', family, table], why },
  egressTimes: { argv: ['stat', '-c', '%Y', policyTable.rulesFile, unitFileOf(policyUnit)], why },
  seenFile: { argv: ['cat', destinationsFile], why: { nb: 'lese hvor trafikken gikk', en: 'read where traffic went' } },
} as const;
