import { expect, it } from 'vitest';
import { kindOf } from '../../provision/setting.ts';
import { wantedFor } from '../../provision/topics.ts';
import { environmentWith } from '../support/apply-topic.ts';

/** Kinds that `destroy` takes away, so that the host no longer says them. All others must be among what a topic leaves. */
const takenAway = [
  ...['file', 'mode', 'service', 'loaded', 'mount', 'image', 'listen', 'ruleset', 'secret', 'socket', 'weight'],
  ...['user', 'login', 'permission', 'policy', 'exchange', 'binding'],
];

it('destroy is done although a host still says what no step takes away', () => {
  const environment = environmentWith({}, { workers: [{ name: 'image-resizer', slots: 1 }] });
  const [host] = environment.hosts;
  if (host === undefined) throw new Error('no host');
  const topics = wantedFor({ environment, host, release: null, networks: null });
  const undecided = topics.flatMap(({ topic, wanted }) =>
    [...new Set([...wanted.keys()].map(kindOf))]
      .filter((kind) => !takenAway.includes(kind) && !topic.leaves?.includes(kind))
      .map((kind) => `${topic.name}: ${kind}`),
  );
  expect(undecided, 'put them into `leaves` of the topic, or into `takenAway` here').toEqual([]);
});
