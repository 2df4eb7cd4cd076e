import { type Command, raw } from '../../../lib/shell.ts';
import { stateFolder } from '../../../platform/contract/places.ts';

/** The exact versions of everything installed, one package per line: "name version architecture". */
export const recordPath = `${stateFolder}/packages.txt`;

/** Every package that a transaction of Jernverk installed, dependencies included. Purge may remove these. */
export const addedPath = `${stateFolder}/packages-added.txt`;

/** All packages, not only ours: whoever rebuilds exactly this host needs the versions of the dependencies, too. */
export const recordVersions: Command = raw(
  `mkdir -p ${stateFolder}
dpkg-query --show --showformat '\${Package} \${Version} \${Architecture}\\n' > ${recordPath}.jernverk-new
sync ${recordPath}.jernverk-new
mv -f ${recordPath}.jernverk-new ${recordPath}`,
);
