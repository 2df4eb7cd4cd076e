import { describe, expect, it } from 'vitest';
import { value } from '../../../provision/engine/setting.ts';
import { decodeResource } from '../../../provision/terraform/codec.ts';
import { couldNotRead, failureOf } from '../../../provision/terraform/diagnostics.ts';
import type { Hosts } from '../../../provision/terraform/hosts.ts';
import { HostReader } from '../../../provision/terraform/reader.ts';
import { readResource } from '../../../provision/terraform/resource.ts';
import { unprintable } from '../../support/hostile-runs.ts';

const key = 'file//etc/x';

/** The state after a refresh of a host that has this text. */
async function stateOf(text: string): Promise<string | undefined> {
  const hosts: Hosts = {
    gather: async () => new Map([['kernel', new Map([[key, value(text)]])]]),
    foresee: async () => new Map(),
    converge: async () => ({ error: null, notApplicable: [], notices: [] }),
    close: async () => undefined,
  };
  const state = { host: 'forge', settings: new Map([[key, 'wanted\n']]) };
  const answer = await readResource({ hosts, reader: new HostReader(hosts, new Map()) }, 'kernel', state);
  return decodeResource(answer.new_state)?.settings.get(key);
}

describe('what Terraform prints as it is', () => {
  it('has control characters of a host as escapes, and still differs from every text that has them so', async () => {
    const shown = await stateOf('a\n\u001b[2J\u202e');
    expect(shown).toMatch(/^\(control characters are shown as escapes\)\na\n\\u\{001b\}\[2J\\u\{202e\}$/);
    expect(await stateOf('a\n\\u{001b}[2J\\u{202e}')).not.toBe(shown);
  });

  it('is otherwise the text that the host has', async () => {
    expect(await stateOf('a\n\tb\\x1b\n')).toBe('a\n\tb\\x1b\n');
  });

  it('quotes the reason of a failed read in a diagnostic', () => {
    const [diagnostic] = couldNotRead('forge', 'kernel', [{ key, reason: 'no\u001b[2J\nforge2: all fine' }]);
    expect(diagnostic?.detail).not.toMatch(unprintable);
    expect(diagnostic?.detail?.split('\n')).toEqual([
      'no\\u{001b}[2J',
      '  │ forge2: all fine',
      'Nothing was changed, since what cannot be read may be right or wrong.',
    ]);
    const failed = failureOf(new Error('no\u001b[2J\nforge2: all fine'), 'forge');
    expect(failed.summary.split('\n')).toEqual(['forge: no\\u{001b}[2J', '  │ forge2: all fine']);
  });
});
