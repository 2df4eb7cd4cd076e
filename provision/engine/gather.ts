import { randomBytes } from 'node:crypto';
import { messageOf } from '../../lib/errors.ts';
import { type Command, raw } from '../../lib/shell.ts';
import { noAnswer } from '../ssh/failures.ts';
import type { Host } from '../ssh/host.ts';
import type { Fact, Kind } from './kind.ts';
import { absent, type Reading, type Readings, type Settings, unknown } from './setting.ts';
import type { Topic, TopicName } from './topic.ts';

/** The result of one of the commands. */
export interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Characters. The longest known answer, 20,000 lines of an audit's journal, is half of this. All answers together may
 * have twice as much.
 */
const longestAnswer = 8 * 2 ** 20;
/**
 * Milliseconds for all questions. A question to a daemon has its own limit of 10 seconds; a disk that hangs is not
 * waited for.
 */
const patienceMs = 120_000;

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/**
 * Returns all questions as one script. Each runs in a subshell of its own with empty input, all at the same time,
 * because most of them wait for a daemon. An answer is between two lines that begin with the boundary: the first has
 * the question's number, the second the exit code and the base64 of its standard error. Answers come one at a time, in
 * any order. An answer that is too long is not sent, so that the others get through.
 */
export function askScript(questions: readonly Command[], boundary: string, limit = longestAnswer): Command {
  const tooLong = `1 ${base64(`the answer has more than ${limit} characters`)}`;
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
[ \${#answer} -le ${limit} ] || answer=$(printf '%s\\n' '${boundary} begin ${index}' '${boundary} end ${tooLong}')
{ flock 9; printf '%s\\n' "$answer"; } 9</
} &`,
  );
  return raw([...sections, 'wait'].join('\n'));
}

const unanswered: Answer = {
  exitCode: 1,
  stdout: '',
  stderr: 'the host did not answer this question in time, or its output was too long',
};

/**
 * Returns the answers in the order of the questions. A missing answer looks like that of a command that failed.
 *
 * Goes through the output once. A pattern over all of it would take the square of its length if ends are missing.
 */
export function parseAnswers(output: string, count: number, boundary: string): Answer[] {
  const answers: Answer[] = Array.from({ length: count }, () => unanswered);
  const [begin, end] = [`${boundary} begin `, `${boundary} end `];
  for (let at = output.indexOf(begin); at >= 0; ) {
    const text = output.indexOf('\n', at) + 1;
    const last = output.indexOf(end, text);
    const next = output.indexOf('\n', last);
    if (text === 0 || last < 0 || next < 0) break;
    const index = Number(output.slice(at + begin.length, text - 1));
    const [code = '', errors = ''] = output.slice(last + end.length, next).split(' ');
    if (answers[index] === unanswered && /^\d+$/.test(code)) {
      answers[index] = {
        exitCode: Number(code),
        stdout: output.slice(text, output[last - 1] === '\n' ? Math.max(text, last - 1) : last),
        stderr: Buffer.from(errors, 'base64').toString('utf8').trim(),
      };
    }
    at = output.indexOf(begin, next);
  }
  return answers;
}

/** What is needed of a host to ask it something. */
type Asked = Pick<Host, 'name' | 'capture'>;

/**
 * Asks a host several read-only questions in one round trip. A question that hangs or prints too much does not stop the
 * others. Throws HostError HOST_SILENT if none is answered.
 */
export async function ask(host: Asked, questions: readonly Command[], timeoutMs = patienceMs): Promise<Answer[]> {
  const boundary = `==${randomBytes(12).toString('hex')}`;
  const output = await host.capture(askScript(questions, boundary), {
    timeoutMs,
    partial: true,
  });
  const answers = parseAnswers(output, questions.length, boundary);
  if (questions.length > 0 && answers.every((answer) => answer === unanswered)) {
    throw noAnswer(host.name, `${questions.length} questions`, timeoutMs);
  }
  return answers;
}

/**
 * Returns a fact's readings. If the command failed or its output is unexpected, every key is unknown, with the reason.
 */
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

/** A topic with its wanted settings on one host. */
export interface TopicWanted {
  readonly topic: Topic;
  readonly wanted: Settings;
  /** Keys to ask about in addition to the wanted ones. An earlier deploy put them there, and they are to be removed. */
  readonly known?: readonly string[];
}

/** Reads everything that the topics ask about, in one script and one round trip. Changes nothing. */
export async function gather(host: Asked, topics: readonly TopicWanted[]): Promise<ReadonlyMap<TopicName, Readings>> {
  const asked = questionsOf(topics);
  const scripts = [...new Set(asked.map(({ fact }) => fact.command.script))];
  const answers = await ask(host, scripts.map(raw));
  const answerTo = new Map(scripts.map((script, index) => [script, answers[index]]));
  const gathered = new Map<TopicName, Map<string, Reading>>(topics.map(({ topic }) => [topic.name, new Map()]));
  for (const { askers, fact } of asked) {
    const answer = answerTo.get(fact.command.script);
    if (answer === undefined) continue;
    for (const [key, reading] of readFact(fact, answer))
      for (const { topic, keys } of askers)
        if (askers.length === 1 || keys.has(key)) gathered.get(topic)?.set(key, reading);
  }
  return gathered;
}

/** A topic that asks, and the keys that it asks about. */
interface Asker {
  readonly topic: TopicName;
  readonly keys: ReadonlySet<string>;
}

interface Question {
  readonly askers: readonly Asker[];
  readonly fact: Fact;
}

/**
 * Returns the facts of all topics. Topics that have the same kind share its facts if those read only the keys that they
 * are asked for. Two facts may have the same command; a host gets it once.
 */
function questionsOf(topics: readonly TopicWanted[]): Question[] {
  const kinds = new Set(topics.flatMap(({ topic }) => topic.kinds));
  return [...kinds].flatMap((kind) => {
    const asking = topics.filter(({ topic }) => topic.kinds.includes(kind));
    const groups = kind.reads === 'only its keys' ? [asking] : asking.map((one) => [one]);
    return groups.flatMap((group) => questionsOfKind(kind, group));
  });
}

function questionsOfKind(kind: Kind, topics: readonly TopicWanted[]): Question[] {
  const askers = topics.map(
    ({ topic, wanted, known = [] }): Asker => ({ topic: topic.name, keys: new Set([...wanted.keys(), ...known]) }),
  );
  const keys = [...new Set(askers.flatMap((asker) => [...asker.keys]))];
  const wanted = new Map(topics.flatMap((one) => [...one.wanted]));
  return kind.facts(keys, wanted).map((fact) => ({ askers, fact }));
}
