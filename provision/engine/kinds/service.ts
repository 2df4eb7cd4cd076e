import { type Command, lines, raw, sh } from '../../../lib/shell.ts';
import type { Fact, Kind } from '../kind.ts';
import { absent, type Change, changesOf, keysOf, nameOf, type Reading, type Readings, value } from '../setting.ts';
import type { RunStep, Step } from '../step.ts';

/** systemd units: `service/<unit>` is the state of unit file and unit: "enabled active", "masked inactive". */
type ServiceState =
  | 'enabled active'
  | 'disabled inactive'
  | 'masked inactive'
  /** A unit without an [Install] section, which other units pull in. */
  | 'static active';

export function serviceSetting(unit: string, state: ServiceState): [string, string] {
  return [`service/${unit}`, state];
}

/** Asks systemd for every unit that the keys name. A unit that systemd does not know is absent. */
export function serviceFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, 'service');
  if (own.length === 0) return [];
  return [
    {
      keys: own,
      command: sh`systemctl show --property=Id,LoadState,UnitFileState,ActiveState -- ${own.map(nameOf)}`,
      parse: (output) => parseServices(output, own),
    },
  ];
}

/** `systemctl show` prints units in the order of the question, with a blank line between them. */
function parseServices(output: string, keys: readonly string[]): Readings {
  const blocks = output.trim().split(/\n\n+/);
  if (blocks.length !== keys.length) throw new Error(`asked for ${keys.length} units, got ${blocks.length} answers`);
  return new Map(keys.map((key, index) => [key, readingOf(blocks[index] ?? '')]));
}

function readingOf(block: string): Reading {
  const properties = new Map(
    block.split('\n').map((line): [string, string] => {
      const [property = '', ...rest] = line.split('=');
      return [property, rest.join('=')];
    }),
  );
  if (properties.get('LoadState') === 'not-found') return absent;
  return value(`${properties.get('UnitFileState')} ${properties.get('ActiveState')}`);
}

/** Brings every changed unit to its wanted state. A unit that is no longer wanted is disabled and stopped. */
export function serviceSteps(changes: readonly Change[]): Step[] {
  return changesOf(changes, 'service').map((change): Step => {
    const unit = nameOf(change.key);
    switch (change.to) {
      case 'enabled active' satisfies ServiceState:
        return {
          kind: 'run',
          title: `start ${unit}`,
          command: sh`systemctl unmask --quiet ${unit}
${resetFailed(unit)}
systemctl enable --quiet --now ${unit}
systemctl start ${unit}`,
        };
      case 'static active' satisfies ServiceState:
        return { kind: 'run', title: `start ${unit}`, command: lines(resetFailed(unit), sh`systemctl start ${unit}`) };
      case 'masked inactive' satisfies ServiceState:
        return { kind: 'run', title: `mask ${unit}`, command: sh`systemctl mask --quiet --now ${unit}` };
      default:
        return { kind: 'run', title: `stop ${unit}`, command: sh`systemctl disable --quiet --now ${unit}` };
    }
  });
}

/**
 * Needed before each start, because systemd refuses a unit that failed too often ("Start request repeated too
 * quickly").
 */
export const resetFailed = (...units: readonly string[]): Command =>
  sh`systemctl reset-failed ${units} 2>/dev/null || :`;

/** Needed after a change of a unit's file or drop-in, before the unit is started again. */
export const reloadUnits: RunStep = { kind: 'run', title: 'load unit files', command: raw('systemctl daemon-reload') };

/** A unit counts as gone when it is stopped, because its file may be Debian's. */
export const serviceKind: Kind = {
  prefixes: ['service'],
  facts: serviceFacts,
  reads: 'only its keys',
  mayStay: (state) => / (inactive|failed)$/.test(state),
};
