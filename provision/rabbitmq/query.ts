import { type Command, sh } from '../command.ts';

/** Asks the broker's HTTP API for `path`, as the administrator; the credentials stay in a root-only file on the host. */
export const brokerQuery = (path: string): Command =>
  sh`curl --silent --fail --max-time 5 --config /etc/jernverk/secrets/rabbitmq/curl.conf ${`http://127.0.0.1:15672/api/${path}`}`;
