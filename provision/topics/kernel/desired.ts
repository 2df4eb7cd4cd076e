import { fileSettings } from '../../engine/kinds/file.ts';
import { render } from '../../engine/render.ts';
import type { Settings } from '../../engine/setting.ts';
import type { DesiredContext } from '../../engine/topic.ts';
import blockRules from './block.rules.hbs';
import { swapSettings } from './swap.ts';
import sysctlConf from './sysctl.conf.hbs';
import thpConf from './thp.conf.hbs';
import { block, sysctlFile, sysctls, tmpfilesFile, transparentHugePages, udevFile } from './values.ts';

/** The files that set the values at boot, and each value that the running kernel must have now. */
export function desired({ host }: DesiredContext): Settings {
  return new Map([
    ...fileSettings(sysctlFile, render(sysctlConf, { values: sysctls })),
    ...fileSettings(udevFile, render(blockRules, { ...block, kilobytes: block.readAhead.value.replace(' KB', '') })),
    ...fileSettings(tmpfilesFile, render(thpConf, transparentHugePages)),
    ...sysctls.map(({ key, value }): [string, string] => [`sysctl/${key}`, value]),
    ['sysctl-at-boot/conflicts', 'none'],
    ...[block.scheduler, block.readAhead].map(({ key, value }): [string, string] => [`block/${key}`, value]),
    [`thp/${transparentHugePages.key}`, transparentHugePages.value],
    ...swapSettings(host.swap),
  ]);
}
