import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { nodeEnvironmentPath } from '../../../../provision/topics/broker/names.ts';
import { ownerSteps } from '../../../../provision/topics/broker/owner.ts';
import nodeEnvironment from '../../../../provision/topics/broker/rabbitmq-env.conf.hbs';
import { makeNode } from '../../../support/broker-data.ts';

const key = `file/${nodeEnvironmentPath}`;
const change = (from: string | null) => ({ key, from, to: 'new' });

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jernverk-owner-'));
});

/** The check with this folder in place of `/`. */
function check(): { status: number | null; stderr: string } {
  const [step] = ownerSteps([change(null)]);
  const script = step?.command.script.replaceAll('/var/lib/', `${root}/var/lib/`) ?? 'exit 9';
  return spawnSync('sh', ['-euc', script], { encoding: 'utf8' });
}

describe('a host with a RabbitMQ', () => {
  it('of somebody else is refused, and its data is named', () => {
    makeNode(root, 'rabbit@shop', '/');
    const { status, stderr } = check();
    expect(status).toBe(1);
    expect(stderr).toContain(`with data in ${root}/var/lib/rabbitmq/mnesia/rabbit@shop.`);
  });

  it('of somebody else is refused although Debian gave its node the name that ours would have', () => {
    makeNode(root, 'rabbit@forge', '/', 'jernverk-shop');
    const { status, stderr } = check();
    expect(status).toBe(1);
    expect(stderr).toContain('/rabbit@forge. Nothing of it was changed.');
  });

  it('that never ran, or none, is taken', () => {
    expect(check().status).toBe(0);
    makeNode(root, 'rabbit@shop-plugins-expand');
    expect(check().status).toBe(0);
  });

  it('that was ours before is taken again', () => {
    makeNode(root, 'rabbit@shop', '/');
    makeNode(root, 'rabbit@forge', 'jernverk');
    expect(check().status).toBe(0);
  });

  it('that we installed is taken, whatever its node was called', () => {
    makeNode(root, 'rabbit@shop', '/');
    mkdirSync(join(root, '/var/lib/jernverk'));
    writeFileSync(join(root, '/var/lib/jernverk/packages-added.txt'), 'erlang-base\nrabbitmq-server\n');
    expect(check().status).toBe(0);
  });

  it('is not asked again where the configuration is ours or does not change', () => {
    expect(ownerSteps([change(nodeEnvironment)])).toEqual([]);
    expect(ownerSteps([])).toEqual([]);
  });
});
