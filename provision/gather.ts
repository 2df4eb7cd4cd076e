import { randomBytes } from 'node:crypto';
import { type Command, raw } from './command.ts';
import { messageOf } from './errors.ts';
import type { Host } from './host.ts';
import { absent, type Reading, type Readings, type Settings, unknown } from './setting.ts';
import type { Fact, Topic, TopicName } from './topic.ts';

/** What one of the commands printed. */
export interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * All questions as one script. Each runs in a subshell of its own with empty input, all side by side, since most of them
 * wait for a daemon. An answer stands between two lines that begin with the boundary: the first with the question's
 * number, the second with the exit code and the base64 of its standard error. Answers come one at a time, in any order.
 */
export function askScript(questions: readonly Command[], boundary: string): Command {
  const sections = questions.map(
    (question, index) => `{
answer=$( {
printf '%s\\n' '${boundary} begin ${index}'
code=0
errors=$( { (
set +e
${question.script}
) </dev/null; } 2>&1 >&3 ) || code=$?
[ -z "$errors" ] || errors=$(printf '%s' "$errors" | tail -c 2000 | base64 -w0)
printf '\\n%s %s %s\\n' '${boundary} end' "$code" "$errors"
} 3>&1 )
{ flock 9; printf '%s\\n' "$answer"; } 9</
} &`,
  );
  return raw([...sections, 'wait'].join('\n'));
}

/** The answers in the order of the questions. Throws where the output does not have one for each. */
export function parseAnswers(output: string, count: number, boundary: string): Answer[] {
  const pattern = new RegExp(`${boundary} begin (\\d+)\\n([\\s\\S]*?)\\n?${boundary} end (\\d+) (\\S*)\\n`, 'g');
  const answers = new Map(
    [...output.matchAll(pattern)].map(([, index = '', stdout = '', code = '', errors = '']): [number, Answer] => [
      Number(index),
      { exitCode: Number(code), stdout, stderr: Buffer.from(errors, 'base64').toString('utf8').trim() },
    ]),
  );
  if (answers.size !== count) throw new Error(`asked the host ${count} questions, got ${answers.size} answers`);
  return [...answers].sort(([a], [b]) => a - b).map(([, answer]) => answer);
}

/** Asks a host several read-only questions in one round trip. */
export async function ask(host: Host, questions: readonly Command[]): Promise<Answer[]> {
  const boundary = `==${randomBytes(12).toString('hex')}`;
  const output = await host.capture(askScript(questions, boundary));
  return parseAnswers(output, questions.length, boundary);
}

/** A fact's readings; every key is unknown, with the reason, where the command failed or its output is strange. */
export function readFact(fact: Fact, answer: Answer): Readings {
  const failed = (reason: string): Readings =>
    new Map(fact.keys.map((key): [string, Reading] => [key, unknown(reason)]));
  if (answer.exitCode !== 0) return failed(answer.stderr || `the command ended with exit code ${answer.exitCode}`);
  try {
    const absentKeys = fact.keys.map((key): [string, Reading] => [key, absent]);
    return new Map([...absentKeys, ...fact.parse(answer.stdout)]);
  } catch (error) {
    return failed(`could not read the answer: ${messageOf(error)}`);
  }
}

/** A topic with what is wanted of it on one host. */
export interface TopicWanted {
  readonly topic: Topic;
  readonly wanted: Settings;
  /** Keys to ask about besides the wanted ones: what an earlier deploy put there and is to be taken away. */
  readonly known?: readonly string[];
}

/** Reads everything that the topics ask about: one script, one round trip, nothing changed. */
export async function gather(host: Host, topics: readonly TopicWanted[]): Promise<ReadonlyMap<TopicName, Readings>> {
  const asked = topics.flatMap(({ topic, wanted, known = [] }) =>
    topic.facts([...new Set([...wanted.keys(), ...known])], wanted).map((fact) => ({ topic: topic.name, fact })),
  );
  const answers = await ask(
    host,
    asked.map(({ fact }) => fact.command),
  );
  const gathered = new Map<TopicName, Map<string, Reading>>(topics.map(({ topic }) => [topic.name, new Map()]));
  asked.forEach(({ topic, fact }, index) => {
    const answer = answers[index];
    if (answer === undefined) return;
    for (const [key, reading] of readFact(fact, answer)) gathered.get(topic)?.set(key, reading);
  });
  return gathered;
}
