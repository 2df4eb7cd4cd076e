import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../support/command-line.ts';
import { missingLines, tutorialSteps } from '../support/tutorial-steps.ts';

describe('the steps of a tutorial', () => {
  it('are files, and commands with what they print and how they end', () => {
    const markdown = [
      'Write `a/b.ts`:\n\n```ts\nx\n```',
      '```sh\nfalse # exits with 1\n```\n\n```text\nno …\n```',
      '```sh\ntrue\n```',
    ];
    expect(tutorialSteps(markdown.join('\n\n'))).toEqual([
      { kind: 'file', path: 'a/b.ts', content: 'x\n' },
      { kind: 'commands', commands: 'false # exits with 1\n', exitCode: 1, output: 'no …\n' },
      { kind: 'commands', commands: 'true\n', exitCode: 0, output: '' },
    ]);
  });

  it('are never passed over: a block that is none of them is an error', () => {
    expect(() => tutorialSteps('Look:\n\n```yaml\na: b\n```')).toThrow('names a file');
    expect(() => tutorialSteps('Look:\n\n```text\na\n```')).toThrow('no command prints this');
  });

  it('of docs/tutorial.md are all that it has', async () => {
    const markdown = await readFile(join(projectRoot, 'docs/tutorial.md'), 'utf8');
    const blocks = markdown.match(/^```\w+$/gm) ?? [];
    const texts = blocks.filter((fence) => fence === '```text').length;
    expect(tutorialSteps(markdown)).toHaveLength(blocks.length - texts);
  });
});

describe('the output of a step', () => {
  const output = 'forge  packages: nothing to change\n  word-count.dead     quorum  1      0\ndone in 3.1 s\n';

  it('has each line in order, with anything for …', () => {
    expect(missingLines('…\n  word-count.dead  quorum  1  0\ndone in … s\n', output)).toEqual([]);
  });

  it.each(['word-count.dead  quorum  0  0', 'done in … min', 'done', 'forge … nothing'])('lacks %s', (line) => {
    expect(missingLines(line, output)).toEqual([line]);
  });

  it('lacks a line that came earlier', () => {
    expect(missingLines('done in … s\nforge  packages: …', output)).toEqual(['forge  packages: …']);
  });
});
