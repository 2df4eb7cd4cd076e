import { expect, it } from 'vitest';
import { workerFileSchema } from '../../../platform/contract/worker-file.ts';
import { withoutSecrets } from '../../../provision/engine/diff.ts';
import { kindOf } from '../../../provision/engine/setting.ts';
import { mayStay } from '../../../provision/engine/topic.ts';
import { wantedFor } from '../../../provision/fleet/topics.ts';
import { environmentWith } from '../../support/apply-topic.ts';

/** Kinds that `destroy` removes, so that the host no longer reports them. All others must be of a kind that may stay. */
const removed = [
  ...['file', 'mode', 'service', 'loaded', 'mount', 'image', 'listen', 'ruleset', 'secret', 'socket', 'weight'],
  ...['user', 'login', 'permission', 'policy', 'exchange', 'binding', 'networks', 'release', 'door', 'slot'],
];

/** Everything that is wanted on a host with all roles. */
function wantedEverywhere() {
  const worker = 'image-resizer';
  const environment = environmentWith(
    {},
    {
      workers: [{ name: worker, slots: 1 }],
      egress: { mode: 'enforce', countries: 'norway', services: [] },
    },
  );
  const [host] = environment.hosts;
  if (host === undefined) throw new Error('no host');
  const layers = [{ digest: '1'.repeat(64), bytes: 1, title: 'layer' }];
  const release = {
    id: 'aaaabbbbcccc',
    workers: [{ worker, declared: workerFileSchema.parse({}), layers, entry: '/app/main.mjs' }],
  };
  return wantedFor({ environment, host, release, networks: { digest: 'a'.repeat(64) } });
}

it('destroy succeeds although a host still reports what no step removes', () => {
  const topics = wantedEverywhere();
  for (const { topic, wanted } of topics) expect(wanted.size, topic.name).toBeGreaterThan(0);
  const undecided = topics.flatMap(({ topic, wanted }) =>
    [...new Set([...wanted.keys()].map(kindOf))]
      .filter((kind) => !removed.includes(kind) && !mayStay(topic, `${kind}/name`, ''))
      .map((kind) => `${topic.name}: ${kind}`),
  );
  expect(undecided, 'give the kind `mayStay`, or put it into `removed` here').toEqual([]);
});

it('no file of Jernverk looks as if it held a secret, since a host that has it would then seem to differ', () => {
  const seeming = wantedEverywhere().flatMap(({ wanted }) =>
    [...wanted].filter(([key, text]) => withoutSecrets(key, text) !== text).map(([key]) => key),
  );
  expect(seeming).toEqual([]);
});
