/** A block of a tutorial: a file to write, or commands to run. */
export type TutorialStep =
  | { readonly kind: 'file'; readonly path: string; readonly content: string }
  | { readonly kind: 'commands'; readonly commands: string; readonly exitCode: number; readonly output: string };

interface Block {
  readonly language: string;
  readonly text: string;
  /** The line of prose before it. */
  readonly before: string;
}

/**
 * Returns what a reader of this Markdown does, in order. A block `sh` is commands. A block `text` is what the commands
 * before it print. Each other block is a file, and the line before it ends with the file's path. Throws if a block is
 * none of these.
 */
export function tutorialSteps(markdown: string): readonly TutorialStep[] {
  const blocks = blocksOf(markdown);
  return blocks.flatMap(({ language, text, before }, index): TutorialStep[] => {
    const next = blocks[index + 1];
    const [, path] = /`([^`]+)`:$/.exec(before) ?? [];
    if (language === 'text') {
      if (blocks[index - 1]?.language !== 'sh') throw new Error(`no command prints this:\n${text}`);
      return [];
    }
    if (language === 'sh') {
      const [, exitCode = '0'] = /# exits with (\d+)$/m.exec(text) ?? [];
      const output = next?.language === 'text' ? next.text : '';
      return [{ kind: 'commands', commands: text, exitCode: Number(exitCode), output }];
    }
    if (path === undefined) throw new Error(`no line before this block names a file:\n${text}`);
    return [{ kind: 'file', path, content: text }];
  });
}

function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/(?<=^|\n)```(\w*)\n(.*?\n)```(?=\n|$)/gs)].map(
    ({ index, 1: language = '', 2: text = '' }) => ({
      language,
      text,
      before: markdown.slice(0, index).trimEnd().split('\n').at(-1) ?? '',
    }),
  );
}

/** Returns the lines of what was expected that the output lacks, in that order. `…` stands for anything. */
export function missingLines(expected: string, output: string): readonly string[] {
  const printed = output.split('\n');
  let from = 0;
  return expected.split('\n').filter((line) => {
    if (line.trim() === '' || line.trim() === '…') return false;
    const found = printed.findIndex((one, index) => index >= from && patternOf(line).test(one.trim()));
    if (found >= 0) from = found + 1;
    return found < 0;
  });
}

const patternOf = (line: string): RegExp => {
  const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replaceAll(/\s+/g, '\\s+');
  return new RegExp(`^${line.trim().split('…').map(literal).join('.*')}$`);
};
