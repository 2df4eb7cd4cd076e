import { sh } from '../../../lib/shell.ts';
import type { Fact } from '../../engine/kind.ts';
import { keysOf, nameOf, type Reading, unknown, value } from '../../engine/setting.ts';
import { providers } from './list.ts';

/** The one key of this file: what on the host would keep apt from installing our packages. */
export const obstacles: readonly [string, string] = ['dpkg/obstacles', 'none'];

/**
 * While packages are missing, this asks apt itself, as the install would. That changes nothing and takes most of a
 * second. Virtual packages are left out, because somebody else's package may provide them.
 */
export function obstacleFacts(keys: readonly string[]): Fact[] {
  const [key] = obstacles;
  if (!keys.includes(key)) return [];
  const names = keysOf(keys, 'package')
    .map(nameOf)
    .filter((name) => !providers.has(name));
  return [
    {
      keys: [key],
      command: sh`export LC_ALL=C
installed=$(dpkg-query --show --showformat '\${db:Status-Status} \${Package}\n' ${names} 2>/dev/null | sed -n 's/^installed //p')
missing=
for name in ${names}; do
  case "
$installed
" in *"
$name
"*) ;; *) missing="$missing $name" ;; esac
done
[ -z "$missing" ] || apt-get --simulate --yes --no-install-recommends --no-remove install $missing 2>&1 || true
[ -z "$missing" ] || cat /etc/apt/preferences /etc/apt/preferences.d/* 2>/dev/null | sed -n 's/^Pin-Priority: *-.*/a pin forbids packages/p'`,
      parse: (output) => new Map([[key, judge(output, names)]]),
    },
  ];
}

/**
 * Reports what apt refuses for a reason that no later step changes. Everything else is for the steps, such as a package
 * that old lists do not know, or an interrupted dpkg: they update the lists and finish what was begun.
 */
function judge(output: string, names: readonly string[]): Reading {
  const removed = namesBelow(output, 'The following packages will be REMOVED:');
  const held = namesBelow(output, 'The following held packages will be changed:');
  // Without a pin the cause is a missing list, which the install fetches.
  const absent = [...output.matchAll(/^E: Package '(\S+)' has no installation candidate$/gm)].map(([, name]) => name);
  const pinned = /^a pin forbids packages$/m.test(output) ? absent : [];
  const refused = [...output.matchAll(/^ (\S+) : (?:Conflicts|Breaks): (\S+)/gm)].flatMap(
    ([, ours = '', other = '']) => (names.includes(ours) ? [other] : []),
  );
  const reasons = [
    ...removed.map((name) => `${name} would have to go: apt-get remove ${name}`),
    ...held.map((name) => `${name} is on hold: apt-mark unhold ${name}`),
    ...pinned.map((name) => `${name} is forbidden by a pin in /etc/apt/preferences.d: apt-cache policy ${name}`),
    ...refused.map(
      (name) => `${name} is in the way and kept by a hold or a pin: apt-mark unhold ${name} && apt-get remove ${name}`,
    ),
  ];
  return reasons.length === 0 ? value('none') : unknown(`apt cannot install the packages; ${reasons.join('; ')}`);
}

/** Returns the names that apt lists in indented lines below a headline. */
function namesBelow(output: string, headline: string): string[] {
  const [, after = ''] = output.split(`${headline}\n`);
  const [, listed = ''] = /^((?: {2}.*\n)*)/.exec(after) ?? [];
  return listed
    .split(/\s+/)
    .filter((name) => name !== '')
    .map((name) => name.replace(/\*$/, ''));
}
