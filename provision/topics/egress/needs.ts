import { type Command, raw, sh } from '../../../lib/shell.ts';
import { type Fact, ifInstalled, type Kind, stays } from '../../engine/kind.ts';
import { isLoaded } from '../../engine/kinds/ruleset.ts';
import { absent, type Reading, type Settings, unknown, value } from '../../engine/setting.ts';
import { needsKey, policyTable } from './names.ts';

/**
 * What the host itself cannot do without: its resolvers, its package mirrors, its time servers. An enforced policy that
 * cuts one off is refused before it is applied, and the message says what to add.
 */

/** Prints a line per address: kind, name, address, protocol, port. Names are resolved by the host's own resolver. */
const listNeeds = String.raw`list_needs() {
  cat /run/systemd/resolve/resolv.conf /etc/resolv.conf 2>/dev/null |
    awk '$1 == "nameserver" && $2 !~ /^127\./ && $2 != "::1" { sub(/%.*/, "", $2); print "resolver", $2, $2, "udp", 53 }' | sort -u
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
    grep -v '^ *#' | grep -oE 'https?://[^/ ]+' | sed -E 's#//[^@/]*@#//#' | sort -u | while IFS=: read -r scheme name port; do
      name=$(printf '%s' "$name" | sed 's#^//##')
      [ -n "$port" ] || case $scheme in https) port=443 ;; *) port=80 ;; esac
      timeout 5 getent ahosts "$name" | awk -v name="$name" -v port="$port" '!seen[$1]++ { print "mirror", name, $1, "tcp", port }'
    done
  { ! systemctl is-active --quiet systemd-timesyncd || timeout 5 timedatectl show-timesync --property=ServerAddress --value
    ! systemctl is-active --quiet chrony || timeout 5 chronyc -n sources | awk '/^\^/ { print $2 }'; } 2>/dev/null |
    awk '/^[0-9a-fA-F.:]+$/ { print "time", $1, $1, "udp", 123 }'
}
`;

/**
 * Reads needs from standard input. Prints those of which no address is let out by the kernel's table and the text in
 * $policy.
 */
const judge = String.raw`in_set() { nft get element ${policyTable.table} "$1" "{ $2 }" >/dev/null 2>&1; }
let_out() {
  case $1 in *:*) v=6 ;; *) v=4 ;; esac
  if in_set "local$v" "$1"; then return 0; fi
  case $policy in *'# countries: any'*) return 0 ;; esac
  printf '%s\n' "$policy" | sed -n 's/^# \(service[0-9]*\) \([a-z]*\) \([0-9a-z,]*\) .*/\1 \2 \3/p' |
    while read -r service protocol ports; do
      [ "$protocol" = "$2" ] || continue
      case ",$ports," in ,all, | *,"$3",*) ;; *) continue ;; esac
      if in_set "$service"_v"$v" "$1"; then echo yes; fi
    done | grep -q yes && return 0
  # Last: nft reads the whole set for it, which takes 0.3 s with the EEA.
  in_set "networks$v" "$1"
}
while read -r kind name address protocol port; do
  if let_out "$address" "$protocol" "$port"; then word=let; else word=cut; fi
  printf '%s %s %s %s %s %s\n' "$word" "$kind" "$name" "$address" "$protocol" "$port"
done | awk '
  $1 == "let" { let[$2 " " $3] = 1; next }
  { key = $2 " " $3; cut[key] = cut[key] " " $4; how[key] = $5 " " $6 }
  END { for (key in cut) if (!(key in let)) print key " (" how[key] "):" cut[key] }' | sort
`;

/** The networks of the country ring reach a host with the first apply. Until then only the other rings can be asked. */
const withoutCountries = 'without-countries';

/**
 * Asks the kernel if it has exactly this policy. Otherwise asks one that is loaded in a temporary network namespace.
 */
