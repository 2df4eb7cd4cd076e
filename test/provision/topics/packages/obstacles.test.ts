import { expect, it } from 'vitest';
import { obstacleFacts } from '../../../../provision/topics/packages/obstacles.ts';
import { fixture } from '../../../support/topic-fixtures.ts';

const [fact] = obstacleFacts(['dpkg/obstacles', 'package/docker.io', 'package/docker-cli', 'package/fio']);
const judge = (output: string) => fact?.parse(output).get('dpkg/obstacles');

/** What apt said on a Debian 13 host, on which each of these had been done by hand. */
it.each([
  ['docker-ce', 'docker-ce would have to go: apt-get remove docker-ce'],
  [
    'docker-ce-held',
    'docker-ce is in the way and kept by a hold or a pin: apt-mark unhold docker-ce && apt-get remove docker-ce',
  ],
  ['held', 'docker.io is on hold: apt-mark unhold docker.io'],
  ['pinned', 'docker.io is forbidden by a pin in /etc/apt/preferences.d: apt-cache policy docker.io'],
])('%s in the way of the packages is named before anything is changed, with what to do', (state, reason) => {
  const reading = judge(fixture(`packages/obstacles/${state}.txt`));
  expect(reading).toEqual({ kind: 'unknown', reason: `apt cannot install the packages; ${reason}` });
});

it.each([
  ['nothing is missing', ''],
  ['the lists of packages were never fetched', 'E: Unable to locate package docker.io\n'],
  ['a list is too old to have it', "E: Package 'docker.io' has no installation candidate\n"],
  ['a killed dpkg is to be finished first', "E: dpkg was interrupted, you must manually run 'dpkg --configure -a'\n"],
])('it is no obstacle that %s: the steps see to that', (_, output) => {
  expect(judge(output)).toEqual({ kind: 'value', value: 'none' });
});
