import { fileSettings } from '../kinds/file.ts';
import { serviceSetting } from '../kinds/service.ts';
import { render } from '../render.ts';
import type { Settings } from '../setting.ts';
import type { DesiredContext } from '../topic.ts';
import rulesTemplate from './firewall.nft.hbs';
import unitTemplate from './jernverk-firewall.service.hbs';
import { rulesetKey, rulesFile, unit, unitFile } from './names.ts';
import { rulesFor } from './opening.ts';
import { asLoaded, record } from './ruleset.ts';

/** A table of our own that lets in SSH and what the environment opens, loaded before the network is up. */
export function desired({ environment, host }: DesiredContext): Settings {
  const openings = environment.firewall.open.flatMap(rulesFor);
  return new Map([
    ...fileSettings(rulesFile, render(rulesTemplate, { sshPort: host.ssh?.port ?? 22, openings }), { mode: '0600' }),
    ...fileSettings(unitFile, render(unitTemplate, { rulesFile, record: record.script })),
    serviceSetting(unit, 'enabled active'),
    [rulesetKey, asLoaded],
  ]);
}
