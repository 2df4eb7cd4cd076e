import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Parts } from '../../../audit/checks/parts.ts';
import { powerful } from '../../../audit/checks/sudo.ts';
import { isListed, sudoersFile } from '../../../audit/checks/sudoers.ts';
import { auditSudoersCommand } from '../../../cli/audit-sudoers.ts';
import type { Invocation } from '../../../cli/invocation.ts';
import { onPrinted } from '../../support/printed.ts';
import { temporaryFolder } from '../evidence/support/folders.ts';
import { answered } from './host-answers.ts';

const rules = sudoersFile('auditor')
  .split('\n')
  .filter((line) => line.startsWith('auditor '))
  .map((line) => line.replace(/^.*NOPASSWD: /, ''));

describe('the file for sudo', () => {
  it('has each command once, and each is known again', () => {
    expect(rules.length).toBe(new Set(rules).size);
    expect(rules.every(isListed)).toBe(true);
    expect(rules).not.toContain('ALL');
    expect(isListed('/usr/bin/find /root -delete')).toBe(false);
  });

  it('has no pattern: what stands for others in sudoers(5) is escaped', () => {
    for (const rule of rules) {
      const [, ...given] = rule.split(' ');
      expect(rule.replaceAll(/\\./g, '')).not.toMatch(/[*?[\]!]/);
      // A list of arguments from ^ to $ is a regular expression.
      expect(given.join(' ')).not.toMatch(/^\^.*\$$/);
    }
  });

  it('does not know a rule again in which a star is a pattern', () => {
    const escaped = rules.find((rule) => rule.includes('\\*')) ?? '';
    expect(isListed(escaped)).toBe(true);
    expect(isListed(escaped.replaceAll('\\*', '*'))).toBe(false);
  });
});

describe('an account with the file', () => {
  const answer = (options: readonly object[]): Parts => {
    const json = JSON.stringify({
      User_Specs: [
        {
          User_List: [{ username: 'auditor' }],
          Cmnd_Specs: [{ Options: options, Commands: rules.map((command) => ({ command })) }],
        },
      ],
    });
    const accounts = 'root:x:0:0::/root:/bin/sh';
    return new Parts(
      'sudo',
      answered(
        `=== rules 0\n  ${json}\n=== others 0\n=== groups 0\n  sudo:x:27:\n=== accounts 0\n  ${accounts}\n=== end 0\n`,
      ),
    );
  };
  const names = (parts: Parts): string[] => powerful(parts).map(({ who }) => who);

  it('is none of those who can become root', () => {
    expect(names(answer([{ authenticate: false }]))).toEqual(['root']);
  });

  it('is one of them where its variables come along, since a library in them runs as root', () => {
    expect(names(answer([{ authenticate: false }, { setenv: true }]))).toEqual(['root', 'auditor']);
  });
});

describe('jernverk audit sudoers', () => {
  let said: string[];

  beforeEach(() => {
    said = [];
    const log = onPrinted((text) => said.push(text));
    return () => log.mockRestore();
  });

  const invocation = (different: Partial<Invocation>): Invocation => ({
    ...{ environment: 'local', json: false, arguments: {}, rest: [], options: {} },
    ...different,
  });

  it('prints the file for the account that is named, and nothing else', async () => {
    expect(await auditSudoersCommand(invocation({ options: { user: 'auditor' } }))).toBe(0);
    expect(`${said.join('\n')}\n`).toBe(sudoersFile('auditor'));
  });

  it('takes the account of the environment where none is named', async () => {
    const environment = join(await temporaryFolder(), 'environment.yaml');
    const hosts = 'hosts: [{ name: forge, roles: [broker], lab: {} }]';
    await writeFile(environment, `name: test\n${hosts}\naudit: { login: { user: revisor } }\n`);
    expect(await auditSudoersCommand(invocation({ environment }))).toBe(0);
    expect(said.join('\n')).toContain('revisor ALL=(root) NOPASSWD: /usr/sbin/sshd -T');
  });

  it.each(['ALL', '%sudo', '#0', 'ola ALL=(ALL) ALL', 'ola\nkari', ''])(
    'refuses %j, which is no account',
    async (user) => {
      await expect(auditSudoersCommand(invocation({ options: { user } }))).rejects.toMatchObject({
        code: 'AUDIT_ACCOUNT',
      });
      expect(said).toEqual([]);
    },
  );

  it('says what to do where no account is named anywhere', async () => {
    await expect(auditSudoersCommand(invocation({}))).rejects.toMatchObject({
      hint: expect.stringContaining('--user'),
    });
  });
});
