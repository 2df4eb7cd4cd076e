import type { Check } from '../check.ts';
import { fingerprintOf } from '../evidence/signature.ts';
import { fail, hostCheck, join, notEvaluated, pass } from './judgement.ts';
import { linesOf, type Parts } from './parts.ts';
import { question } from './question.ts';
import { asRoot, keyFolders, keyNames } from './root-commands.ts';

/**
 * The files that sshd itself reads. Those in the usual home folders are found and read without following links, because
 * the owner of such a folder could make it point to any file of root. Other files are read with the rights of the
 * audit's log-in.
 */
const keys = question(
  'ssh-keys',
  `locations=$(${asRoot('sshd')} | sed -n 's/^authorizedkeysfile //p')
part locations printf '%s\\n' "$locations"
other() { ${asRoot('sshd')} | grep -E '^(authorizedkeyscommand|trustedusercakeys|authorizedprincipalsfile) '; }
part other other
paths=$(getent passwd | while IFS=: read -r name _ _ _ _ home _; do
  home=$(readlink -f -- "$home" || printf '%s' "$home")
  for pattern in $locations; do
    case $pattern in none) continue ;; /*) path=$pattern ;; *) path=$home/$pattern ;; esac
    printf '%s\\n' "$path" | sed "s#%h#$home#g; s#%u#$name#g; s#%%#%#g; s#//*#/#g"
  done
done | grep -E '^[A-Za-z0-9._/-]+$' | sort -u)
listed=$(${asRoot('keyFiles')}); code=$?
listed=$(printf '%s\\n' "$listed" | awk '{ kind = substr($3, 1, 1); if (kind == "-") kind = $7 == 0 ? "empty" : "file"; print kind, $11 }')
kind() { printf '%s\\n' "$listed" | awk -v "path=$1" '$2 == path { print $1 }'; }
looked() { [ "$code" -eq 0 ] && [ "$(kind /root)" = d ] && echo /root; }
part looked looked
lines=$(${asRoot('keyLines')})
own() {
  printf '%s\\n' "$lines" | awk -v "path=$1:" 'index($0, path) == 1 { print substr($0, length(path) + 1); n++ } END { exit !n }'
}
usual() {
  case $1 in /*/*/*/*/*/*) return 1 ;; ${keyFolders.map((folder) => `${folder}/*`).join(' | ')}) ;; *) return 1 ;; esac
  case $1 in ${keyNames.map((name) => `*/${name}`).join(' | ')}) [ "$(kind "\${1%/*}")" != l ] ;; *) return 1 ;; esac
}
unreadable() { return 1; }
for path in $paths; do
  if usual "$path"; then
    case "$(kind "$path") $path" in
      ' '*) continue ;;
      empty*) part "$path" true; continue ;;
      'file /root/'* | 'file /home/'*) part "$path" own "$path"; continue ;;
    esac
  fi
  if [ -e "$path" ]; then part "$path" dd if="$path" iflag=nofollow,nonblock bs=64k count=4 status=none
  elif stat -- "$path" 2>&1 | grep -qF 'Permission denied'; then part "$path" unreadable
  fi
done`,
);

export interface AccessKey {
  readonly path: string;
  readonly type: string;
  readonly fingerprint: string;
  readonly comment: string;
  readonly options: string;
  /** Bits of an RSA key. Null for other types. */
  readonly bits: number | null;
}

const keyPattern =
  /^(.*?)((?:sk-)?(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d+)(?:-cert-v01)?(?:@openssh\.com)?) (AAAA[A-Za-z0-9+/]+=*)(?: (.*))?$/;

/** Parses one line of authorized_keys (sshd(8)). Null if it is not a key. */
export function parseKey(path: string, line: string): AccessKey | null {
  const [, options = '', type, base64, comment = ''] = keyPattern.exec(line) ?? [];
  if (type === undefined || base64 === undefined) return null;
  const blob = Buffer.from(base64, 'base64');
  const fingerprint = fingerprintOf(blob);
  const bits = type === 'ssh-rsa' ? rsaBits(blob) : null;
  return { path, type, fingerprint, comment: comment.trim(), options: options.trim(), bits };
}

