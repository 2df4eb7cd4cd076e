import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readFact } from '../../../../provision/engine/gather.ts';
import type { Reading, Settings } from '../../../../provision/engine/setting.ts';
import { factsOf, mayStay } from '../../../../provision/engine/topic.ts';
import type { Hosts } from '../../../../provision/terraform/hosts.ts';
import { foresee } from '../../../../provision/terraform/plan-diagnostics.ts';
import { nodeSettings } from '../../../../provision/topics/packages/node.ts';
import { packages } from '../../../../provision/topics/packages/topic.ts';
import { environmentWith } from '../../../support/apply-topic.ts';
import { makeNode } from '../../../support/broker-data.ts';

const wanted: Settings = new Map(nodeSettings({ name: 'forge', roles: ['broker'] }));
const [[key, none] = ['', '']] = wanted;

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jernverk-node-'));
});

/** What the fact's own script reads, with this folder in place of `/`. */
function read(settings: Settings = wanted): Reading | undefined {
  const [fact] = factsOf(packages, [key], settings);
  if (fact === undefined) throw new Error('nobody asks');
  const script = fact.command.script.replaceAll('/var/lib/', `${root}/var/lib/`);
  const { status, stdout, stderr } = spawnSync('sh', ['-uc', script], { encoding: 'utf8' });
  return readFact(fact, { exitCode: status ?? 9, stdout, stderr }).get(key);
}

const installedByUs = () => {
  mkdirSync(join(root, '/var/lib/jernverk'), { recursive: true });
  writeFileSync(join(root, '/var/lib/jernverk/packages-added.txt'), 'erlang-base\nrabbitmq-server\n');
};
const fit: Reading = { kind: 'value', value: none };
const refusedFor = (reason: RegExp) => ({ kind: 'unknown', reason: expect.stringMatching(reason) });

it('only a host with a broker is asked', () => {
  const environment = environmentWith({ name: 'forge' });
  const [host] = environment.hosts;
  if (host === undefined) throw new Error('no host');
  expect(packages.desired({ environment, host, release: null, networks: null }).get(key)).toBe(none);
  expect(nodeSettings({ name: 'forge', roles: ['worker'] })).toEqual([]);
  expect(key).toBe('node/rabbit@forge');
});

describe('a deploy', () => {
  it('takes a bare host, and one with queues under its own name', () => {
    expect(read()).toEqual(fit);
    makeNode(root, 'rabbit@forge', 'jernverk');
    installedByUs();
    expect(read()).toEqual(fit);
  });

  it('refuses a host of an earlier release, and says how to move', () => {
    makeNode(root, 'rabbit@localhost', 'jernverk');
    expect(read()).toEqual(
      refusedFor(
        /earlier release .*rabbit@localhost: .*\.\/jernverk status shows empty queues.*\.\/jernverk destroy --purge forge .*then \.\/jernverk apply$/,
      ),
    );
  });

  it('refuses it also if its first start was cut short, and if the new node has started beside it', () => {
    makeNode(root, 'rabbit@localhost');
    installedByUs();
    expect(read()).toEqual(refusedFor(/earlier release/));
    makeNode(root, 'rabbit@forge', 'jernverk');
    expect(read()).toEqual(refusedFor(/earlier release/));
  });

  it('refuses a host that was renamed in the environment, and names the name to write there again', () => {
    makeNode(root, 'rabbit@anvil', 'jernverk');
    expect(read()).toEqual(
      refusedFor(
        /under the name anvil: .*Write that name in the environment file again, or .*\.\/jernverk destroy --purge forge/,
      ),
    );
  });

  it('leaves a RabbitMQ of somebody else to the check of the owner', () => {
    makeNode(root, 'rabbit@localhost', '/');
    makeNode(root, 'rabbit@shop', 'jernverk-shop');
    expect(read()).toEqual(fit);
  });

  it('takes a host that is called localhost and has its own queues', () => {
    const called = new Map(nodeSettings({ name: 'localhost', roles: ['broker'] }));
    const [fact] = factsOf(packages, [...called.keys()], called);
    expect(fact?.parse('rabbit@localhost\n').get('node/rabbit@localhost')).toEqual(fit);
  });
});

it('destroy is not stopped by such a host, since it is the way out', () => {
  makeNode(root, 'rabbit@localhost', 'jernverk');
  expect(read(new Map())).toEqual({ kind: 'value', value: 'queues under rabbit@localhost' });
  expect(mayStay(packages, key, 'queues under rabbit@localhost')).toBe(true);
});

it('Terraform is told before it changes anything, in its plan', async () => {
  makeNode(root, 'rabbit@localhost', 'jernverk');
  const hosts: Pick<Hosts, 'foresee'> = {
    foresee: async (_host, _topic, settings) => new Map([[key, read(settings) ?? { kind: 'absent' }]]),
  };
  const diagnostics = await foresee(hosts, 'packages', null, { host: 'forge', settings: wanted });
  expect(diagnostics).toEqual([
    expect.objectContaining({ severity: 'ERROR', detail: expect.stringContaining('./jernverk destroy --purge forge') }),
  ]);
});
