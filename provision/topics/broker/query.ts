import { type Command, raw, sh } from '../../../lib/shell.ts';
import { apiUrl, curl } from './api.ts';

/** Asks the broker's HTTP API for `path`, as the administrator. Fails where it does not answer within 5 seconds. */
export const brokerQuery = (path: string): Command => sh`${raw(curl)} --fail --max-time 5 ${`${apiUrl}/${path}`}`;