/** The blob is name, exponent and modulus, each with a 4-byte length (RFC 4253 section 6.6). */
function rsaBits(blob: Buffer): number {
  const name = 4 + blob.readUInt32BE(0);
  const exponent = name + 4 + blob.readUInt32BE(name);
  const length = blob.readUInt32BE(exponent);
  const first = blob[exponent + 4] ?? 0;
  return first === 0 ? (length - 1) * 8 : length * 8 - Math.clz32(first) + 24;
}

export function accessKeys(parts: Parts): { readonly keys: readonly AccessKey[]; readonly strange: readonly string[] } {
  parts.filled('looked');
  const read = parts
    .under('/')
    .flatMap(([path, text]) => linesOf(text).map((line) => ({ path, key: parseKey(path, line) })));
  return {
    keys: read.flatMap(({ key }) => (key === null ? [] : [key])),
    strange: read.filter(({ key }) => key === null).map(({ path }) => path),
  };
}

const weak = ({ type, bits }: AccessKey): boolean => type === 'ssh-dss' || (bits !== null && bits < 2048);

const describe = ({ path, type, fingerprint, comment, options }: AccessKey): string =>
  `${path}: ${type} ${fingerprint} ${comment || '–'}${options === '' ? '' : ` [${options}]`}`;

export const checks: readonly Check[] = [
  hostCheck({
    id: 'access/ssh-keys',
    chapter: 'access',
    title: { nb: 'SSH-nøkler som slipper inn', en: 'SSH keys that give access' },
    expected: {
      nb: 'Hver nøkkel sier hvem den tilhører, og er sterk nok.',
      en: 'Each key names its owner and is strong enough.',
    },
    basis: ['GDPR art. 32', 'NSM 2.6', 'SOV-4', 'SOV-7'],
    questions: [keys],
    judge: (answered) => {
      const parts = answered(keys);
      const found = accessKeys(parts);
      const authorities = found.keys.filter(({ options }) => /(?:^|,)cert-authority(?:,|$)/.test(options));
      const elsewhere = linesOf(parts.need('other')).filter((line) => !line.endsWith(' none'));
      const observed = [...found.keys.map(describe), ...elsewhere].join('\n');
      const unnamed = found.keys.filter(({ comment }) => comment === '');
      const tooWeak = found.keys.filter(weak);
      const counted = {
        nb: `${found.keys.length} nøkler slipper inn. Hvem som har den private delen av dem, og hvor i verden, kan ikke ses fra verten.`,
        en: `${found.keys.length} keys give access. The host cannot show who has their private halves, or where in the world.`,
      };
      const faults = [
        unnamed.length > 0
          ? {
              nb: `Uten navn på eieren: ${unnamed.map(({ fingerprint }) => fingerprint).join(', ')}.`,
              en: `These keys name no owner: ${unnamed.map(({ fingerprint }) => fingerprint).join(', ')}.`,
            }
          : null,
        tooWeak.length > 0
          ? {
              nb: `For svake: ${tooWeak.map(({ fingerprint }) => fingerprint).join(', ')}.`,
              en: `Too weak: ${tooWeak.map(({ fingerprint }) => fingerprint).join(', ')}.`,
            }
          : null,
        found.strange.length > 0
          ? {
              nb: `Linjer som ikke er nøkler: ${[...new Set(found.strange)].join(', ')}.`,
              en: `Lines that are not keys: ${[...new Set(found.strange)].join(', ')}.`,
            }
          : null,
        elsewhere.length > 0
          ? {
              nb: `Nøkler kommer også fra andre steder: ${elsewhere.join('; ')}.`,
              en: `Keys come from elsewhere, too: ${elsewhere.join('; ')}.`,
            }
          : null,
      ];
      if (faults.some((fault) => fault !== null)) return fail(join(...faults, counted), observed, ['persistent']);
      // Somebody has just logged in, so an empty list proves nothing.
      if (found.keys.length === 0)
        return notEvaluated({
          nb: 'Fant ingen nøkler der SSH leter etter dem.',
          en: 'No key was found in the places where SSH looks.',
        });
      if (authorities.length > 0)
        return notEvaluated(
          join(counted, {
            nb: `Disse signerer andres nøkler, og hvem det er, står ikke på verten: ${authorities.map(({ fingerprint }) => fingerprint).join(', ')}.`,
            en: `These sign the keys of others, and the host does not know who those are: ${authorities.map(({ fingerprint }) => fingerprint).join(', ')}.`,
          }),
          observed,
          ['persistent'],
        );
      return pass(counted, observed, ['persistent']);
    },
  }),
];
