import { directorySetting } from '../../engine/kinds/directory.ts';
import { fileSettings } from '../../engine/kinds/file.ts';
import { asLoadedFrom, type OwnTable, recordLoaded, rulesetKeyOf } from '../../engine/kinds/ruleset.ts';
import { serviceSetting } from '../../engine/kinds/service.ts';
import { render } from '../../engine/render.ts';
import type { Settings } from '../../engine/setting.ts';
import type { DesiredContext } from '../../engine/topic.ts';
import policyTemplate from './egress.nft.hbs';
import policyUnitTemplate from './jernverk-egress.service.hbs';
import seenUnitTemplate from './jernverk-seen.service.hbs';
import sampleUnitTemplate from './jernverk-seen-sample.service.hbs';
import sampleTimerText from './jernverk-seen-sample.timer';
import {
  destinationsFolder,
  localNetworks,
  logPrefix,
  needsKey,
  networksFile,
  policyTable,
  policyUnit,
  sampleTimer,
  sampleUnit,
  seenProgram,
  seenTable,
  seenUnit,
  unitFileOf,
} from './names.ts';
import seenTemplate from './seen.nft.hbs';
import programText from './seen.sh';
import { serviceRules } from './services.ts';

const setsOf = (number: number) => [
  ...['out', 'in'].map((name) => ({ name: `${name}${number}`, port: ' . inet_service' })),
  ...['plainout', 'plainin'].map((name) => ({ name: `${name}${number}`, port: '' })),
];
const families = [
  { number: 4, address: 'ipv4_addr', nfproto: 'ipv4', ip: 'ip', sets: setsOf(4) },
  { number: 6, address: 'ipv6_addr', nfproto: 'ipv6', ip: 'ip6', sets: setsOf(6) },
];

/** Empty in mode `off`. Counters in `observe`. Counters and the policy's table in `report` and `enforce`. */
export function desired(context: DesiredContext): Settings {
  const { mode } = context.environment.egress;
  if (mode === 'off') return new Map();
  return new Map([...seenSettings(context), ...(mode === 'observe' ? [] : policySettings(context, mode))]);
}

function seenSettings({ host }: DesiredContext): [string, string][] {
  const rules = render(seenTemplate, { families, sshPort: host.ssh?.port ?? 22 });
  const sample = { program: seenProgram };
  return [
    directorySetting(destinationsFolder, '0755'),
    ...fileSettings(seenProgram, programText, { mode: '0755' }),
    ...tableSettings(seenTable, seenUnit, rules, seenUnitTemplate),
    ...fileSettings(unitFileOf(sampleUnit), render(sampleUnitTemplate, sample)),
    ...fileSettings(unitFileOf(sampleTimer), sampleTimerText),
    serviceSetting(sampleTimer, 'enabled active'),
  ];
}

function policySettings(context: DesiredContext, mode: 'report' | 'enforce'): [string, string][] {
  const { environment, host, networks } = context;
  const { countries, services } = environment.egress;
  if (countries !== 'any' && networks === null) throw new Error('the country ring has no address data');
  const rules = render(policyTemplate, {
    mode,
    countries,
    everywhere: countries === 'any',
    networks: networks === null || countries === 'any' ? null : networksFile(networks.digest),
    services: services.map(serviceRules),
    local4: localNetworks.v4.join(', '),
    local6: localNetworks.v6.join(', '),
    sshPort: host.ssh?.port ?? 22,
    logPrefix: `${logPrefix}${mode === 'enforce' ? 'drop' : 'would drop'}: `,
    verdict: mode === 'enforce' ? 'drop' : 'accept',
  });
  return [
    ...(networks === null || countries === 'any' ? [] : [networksSetting(networks.digest)]),
    ...tableSettings(policyTable, policyUnit, rules, policyUnitTemplate),
    ...(mode === 'enforce' ? [[needsKey, 'let out'] satisfies [string, string]] : []),
  ];
}

const networksSetting = (digest: string): [string, string] => [`networks/${digest}`, 'present'];

const tableSettings = (own: OwnTable, unit: string, rules: string, unitTemplate: string): [string, string][] => [
  ...fileSettings(own.rulesFile, rules, { mode: '0600' }),
  ...fileSettings(
    unitFileOf(unit),
    render(unitTemplate, {
      rulesFile: own.rulesFile,
      folder: destinationsFolder,
      program: seenProgram,
      record: recordLoaded(own).script,
    }),
  ),
  serviceSetting(unit, 'enabled active'),
  [rulesetKeyOf(own.table), asLoadedFrom(own.rulesFile)],
];
