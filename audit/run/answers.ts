import { type Answer, ask } from '../../provision/engine/gather.ts';
import type { Host } from '../../provision/ssh/host.ts';
import type { Check, Question } from '../check.ts';

/** Returns the questions of all checks, each once. Throws Error if two questions share a name but not the command. */
export function questionsOf(checks: readonly Check[]): readonly Question[] {
  const byName = new Map<string, Question>();
  for (const question of checks.flatMap((check) => check.questions)) {
    const known = byName.get(question.name);
    if (known !== undefined && known.command.script !== question.command.script) {
      throw new Error(`two questions of the audit are named ${question.name} and ask different things`);
    }
    byName.set(question.name, question);
  }
  return [...byName.values()];
}

/** Some of them search whole file systems. */
const tenMinutes = 600_000;

/** Asks a host everything in one round trip. Reads only. */
export async function askHost(host: Host, questions: readonly Question[]): Promise<ReadonlyMap<string, Answer>> {
  const answers = await ask(
    host,
    questions.map(({ command }) => command),
    tenMinutes,
  );
  return new Map(
    questions.flatMap(({ name }, index): [string, Answer][] => {
      const answer = answers[index];
      return answer === undefined ? [] : [[name, answer]];
    }),
  );
}

/** The path of an answer in the bundle. */
export const rawPath = (host: string, question: string): string => `raw/${host}/${question}.txt`;

/** An answer as evidence: the command, its exit code, and its unchanged output. */
export const rawText = ({ command }: Question, { exitCode, stdout, stderr }: Answer): string =>
  [
    '# command',
    command.script,
    `# exit code ${exitCode}`,
    ...(stderr === '' ? [] : ['# standard error', stderr]),
    '# standard output',
    stdout,
  ].join('\n');

const candidate = /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]*:[0-9a-f.:]*)(?![\w.])/gi;

/** Everything in the answers that looks like an address. The parser skips what is not one. */
export const addressesIn = (answers: Iterable<Answer>): string[] => [
  ...new Set([...answers].flatMap(({ stdout }) => stdout.match(candidate) ?? [])),
];