export function needsFacts(keys: readonly string[], wanted: Settings): Fact[] {
  if (!keys.includes(needsKey)) return [];
  const policy = wanted.get(`file/${policyTable.rulesFile}`) ?? '';
  const encoded = Buffer.from(policy).toString('base64');
  const loadAndJudge = `printf '%s\\n' "$policy" | nft -f /dev/stdin || exit 3
printf '%s\\n' "$needs" | { ${judge} }`;
  return [
    {
      keys: [needsKey],
      command: ifInstalled(
        'nft',
        sh`policy=$(printf '%s' ${encoded} | base64 -d)
[ -n "$policy" ] || policy=$(cat ${policyTable.rulesFile} 2>/dev/null) || exit 0
verdict=judged
for file in $(printf '%s\n' "$policy" | sed -n 's/^[[:space:]]*include "\(.*\)"/\1/p'); do
  [ -e "$file" ] || verdict=${withoutCountries}
done
if [ "$verdict" = ${withoutCountries} ]; then
  policy=$(printf '%s\n' "$policy" | sed '/^[[:space:]]*include "/d; /@networks[46] /d')
fi
${raw(listNeeds)}
needs=$(list_needs)
echo "$verdict"
loaded=$(cut -d ' ' -f 1 ${`${policyTable.folder}/loaded.sha256`} 2>/dev/null || :)
if ${raw(isLoaded(policyTable.table))} && [ "$(printf '%s\n' "$policy" | sha256sum | cut -d ' ' -f 1)" = "$loaded" ]; then
  printf '%s\n' "$needs" | { ${raw(judge)} }
else
  export policy needs
  unshare --net sh -c ${loadAndJudge}
fi`,
      ),
      parse: (output) => new Map([[needsKey, readingOf(output, wanted.has(needsKey))]]),
    },
  ];
}

function readingOf(output: string, ahead: boolean): Reading {
  const [first = '', ...cut] = output.trim().split('\n');
  if (first === '') return absent;
  if (cut.length === 0) return value('let out');
  if (first === withoutCountries)
    return value(`let out only if a country of the ring holds the address: ${adviceOn(cut)}`);
  return ahead
    ? unknown(`enforcing would cut off what the host needs: ${adviceOn(cut)}`)
    : value(`cut off: ${cut.join('; ')}`);
}

const adviceOn = (cut: readonly string[]): string =>
  `${cut.join('; ')}. Add to egress.services in the environment file: ${cut.map(serviceFor).join(', ')}`;

/** Writes `mirror deb.debian.org (tcp 80): 203.0.113.80` as a service of the environment. */
function serviceFor(line: string): string {
  const [, kind = '', name = '', protocol = '', port = '', addresses = ''] =
    /^(\S+) (\S+) \((\S+) (\d+)\): ?(.*)$/.exec(line) ?? [];
  const title = kind === name ? kind : `${kind} ${name}`;
  const how = protocol === 'tcp' ? '' : `, protocol: ${protocol}`;
  const supplies = kind === 'mirror' ? 'supply chain' : 'operations';
  return `{ name: "${title}", to: [${addresses
    .split(' ')
    .map((address) => `"${address}"`)
    .join(', ')}], ports: [${port}]${how}, kind: ${supplies} }`;
}

/**
 * Runs before a new policy is loaded, with `refuseCut` after it: lists what the host needs while the old one still
 * holds.
 */
export const rememberNeeds: Command = raw(`${listNeeds}needs=$(list_needs)`);

/** Runs `undo` and fails if the policy just loaded from `file` cuts off a need that was remembered. */
export const refuseCut = (file: string, undo: Command): Command =>
  raw(`policy=$(cat ${file})
cut=$(printf '%s\\n' "$needs" | { ${judge} })
if [ -n "$cut" ]; then
  ${undo.script}
  printf 'the policy cuts off what the host needs, so it was undone: %s\\n' "$cut" >&2
  echo 'add these to egress.services in the environment file' >&2
  exit 1
fi`);

/** What a policy would cut off depends on the wanted policy. */
export const needsKind: Kind = { prefixes: ['needs'], facts: needsFacts, mayStay: stays, looksAhead: true };
