import { readFileSync } from 'node:fs';
import { afterAll, beforeAll } from 'vitest';
import type { Connection } from '../../provision/connection.ts';
import { connect, type Host } from '../../provision/host.ts';
import { workersApart } from '../support/workers-apart.ts';

let host: Host;
const connection: Connection = {
  name: 'forge',
  ...JSON.parse(readFileSync('.jernverk/lab/forge/connection.json', 'utf8')),
};
beforeAll(async () => {
  host = await connect(connection);
});
afterAll(async () => {
  await host.close();
});
workersApart(13, () => ({ host, connection }));
