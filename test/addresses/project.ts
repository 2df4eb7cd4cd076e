import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** What a registry and an exchange publish. */
export const text = await readFile('test/fixtures/audit/addresses/delegated-ripencc-extended.txt', 'utf8');
export const exported = await readFile('test/fixtures/audit/addresses/ixf-1.0.json', 'utf8');
/** The day after the registry's file. */
export const now = new Date('2026-11-23T12:00:00Z');
export const hash = (algorithm: string, content: string | Buffer): string =>
  createHash(algorithm).update(content).digest('hex');

/** The folder of a project, new for each test of a file. */
export class Project {
  root = '';

  constructor() {
    beforeEach(async () => {
      this.root = await mkdtemp(join(tmpdir(), 'jernverk-addresses-'));
    });
    afterEach(() => rm(this.root, { recursive: true }));
  }

  /** Returns the path of a new file in it. */
  async given(name: string, content: string | Buffer): Promise<string> {
    await writeFile(join(this.root, name), content);
    return join(this.root, name);
  }
}
