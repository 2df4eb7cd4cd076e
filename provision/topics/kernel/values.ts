/** One kernel setting, why it has this value, and the source. */
export interface KernelValue {
  readonly key: string;
  /** As the kernel prints it. One blank separates fields. */
  readonly value: string;
  readonly reason: string;
  readonly source: string;
  /**
   * What measurements of `benchmarks/tuning` say about it: stock Debian against ours, taking turns. For people only. A
   * value that turns out to be harmful is removed.
   */
  readonly evidence: string;
}

const rabbitmqNetworking = 'https://www.rabbitmq.com/docs/networking';
const tuned = 'https://github.com/redhat-performance/tuned/blob/master/profiles';
const kernelVm = 'https://docs.kernel.org/admin-guide/sysctl/vm.html';
const kernelIp = 'https://docs.kernel.org/networking/ip-sysctl.html';
const mebibyte = 2 ** 20;

const notSpeed = 'not a matter of speed';

/** All figures below are from `bench tuning` on one machine: docs/benchmarks.md. */
const machine =
  'on an idle virtual machine with 2 processors and a virtual disk whose flush is nearly free, Linux 6.18, 2026-11-23';
const measuredOn = `6 runs a side ${machine}`;

const writeBack = `no evidence: fdatasync p99 of a log beside a bulk writer of 100 MB/s −19 % (−51.2 % to +29.2 %), ${measuredOn}; the two are measured as one`;

/** Well-known advice that is not here, and why: docs/decisions.md, 17. */
export const sysctls: readonly KernelValue[] = [
  {
    key: 'net.core.somaxconn',
    value: '4096',
    reason: 'longest accept queue; the default since Linux 5.4, held against images that lower it',
    source: kernelIp,
    evidence: 'nothing to measure: a stock kernel has the same value',
  },
  {
    key: 'net.ipv4.tcp_keepalive_intvl',
    value: '10',
    reason: 'seconds between probes to a peer that does not answer: with the two others, lost after 70 seconds',
    source: rabbitmqNetworking,
    evidence: notSpeed,
  },
  {
    key: 'net.ipv4.tcp_keepalive_probes',
    value: '4',
    reason: 'probes without an answer until a connection is dropped (default 9)',
    source: rabbitmqNetworking,
    evidence: notSpeed,
  },
  {
    key: 'net.ipv4.tcp_keepalive_time',
    value: '30',
    reason: 'idle seconds before the first probe (default 7200): a dead peer gives its jobs back in about a minute',
    source: rabbitmqNetworking,
    evidence: notSpeed,
  },
  {
    key: 'net.ipv4.tcp_max_syn_backlog',
    value: '4096',
    reason: 'half-open connections: all clients of a broker that restarts come back at once',
    source: rabbitmqNetworking,
    evidence: notSpeed,
  },
  {
    key: 'net.ipv4.tcp_slow_start_after_idle',
    value: '0',
    reason: 'AMQP connections live long and pause often; a pause must not shrink their window',
    source: `${tuned}/network-throughput/tuned.conf`,
    evidence: `no evidence: 800 kB after a second of silence −14.8 % (−47.5 % to +25.5 %), ${measuredOn}, without distance; what it saves is round trips, so measure it over the real one`,
  },
  {
    key: 'vm.dirty_background_bytes',
    value: String(64 * mebibyte),
    reason:
      'start writing back early, so that an fsync finds little of others in its way; our judgement, not a standard',
    source: kernelVm,
    evidence: writeBack,
  },
  {
    key: 'vm.dirty_bytes',
    value: String(256 * mebibyte),
    reason: 'bounds what one fsync may have to wait for; replaces dirty_ratio, a share of memory; our judgement',
    source: kernelVm,
    evidence: writeBack,
  },
  {
    key: 'vm.swappiness',
    value: '10',
    reason:
      'keep the broker and the slots in memory; not 0 or 1, which reclaim too late and meet the OOM killer sooner',
    source: `${tuned}/throughput-performance/tuned.conf`,
    evidence:
      'not measured: it shows only where memory is short, and a run that makes memory short endangers the broker',
  },
];

/** Virtual disks: the outer host orders the requests. */
export const block = {
  scheduler: {
    key: 'scheduler',
    value: 'none',
    reason: 'a queue in the guest only delays what the host orders anyway',
    source: 'https://docs.kernel.org/block/switching-sched.html',
    evidence: `no evidence: fdatasync p99 of a log beside random readers, against mq-deadline, −12.3 % (−26 % to +7.7 %), ${measuredOn}`,
  },
  readAhead: {
    key: 'read-ahead',
    value: '128 KB',
    reason: 'the default, held against images that raise it: a queue writes its log and does not read it',
    source: 'https://docs.kernel.org/admin-guide/abi-stable.html#abi-sys-block-disk-queue-read-ahead-kb',
    evidence: 'nothing to measure: a stock kernel has the same value on a disk that asks for no larger one',
  },
} as const satisfies Record<string, KernelValue>;

export const transparentHugePages: KernelValue = {
  key: 'enabled',
  value: 'madvise',
  reason: 'only for programs that ask; "never" is advice for Redis and old databases, RabbitMQ has none',
  source: 'https://docs.kernel.org/admin-guide/mm/transhuge.html',
  evidence: `no evidence: 100,000 jobs drained, against always, −3.7 % (−8.5 % to +3.1 %), p 0.24, 20 runs a side ${machine}; what the broker had allocated before a switch stays as it was`,
};

export const sysctlFile = '/etc/sysctl.d/90-jernverk.conf';
export const udevFile = '/etc/udev/rules.d/90-jernverk-block.rules';
export const tmpfilesFile = '/etc/tmpfiles.d/90-jernverk-thp.conf';
