import { quote } from '../../lib/shell.ts';
import {
  destinationsFile,
  policyTable,
  policyUnit,
  sampleTimer,
  seenUnit,
  unitFileOf,
} from '../../provision/topics/egress/names.ts';
import { question } from '../checks/question.ts';
import { egressRootCommands } from './root-commands.ts';

const asRoot = (name: keyof typeof egressRootCommands): string =>
  `root ${egressRootCommands[name].argv.map(quote).join(' ')}`;

const exists = (path: string, name: string, part: string): string =>
  `if [ -e ${path} ]; then part ${name} ${part}; else missing ${name}; fi`;

/** The host's own count of its connections. */
export const seenQuestion = question(
  'seen',
  `${exists(destinationsFile, 'counted', asRoot('seenFile'))}
part units systemctl show --property=Id,ActiveState,UnitFileState ${sampleTimer} ${seenUnit}
part now date +%s`,
);

/** The policy as it is in the kernel, and as it was loaded. */
export const egressQuestion = question(
  'egress',
  `part unit systemctl show --property=LoadState,ActiveState,UnitFileState ${policyUnit}
# Where the list of tables cannot be had, the parts are asked for and fail: that is unknown, and not missing.
there() { list=$(${asRoot('tables')}) || return 0; printf '%s\\n' "$list" | grep -qFx 'table ${policyTable.table}'; }
if [ -e ${unitFileOf(policyUnit)} ] && there; then
  live() { ${asRoot('egressTable')}; }
  part table live
  loaded() {
    now=$(live) && then=$(${asRoot('egressLoaded')}) || return
    [ "$now" = "$then" ] || { echo 'rules changed'; return 0; }
    case $(${asRoot('egressHash')} 2>/dev/null) in
      *': OK') echo 'as loaded' ;;
      *': FAILED'*) echo 'file changed' ;;
      *) return 1 ;;
    esac
  }
  part loaded loaded
  part counters ${asRoot('egressCounters')}
  part changed ${asRoot('egressTimes')}
else
  for name in table loaded counters changed; do missing "$name"; done
fi`,
);
