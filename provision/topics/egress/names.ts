import { configurationFolder, programsFolder, runFolder, stateFolder } from '../../../platform/contract/places.ts';
import type { OwnTable } from '../../engine/kinds/ruleset.ts';

/** The policy: what is let out. Only in the modes `report` and `enforce`. */
export const policyTable: OwnTable = {
  table: 'inet jernverk_egress',
  rulesFile: `${configurationFolder}/egress.nft`,
  folder: `${runFolder}/egress`,
  terse: true,
};

/** What went out: a counter per destination. It is a table of its own, so that a new policy forgets no destination. */
export const seenTable: OwnTable = {
  table: 'inet jernverk_seen',
  rulesFile: `${configurationFolder}/seen.nft`,
  folder: `${runFolder}/seen`,
  terse: true,
};

/** The country ring's networks. Each file is named by the SHA-256 of its content. */
export const networksFolder = `${configurationFolder}/networks`;
export const networksFile = (digest: string): string => `${networksFolder}/${digest}.nft`;

const unitFolder = '/etc/systemd/system';
export const unitFileOf = (unit: string): string => `${unitFolder}/${unit}`;
export const policyUnit = 'jernverk-egress.service';
export const seenUnit = 'jernverk-seen.service';
export const sampleUnit = 'jernverk-seen-sample.service';
export const sampleTimer = 'jernverk-seen-sample.timer';

/** Adds up the kernel's counters in `destinationsFile`, and loads tables without losing what they have counted. */
export const seenProgram = `${programsFolder}/seen`;
export const destinationsFolder = `${stateFolder}/egress`;
export const destinationsFile = `${destinationsFolder}/destinations.tsv`;

/** Each line in the kernel's log about a packet that no ring lets out begins with this. */
export const logPrefix = 'jernverk-egress ';

export const needsKey = 'needs/egress';

/**
 * Addresses that nobody on the internet holds, so no registry says where they lead: RFC 1918, 3927, 6598, 1112; RFC
 * 4193, 4291. Docker's networks are among them. They are let out and counted.
 */
export const localNetworks = {
  v4: [
    ...['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
    ...['224.0.0.0/24', '255.255.255.255'],
  ],
  v6: ['::1', 'fc00::/7', 'fe80::/10', 'ff02::/16'],
} as const;
