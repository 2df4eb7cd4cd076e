import { describe, expect, it } from 'vitest';
import type { Audit } from '../../../audit/audit.ts';
import { describeAudit } from '../../../audit/report/describe.ts';
import { rendered } from '../../../lib/terminal.ts';
import type { Language } from '../../../lib/text.ts';
import { audit, hostileAudit } from './fixtures.ts';

const shown = (audited: Audit, language: Language, colours = false): string[] =>
  describeAudit(audited, language).map((line) => rendered(line, colours));

describe('an audit in a terminal', () => {
  it('counts all outcomes, and has a line for each finding that is no pass, what needs a look first', () => {
    const lines = shown(audit('failures'), 'en');
    expect(lines.slice(0, 3)).toEqual([
      'production, 23 November 2026, 12:00 UTC',
      '✗ 11 fail  ✗ 1 failed, accepted  ! 2 error  ? 4 not evaluated  ✓ 20 pass  – 1 not applicable',
      '! Not audited: bellows: svarte ikke på SSH innen 10 sekunder',
    ]);
    expect(lines.slice(3, -1).map((line) => line.trim()[0])).toEqual([...'✗✗✗✗✗✗✗✗✗✗✗✗!!????']);
    expect(lines.find((line) => line.includes('forge destinations/resolvers'))).toContain(
      'Accepted through 31 January 2027: Byttes når',
    );
  });

  it('ends with what cannot be shown, also where all is as expected', () => {
    const lines = shown(audit('clean'), 'nb');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toContain('Kan ikke vises herfra: kopier tatt fra utsiden, leverandørens ansatte');
  });

  it('says that nothing is known where nothing was evaluated', () => {
    const text = shown(audit('unknown'), 'nb').join('\n');
    expect(text).toContain('? 21 ikke vurdert');
    expect(text).not.toContain('✓');
  });

  it('has colour only where it is wanted, and no control character of a host’s', () => {
    expect(shown(audit('failures'), 'nb', true).join('\n')).toContain('\u001b[31m✗');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there.
    expect(shown(hostileAudit(), 'nb').join('')).not.toMatch(/[\u0000-\u001f\u202a-\u202e]/);
  });
});
