import { describe, expect, it } from 'vitest';
import { updateAddressesCommand } from '../../cli/audit-update-addresses.ts';
import { exported, hash, Project, text } from '../addresses/project.ts';
import { onPrinted } from '../support/printed.ts';

const project = new Project();

describe('the command', () => {
  const run = async (source: string, json = false): Promise<string> => {
    let printed = '';
    const print = onPrinted((text) => {
      printed = text;
    });
    const invocation = { environment: '', json, arguments: { source }, rest: [], options: {} };
    try {
      expect(await updateAddressesCommand(invocation, project.root)).toBe(0);
      return printed;
    } finally {
      print.mockRestore();
    }
  };

  it('says what was kept, for people and for programs', async () => {
    const file = await project.given('ripe.txt', text);
    expect(await run(file)).toBe(
      `ripencc, 2026-11-22: 15 records kept\n  sha256 ${hash('sha256', text)} (no checksum file next to it)`,
    );
    expect(await run(file)).toContain('15 records: already there');
    expect(JSON.parse(await run(file, true))).toMatchObject({ kind: 'addresses', changed: false });
    expect(await run(await project.given('ixf.json', exported))).toBe(
      'member export of IX-A, IX-B: 2 memberships kept',
    );
  });
});
