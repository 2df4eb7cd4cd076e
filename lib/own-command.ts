import { sh } from './shell.ts';

/** Returns the environment that JERNVERK_ENV names. Default: `local`, the embedded one. */
export const chosenEnvironment = (variables: NodeJS.ProcessEnv): string => variables.JERNVERK_ENV || 'local';

/**
 * Returns true for a path, which has a slash or ends in .yaml or .yml. `production` is a name and stands for
 * `environments/production.yaml`.
 */
export const isEnvironmentFile = (nameOrFile: string): boolean => /\/|\.ya?ml$/.test(nameOrFile);

/** What is put after `./jernverk` in a command that a message tells the reader to run. */
let repeated = '';

/**
 * Called when the environment is known, with its name or the path of its file. From then on every command in a message
 * names the environment, so that the command applies to the host that the message is about. Nothing is added for the
 * embedded default, unless JERNVERK_ENV names another one.
 */
export function repeatEnvironment(nameOrFile: string, variables: NodeJS.ProcessEnv = process.env): void {
  const implied = nameOrFile === chosenEnvironment({}) && nameOrFile === chosenEnvironment(variables);
  repeated = implied ? '' : sh` --env ${nameOrFile}`.script;
}

/**
 * Adds the environment to each `./jernverk` command in a text. `./jernverk trust forge` becomes
 * `./jernverk --env production trust forge`. Errors do this for their message and hint, so only other texts need this
 * call. A command whose first word is an option stays as it is.
 */
export const withEnvironment = (text: string): string =>
  repeated === '' ? text : text.replaceAll(/\.\/jernverk(?= [a-z])/g, (command) => command + repeated);
