/** What JERNVERK_ENV names, else the embedded default. */
export const chosenEnvironment = (variables: NodeJS.ProcessEnv): string => variables.JERNVERK_ENV || 'local';

/** `production` is a name, of `environments/production.yaml`; what has a slash or ends in .yaml is a file. */
export const isEnvironmentFile = (nameOrFile: string): boolean => /\/|\.ya?ml$/.test(nameOrFile);
