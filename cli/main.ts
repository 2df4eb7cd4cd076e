import { Command, CommanderError } from 'commander';
import { errorLines, exitCodeOf, InputError } from '../lib/errors.ts';
import { chosenEnvironment, isEnvironmentFile, repeatEnvironment } from '../lib/own-command.ts';
import { columns, note, say } from '../lib/terminal.ts';
import { commands, setUpCommands } from './commands.ts';
import { interruption } from './interruption.ts';
import type { CommandEntry, Invocation } from './invocation.ts';
import { fromCaller } from './project.ts';

const examples = `
Examples:
  ./jernverk up                        make a local host, deploy, resize a photo
  ./jernverk plan                      show what differs, key by key
  ./jernverk apply --env production    deploy to environments/production.yaml
  ./jernverk enqueue image-resizer workers/image-resizer/smoke.jpg --wait
  ./jernverk test                      everything that CI runs

Exit codes:
  0  done
  1  failed; for verify: something differs
  2  wrong input, or undetermined
130  interrupted by Ctrl-C (143 by SIGTERM)`;

const environmentChoice = (text: string): string => (isEnvironmentFile(text) ? fromCaller(text) : text);

function parentOf(program: Command, entry: CommandEntry, entries: readonly CommandEntry[]): Command {
  const [first = '', second] = entry.name.split(' ');
  if (second === undefined) return program;
  const known = program.commands.find((command) => command.name() === first);
  if (known !== undefined) return known;
  const members = entries.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name.split(' ')[1]);
  return program
    .command(first)
    .summary(members.join(', '))
    .description(`${first}: ${members.join(', ')}.`)
    .showHelpAfterError(`  run ./jernverk ${first} --help for a list of commands`)
    .helpCommand(false)
    .helpGroup(`${entry.group}:`);
}

function invocationOf(
  program: Command,
  entry: CommandEntry,
  given: readonly (string | string[] | undefined)[],
  options: Invocation['options'],
): Invocation {
  const named = Object.fromEntries(
    (entry.arguments ?? []).flatMap((declared, index) => {
      const name = declared.replaceAll(/[<>[\].]/g, '');
      const value = given[index];
      if (typeof value !== 'string') return [];
      return [[name, name === 'file' ? fromCaller(value) : value]];
    }),
  );
  const global = program.opts<{ env: string; json?: boolean }>();
  const environment = environmentChoice(global.env);
  repeatEnvironment(environment);
  return {
    environment,
    json: global.json ?? false,
    arguments: named,
    rest: given.find((value) => Array.isArray(value)) ?? [],
    options,
  };
}

/** Receives the exit code of the command that ran. */
type End = (exitCode: number) => void;

/**
 * commander gives `--lang` of `audit diff --lang en` to `audit`, because both have one. It gives `--suite` of `bench
 * tuning --suite disk` to `bench`, which alone has one; that is refused like an option that nobody knows.
 */
function ownOptions(program: Command, command: Command): Invocation['options'] {
  const names = command.options.map((option) => option.attributeName());
  const group = command.parent === program ? null : command.parent;
  const strange = group?.options.find(
    (option) => group.getOptionValueSource(option.attributeName()) === 'cli' && !names.includes(option.attributeName()),
  );
  if (strange !== undefined) command.error(`error: unknown option '${strange.long}'`);
  const given = command.optsWithGlobals<Invocation['options']>();
  return Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)));
}

function add(program: Command, entry: CommandEntry, entries: readonly CommandEntry[], end: End): void {
  const command = parentOf(program, entry, entries)
    .command(entry.name.split(' ').at(-1) ?? entry.name)
    .summary(entry.summary)
    .description(`${entry.summary.charAt(0).toUpperCase()}${entry.summary.slice(1)}.`)
    .showHelpAfterError(`  how to use it: ./jernverk ${entry.name} --help`)
    .helpGroup(`${entry.group}:`);
  for (const argument of entry.arguments ?? []) command.argument(argument);
  for (const [flags, meaning] of entry.options ?? []) command.option(flags, meaning);
  command.action(async () => {
    await interruption.run(entry.name, entry.afterInterrupt ?? 'run it again', async () => {
      const run = await entry.load();
      end(await run(invocationOf(program, entry, command.processedArgs, ownOptions(program, command))));
    });
  });
}

/** `jernverk` runs these itself if they are its first word. They get here only behind an option. */
function addSetUp(program: Command, name: string, summary: string): void {
  const command = program.command(name).summary(summary).helpGroup('Project:');
  command.argument('[words...]').allowUnknownOption();
  command.action(() => {
    throw new InputError('WORD_ORDER', `${name} has to be the first word`, {
      hint: `JERNVERK_ENV=production ./jernverk ${name} …`,
    });
  });
}

/** commander's own `help` shows everything if it does not know the command, and it does not know `help lab up`. */
function addHelp(program: Command): void {
  const command = program.command('help').summary('show the help of a command').helpGroup('Project:');
  command.argument('[command...]').action((names: readonly string[]) => {
    const found = names.reduce<Command | undefined>(
      (parent, name) => parent?.commands.find((candidate) => candidate.name() === name),
      program,
    );
    if (found !== undefined) return found.outputHelp();
    throw new InputError('UNKNOWN_COMMAND', `there is no command ${names.join(' ')}`, {
      hint: 'run ./jernverk --help for a list of commands',
    });
  });
}

function createProgram(entries: readonly CommandEntry[], end: End): Command {
  const program: Command = new Command('jernverk')
    .description('Turns a bare Debian server into a tuned, verified worker platform, and proves it.')
    .usage('COMMAND [options]')
    .option('--env <name|file>', 'environment: a name in environments/, or a YAML file', chosenEnvironment(process.env))
    .option('--json', 'print facts as JSON on standard output')
    .option('--no-color', 'plain text without colours')
    .commandsGroup('Project:')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .configureHelp({
      showGlobalOptions: true,
      // The program's own options. `bench tuning` would otherwise show those of `bench`, too.
      visibleGlobalOptions: (command) => (command === program ? [] : [...program.options]),
      helpWidth: Math.min(columns() || 110, 110),
      minWidthToWrap: 20,
      subcommandTerm: (command) =>
        [
          command.name(),
          ...command.registeredArguments.map((argument) =>
            argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
          ),
        ].join(' '),
    })
    .addHelpText('after', examples)
    .configureOutput({
      writeOut: (text) => say(...linesOf(text)),
      writeErr: (text) => note(...linesOf(text)),
      outputError: (text, write) => write(text.replace(/^error: /, 'jernverk: ')),
    })
    .showHelpAfterError('  run ./jernverk --help for a list of commands')
    .on('option:no-color', () => {
      process.env.NO_COLOR = '1';
    })
    .exitOverride();
  for (const entry of entries) add(program, entry, entries, end);
  for (const { name, summary } of setUpCommands) addSetUp(program, name, summary);
  addHelp(program);
  return program;
}

/** Runs a command line and returns its exit code: 0 done, 1 failed, 2 wrong input or could not tell. */
export async function main(argv: readonly string[], entries: readonly CommandEntry[] = commands): Promise<number> {
  let exitCode = 0;
  const program = createProgram(entries, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    note(...errorLines(error), ...stackOf(error));
    return exitCodeOf(error);
  }
}

/** Returns the lines that commander wrote. Its text ends with a line end. */
const linesOf = (text: string): readonly string[] => text.replace(/\n$/, '').split('\n');

const stackOf = (error: unknown): readonly string[] =>
  error instanceof Error && process.env.JERNVERK_DEBUG ? [error.stack ?? ''] : [];
