import { configurationFolder, runFolder } from '../../../platform/contract/places.ts';
import { asLoadedFrom, type OwnTable, recordLoaded } from '../../engine/kinds/ruleset.ts';

export const table = 'inet jernverk';
export const rulesFile = `${configurationFolder}/firewall.nft`;
export const unit = 'jernverk-firewall.service';
export const healUnit = 'jernverk-firewall-heal.service';
export const healTimer = 'jernverk-firewall-heal.timer';
export const unitFileOf = (name: string): string => `/etc/systemd/system/${name}`;
export const unitFile = unitFileOf(unit);
export const rulesetKey = `ruleset/${table}`;
/** State of this boot, like the rules in the kernel: what was loaded, the rules to try, the way back. */
export const firewallFolder = `${runFolder}/firewall`;

export const ownTable: OwnTable = { table, rulesFile, folder: firewallFolder, terse: false };
export const asLoaded = asLoadedFrom(rulesFile);
export const record = recordLoaded(ownTable);
