import { sh } from '../../../lib/shell.ts';
import { type Fact, type Kind, stays } from '../../engine/kind.ts';
import { keysOf, type Readings, value } from '../../engine/setting.ts';

const unitKey = /^unit\/(.+):(\w+)$/;

/** `unit/<unit>:<property>` is the value that systemd itself uses, whatever the files say. */
function unitFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, 'unit');
  const units = [...new Set(own.flatMap((key) => unitKey.exec(key)?.[1] ?? []))];
  return units.map((unit): Fact => {
    const ofUnit = own.filter((key) => key.startsWith(`unit/${unit}:`));
    const properties = ofUnit.map((key) => unitKey.exec(key)?.[2] ?? '');
    return {
      keys: ofUnit,
      command: sh`systemctl show --property=LoadState,${properties.join(',')} -- ${unit}`,
      parse: (output) => parseUnit(output, unit),
    };
  });
}

function parseUnit(output: string, unit: string): Readings {
  if (output.includes('LoadState=not-found')) return new Map();
  const pairs = [...output.matchAll(/^(\w+)=(.*)$/gm)].filter(([, property]) => property !== 'LoadState');
  if (pairs.length === 0) throw new Error(`unexpected answer: ${output.slice(0, 80)}`);
  return new Map(pairs.map(([, property, text = '']) => [`unit/${unit}:${property}`, value(text)]));
}

/** Without our drop-in the unit is as Debian ships it. */
export const unitKind: Kind = { prefixes: ['unit'], facts: unitFacts, mayStay: stays };
