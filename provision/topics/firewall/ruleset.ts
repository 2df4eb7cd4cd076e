import { asLoadedFrom, type OwnTable, recordLoaded } from '../../engine/kinds/ruleset.ts';
import { firewallFolder, rulesFile, table } from './names.ts';

export const ownTable: OwnTable = { table, rulesFile, folder: firewallFolder, terse: false };
export const asLoaded = asLoadedFrom(rulesFile);
export const record = recordLoaded(ownTable);
