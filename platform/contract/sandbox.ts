/** A folder or file of the host in a container. Unlike --volume, --mount fails if it is missing and makes none. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly isReadOnly: boolean;
}

/** What a container may reach. All else is shut, see `shut`. */
export interface Sandbox {
  /** As `docker run --user` takes it. */
  readonly user: string;
  readonly mounts: readonly Mount[];
  /** Processes and threads at the same time. */
  readonly processes: number;
  /** Capabilities that it keeps, as `docker run --cap-add` takes them; none by default. */
  readonly capabilities?: readonly string[];
}

/**
 * The options of `docker run` for every container: slots (slot.sh has the same words), `enqueue` and load programs. The
 * image never comes from a registry: there the name may be anybody's, and some containers get a password.
 */
export const shut = [
  ...['--pull', 'never', '--init', '--network', 'none', '--read-only'],
  ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
] as const;

/** Returns the options of `docker run` for such a container. */
export const sandboxOptions = ({ user, mounts, processes, capabilities = [] }: Sandbox): string[] => [
  ...shut,
  ...capabilities.flatMap((capability) => ['--cap-add', capability]),
  ...['--user', user, '--pids-limit', String(processes)],
  ...mounts.flatMap(({ source, target, isReadOnly }) => [
    '--mount',
    `type=bind,source=${source},target=${target}${isReadOnly ? ',readonly' : ''}`,
  ]),
];
