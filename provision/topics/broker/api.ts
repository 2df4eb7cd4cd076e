import { type Command, raw, sh } from '../../../lib/shell.ts';
import { curlHere } from '../../engine/curl.ts';
import { curlConfig, secretsFolder } from './names.ts';

/**
 * The broker's HTTP API. It listens on loopback. The password travels in curl's configuration file, not in arguments.
 */
export const apiUrl = 'http://127.0.0.1:15672/api';

export const curl = `${curlHere} --show-error --config ${secretsFolder}/${curlConfig}`;

/**
 * Shell function `api METHOD PATH`: sends standard input as JSON and prints the answer. Any failure ends the script
 * with what the broker said. Deleting what does not exist is a success.
 */
export const apiFunction = raw(`api() {
  if ! answer=$(${curl} --max-time 60 --request "$1" --header 'content-type: application/json' --data-binary @- --write-out '\\n%{http_code}' "${apiUrl}/$2"); then
    echo "the broker's HTTP API did not answer $1 /api/$2" >&2
    exit 1
  fi
  status=\${answer##*
}
  answer=\${answer%
*}
  case "$1 $status" in
    'DELETE 404') ;;
    *' 2'??) printf '%s' "$answer" ;;
    *) echo "$1 /api/$2 was refused with HTTP $status: $answer" >&2; exit 1 ;;
  esac
}`);

/** Asks the broker's HTTP API for `path`, as the administrator. Fails if it does not answer within 5 seconds. */
export const brokerQuery = (path: string): Command => sh`${raw(curl)} --fail --max-time 5 ${`${apiUrl}/${path}`}`;
