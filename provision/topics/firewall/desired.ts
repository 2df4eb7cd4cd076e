import { fileSettings } from '../../engine/kinds/file.ts';
import { isLoaded } from '../../engine/kinds/ruleset.ts';
import { serviceSetting } from '../../engine/kinds/service.ts';
import { render } from '../../engine/render.ts';
import type { Settings } from '../../engine/setting.ts';
import type { DesiredContext } from '../../engine/topic.ts';
import { openingsOn } from '../../environment/openings.ts';
import rulesTemplate from './firewall.nft.hbs';
import unitTemplate from './jernverk-firewall.service.hbs';
import healUnitTemplate from './jernverk-firewall-heal.service.hbs';
import healTimerText from './jernverk-firewall-heal.timer';
import {
  asLoaded,
  healTimer,
  healUnit,
  record,
  rulesetKey,
  rulesFile,
  table,
  unit,
  unitFile,
  unitFileOf,
} from './names.ts';
import { rulesFor } from './opening.ts';

/** A table of our own that lets in SSH and what the environment opens. It is loaded before the network is up. */
export function desired({ environment, host }: DesiredContext): Settings {
  const openings = openingsOn(environment, host).flatMap(rulesFor);
  return new Map([
    ...fileSettings(rulesFile, render(rulesTemplate, { sshPort: host.ssh?.port ?? 22, openings }), { mode: '0600' }),
    ...fileSettings(unitFile, render(unitTemplate, { rulesFile, record: record.script })),
    ...fileSettings(unitFileOf(healUnit), render(healUnitTemplate, { isLoaded: isLoaded(table), unit })),
    ...fileSettings(unitFileOf(healTimer), healTimerText),
    serviceSetting(healTimer, 'enabled active'),
    serviceSetting(unit, 'enabled active'),
    [rulesetKey, asLoaded],
  ]);
}
