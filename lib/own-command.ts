import { sh } from './shell.ts';

/** What JERNVERK_ENV names, else the embedded default. */
export const chosenEnvironment = (variables: NodeJS.ProcessEnv): string => variables.JERNVERK_ENV || 'local';

/** `production` is a name, of `environments/production.yaml`; what has a slash or ends in .yaml is a file. */
export const isEnvironmentFile = (nameOrFile: string): boolean => /\/|\.ya?ml$/.test(nameOrFile);

/** What stands behind `./jernverk` in a command that we tell somebody to run. */
let repeated = '';

/**
 * Called once the environment is known, by its name or the path of its file. From then on every command in a message
 * names it, so that the command means the host that the message is about. The embedded default needs no word, unless
 * JERNVERK_ENV says another one.
 */
export function repeatEnvironment(nameOrFile: string, variables: NodeJS.ProcessEnv = process.env): void {
  const implied = nameOrFile === chosenEnvironment({}) && nameOrFile === chosenEnvironment(variables);
  repeated = implied ? '' : sh` --env ${nameOrFile}`.script;
}

/**
 * A text with the environment in each of our commands: `./jernverk trust forge` becomes `./jernverk --env production
 * trust forge`. Errors do this with all they say; only other texts have to call it. What begins with an option is left
 * as it is.
 */
export const withEnvironment = (text: string): string =>
  repeated === '' ? text : text.replaceAll(/\.\/jernverk(?= [a-z])/g, (command) => command + repeated);
