import { type Command, raw } from '../../../lib/shell.ts';
import { stateFolder } from '../../../platform/contract/places.ts';

/** The exact versions of everything installed: one line a package, "name version architecture". */
export const recordPath = `${stateFolder}/packages.txt`;

/** Every package that a transaction of ours brought, dependencies included; what purge may take away. */
export const addedPath = `${stateFolder}/packages-added.txt`;

/** All packages and not only ours: whoever rebuilds this host exactly needs the versions of the dependencies, too. */
export const recordVersions: Command = raw(
  `mkdir -p ${stateFolder}
dpkg-query --show --showformat '\${Package} \${Version} \${Architecture}\\n' > ${recordPath}.jernverk-new
sync ${recordPath}.jernverk-new
mv -f ${recordPath}.jernverk-new ${recordPath}`,
);
