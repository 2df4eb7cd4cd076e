import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commands } from '../../cli/commands.ts';
import type { CommandEntry, Invocation, Run } from '../../cli/invocation.ts';
import { main } from '../../cli/main.ts';
import { InputError } from '../../lib/errors.ts';

let invocations: Invocation[];
let written: string;

beforeEach(() => {
  invocations = [];
  written = '';
  const collect = (chunk: string | Uint8Array): boolean => {
    written += String(chunk);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(collect);
  vi.spyOn(process.stderr, 'write').mockImplementation(collect);
  vi.stubEnv('JERNVERK_CALLER_FOLDER', '/somewhere');
  vi.stubEnv('JERNVERK_ENV', '');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const entry = (name: string, more: Partial<CommandEntry> = {}, run?: Run): CommandEntry => ({
  name,
  group: 'Hosts',
  summary: `does ${name}`,
  load: async () =>
    run ??
    (async (invocation) => {
      invocations.push(invocation);
      return 0;
    }),
  ...more,
});

const table: readonly CommandEntry[] = [
  entry('plan', { arguments: ['[hosts...]'] }),
  entry('enqueue', { arguments: ['<worker>', '[file]'], options: [['--wait', 'wait']] }),
  entry('lab up'),
  entry('bench', {
    options: [
      ['--suite <names>', 'suites'],
      ['--quick', 'short'],
    ],
  }),
  entry('bench tuning', { options: [['--quick', 'short']] }),
  entry('lab exec', { arguments: ['<host>', '<command...>'] }),
  entry('fail', {}, async () => 1),
  entry('refuse', {}, async () => {
    throw new InputError('X', 'the port is wrong', { hint: 'give another' });
  }),
  entry('break', {}, async () => {
    throw new Error('it broke');
  }),
];

describe('an invocation', () => {
  it('has the arguments by name, files as absolute paths from where the person stands', async () => {
    expect(await main(['enqueue', 'resizer', 'pictures/a.jpg', '--wait'], table)).toBe(0);
    expect(invocations).toEqual([
      {
        environment: 'local',
        json: false,
        arguments: { worker: 'resizer', file: resolve('/somewhere/pictures/a.jpg') },
        rest: [],
        options: { wait: true },
      },
    ]);
  });

  it('takes global options before and after the command', async () => {
    await main(['--json', 'plan', 'a', 'b', '--env', 'production', '--no-color'], table);
    expect(invocations[0]).toMatchObject({ json: true, environment: 'production', rest: ['a', 'b'] });
  });

  it.each([
    ['production', 'production'],
    ['./mine', '/somewhere/mine'],
    ['mine.yaml', '/somewhere/mine.yaml'],
    ['/etc/mine.yml', '/etc/mine.yml'],
  ])('takes --env %s as %s', async (given, expected) => {
    await main(['plan', '--env', given], table);
    expect(invocations[0]?.environment).toBe(expected);
  });

  it('takes the environment of JERNVERK_ENV', async () => {
    vi.stubEnv('JERNVERK_ENV', 'staging');
    await main(['plan'], table);
    expect(invocations[0]?.environment).toBe('staging');
  });

  it('has an option that its group has, too', async () => {
    await main(['bench', 'tuning', '--quick'], table);
    expect(invocations[0]?.options).toEqual({ quick: true });
  });

  it('passes a command after -- as it is', async () => {
    await main(['lab', 'exec', 'forge', '--', 'ls', '--json'], table);
    expect(invocations[0]).toMatchObject({ arguments: { host: 'forge' }, rest: ['ls', '--json'], json: false });
  });
});

describe('the exit code', () => {
  it.each([
    [['fail'], 1, ''],
    [['break'], 1, 'jernverk: it broke'],
    [['refuse'], 2, 'jernverk: the port is wrong\n  give another'],
    [['plam'], 2, 'Did you mean plan?'],
    [['plan', '--jsn'], 2, 'Did you mean --json?'],
    [['enqueue'], 2, "missing required argument 'worker'"],
    [['lab', 'upp'], 2, 'Did you mean up?'],
    [['lab'], 2, 'Usage: jernverk lab'],
    [[], 2, 'Usage: jernverk'],
    [['--help'], 0, 'Usage: jernverk'],
    [['help', 'plan'], 0, 'Usage: jernverk plan'],
    [['help', 'lab', 'up'], 0, 'Usage: jernverk lab up'],
    [['help'], 0, 'Usage: jernverk COMMAND'],
    [['help', 'plam'], 2, 'there is no command plam\n  run ./jernverk --help for a list of commands'],
    [['plam'], 2, "jernverk: unknown command 'plam'"],
    [['enqueue'], 2, 'how to use it: ./jernverk enqueue --help'],
    [
      ['bench', 'tuning', '--suite', 'disk'],
      2,
      "unknown option '--suite'\n  how to use it: ./jernverk bench tuning --help",
    ],
    [['lab', 'frob'], 2, 'run ./jernverk lab --help for a list of commands'],
  ])('of %j is %i', async (argv, code, text) => {
    expect(await main(argv, table)).toBe(code);
    expect(written).toContain(text);
    expect(invocations).toEqual([]);
  });
});

describe('a command that a message tells the person to run', () => {
  const hinted = [
    entry('refuse', {}, async () => {
      throw new InputError('X', 'no key is pinned; see ./jernverk --help', {
        hint: 'pin it: ./jernverk trust forge, then ./jernverk lab exec forge -- ls',
      });
    }),
  ];

  it.each([
    [['--env', 'production', 'refuse'], '', ' --env production'],
    [['refuse', '--env', 'production'], '', ' --env production'],
    [['refuse', '--env', 'my own.yaml'], '', " --env '/somewhere/my own.yaml'"],
    [['refuse'], 'staging', ' --env staging'],
    [['refuse', '--env', 'local'], 'staging', ' --env local'],
    [['refuse', '--env', 'local'], '', ''],
    [['refuse'], '', ''],
  ])('names the environment of %j with JERNVERK_ENV=%j', async (argv, variable, words) => {
    vi.stubEnv('JERNVERK_ENV', variable);
    await main(argv, hinted);
    expect(written).toContain(`./jernverk${words} trust forge, then ./jernverk${words} lab exec forge -- ls`);
    expect(written).toContain('see ./jernverk --help');
  });
});

describe('the help', () => {
  it.each([60, 80])('stays within a terminal of %i columns', async (columns) => {
    const before = process.stdout.columns;
    process.stdout.columns = columns;
    await main(['--help']).finally(() => {
      process.stdout.columns = before;
    });
    // The examples are lines to copy and are not broken.
    const [listed = ''] = written.split('Examples:');
    expect(listed).toContain('Everyday');
    expect(Math.max(...listed.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  it('names every command and the exit codes, and stays within 110 columns', async () => {
    await main(['--help']);
    for (const name of [...commands.map((command) => command.name.split(' ')[0] ?? ''), 'test', 'cdktf']) {
      expect(written).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    }
    expect(written).toContain('wrong input, or undetermined');
    expect(Math.max(...written.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  it.each(commands.map((command) => command.name))('of %s can be shown', async (name) => {
    expect(await main([...name.split(' '), '--help'])).toBe(0);
    expect(written).toContain(`Usage: jernverk ${name}`);
  });
});
