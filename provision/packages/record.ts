import { type Command, raw } from '../command.ts';

/** The exact versions of everything installed: one line a package, "name version architecture". */
export const recordPath = '/var/lib/jernverk/packages.txt';

/** Every package that a transaction of ours brought, dependencies included; what purge may take away. */
export const addedPath = '/var/lib/jernverk/packages-added.txt';

/** All packages and not only ours: whoever rebuilds this host exactly needs the versions of the dependencies, too. */
export const recordVersions: Command = raw(
  `mkdir -p /var/lib/jernverk
dpkg-query --show --showformat '\${Package} \${Version} \${Architecture}\\n' > ${recordPath}.jernverk-new
sync ${recordPath}.jernverk-new
mv -f ${recordPath}.jernverk-new ${recordPath}`,
);
