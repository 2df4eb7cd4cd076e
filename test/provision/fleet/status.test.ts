import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStatus } from '../../../platform/contract/places.ts';
import type { Answer } from '../../../provision/engine/gather.ts';
import { parseStatus, workersWithoutSlots } from '../../../provision/fleet/status.ts';

const folder = mkdtempSync(join(tmpdir(), 'jernverk-status-'));
const read = (path: string): string =>
  execFileSync('sh', ['-euc', `path=$1; ${readStatus('$path')}`, 'sh', path], { encoding: 'utf8', timeout: 20_000 });

describe('a status file, in a folder that the worker can write to', () => {
  it('is read', () => {
    writeFileSync(join(folder, 'status.json'), '{"state":"busy"}');
    expect(read(join(folder, 'status.json'))).toBe('{"state":"busy"}');
  });

  it('is not read where it is a link to a file of the host, and not waited for where it is a pipe', () => {
    writeFileSync(join(folder, 'secret'), 'hunter2');
    symlinkSync(join(folder, 'secret'), join(folder, 'link'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(read(join(folder, 'link'))).toBe('');
    expect(read(join(folder, 'pipe'))).toBe('');
  });
});

const answer = (stdout: string, exitCode = 0): Answer => ({ exitCode, stdout, stderr: '' });
const slot = (name: string): string =>
  JSON.stringify({ slot: name, release: 'aaaa', state: 'busy', job: null, done: 1, failed: 0, beat: 1_000 });

describe('the status of a host', () => {
  const answers = [
    answer('100.5 50\n0.1 0.2 0.3 1/2 3\nMemAvailable: 1024 kB\n'),
    answer('cpu 1 0 1 8 0 0 0 0 0 0\ncpu 2 0 2 14 0 0 0 2 0 0\n'),
    answer('aaaabbbbcccc\n'),
    answer('', 22),
    answer('', 22),
    answer(`3000\n${slot('tick_00')}\n{"state":\n{"odd":true}\n${slot('tick_01')}\n`),
    answer(`files 1073741824 4294967296 9000000 9999999
MainPID=71
Id=jernverk-door-tick.service

MainPID=72
Id=jernverk-door-tock.service

MainPID=0
Id=jernverk-door-none.service
/proc/71/cmdline:--connections-max=64
/proc/72/cmdline:--connections-max=64
${'pid=71\n'.repeat(64)}${'pid=72\n'.repeat(63)}${'pid=1\n'.repeat(70)}
socket 0600 20001:10001 /run/jernverk/doors/tick/broker.sock
status 0 20 /run/jernverk/slots/tick_00-aaaabbbb
status 40 20 /run/jernverk/slots/tick_01-aaaabbbb
`),
  ];

  it('has a broker of null where it does not answer, and leaves out a slot whose status is none', () => {
    const status = parseStatus('forge', answers);
    expect(status).toMatchObject({ broker: null, release: 'aaaabbbbcccc', memoryAvailableBytes: 1_048_576 });
    expect(status.slots.map(({ slot: name, beatAgeSeconds }) => [name, beatAgeSeconds])).toEqual([
      ['tick_00', 2],
      ['tick_01', 2],
    ]);
  });

  it('says why the broker takes no jobs, with the figures', () => {
    const health = '{"status":"failed","alarms":[{"node":"rabbit@forge","resource":"disk space"}]}';
    const node = '[{"disk_free":966367642,"disk_free_limit":2147483648,"mem_used":1,"mem_limit":2}]';
    const withBroker = answers.with(3, answer('{"rabbitmq_version":"4.0.5"}')).with(4, answer('[]')).slice(0, 7);
    const alarms = (text: string) => parseStatus('forge', [...withBroker, answer(text)]).broker?.alarms;
    expect(alarms(`${health}\n${node}\n`)).toEqual([
      'free disk 0.9 GB is below its limit of 2.0 GB (broker.diskFreeLimit)',
    ]);
    expect(alarms(`{"status":"ok"}\n${node}\n`)).toEqual([]);
    expect(alarms('')).toBe(null);
  });

  it('names each limit that a worker has reached, and no other', () => {
    expect(parseStatus('forge', answers).limits).toEqual([
      { name: 'files', text: '1.0 GB free for the files of jobs, and none is taken below 4.0 GB' },
      { name: 'connections of tick', text: 'all 64 connections to the broker are taken' },
      { name: 'status of tick_00-aaaabbbb', text: 'its status folder is full, so it cannot say how it is' },
    ]);
    const few = [...answers.slice(0, -1), answer('files 8589934592 4294967296 9999 6000000\n')];
    expect(parseStatus('forge', few).limits?.map(({ text }) => text)).toEqual([
      '9999 inodes free for the files of jobs, and none is taken below 10000',
    ]);
    const uncounted = [...answers.slice(0, -1), answer('files 8589934592 4294967296 0 0\n')];
    expect(parseStatus('forge', uncounted).limits).toEqual([]);
  });

  it('says what the hypervisor gave to others, over the sample and since boot', () => {
    expect(parseStatus('forge', answers).stealPercent).toEqual({ now: 20, sinceBoot: 10 });
  });

  it('names a worker of the environment that has no slot on the host', () => {
    const status = parseStatus('forge', answers);
    expect(workersWithoutSlots(['tick', 'ti'], status)).toEqual(['ti']);
  });
});
