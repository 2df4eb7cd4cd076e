import { posix } from 'node:path';
import { type Command, lines, sh } from '../../lib/shell.ts';
import type { RemoveStep, WriteStep } from './step.ts';

/**
 * Returns a command that writes a whole file, so that after a power cut it has the old text or the new, never a
 * mixture: temporary file in the same folder, fsync, rename, fsync of the directory. (Seen after a cut without this: a
 * configuration file of NUL bytes.)
 */
export function writeCommand(step: WriteStep): Command {
  const temporary = `${step.path}.jernverk-new`;
  const folder = posix.dirname(step.path);
  const content = Buffer.from(step.content).toString('base64');
  return lines(
    sh`mkdir -p ${folder}`,
    // The file is private first, because it may contain something that others must not see before chmod.
    sh`(umask 077; printf '%s' ${content} | base64 -d > ${temporary})`,
    sh`chown ${step.owner ?? 'root:root'} ${temporary}`,
    sh`chmod ${step.mode} ${temporary}`,
    sh`sync ${temporary}`,
    sh`mv -fT ${temporary} ${step.path}`,
    sh`sync ${folder}`,
  );
}

/**
 * A unit's drop-ins, `/etc/systemd/system/x.service.d`. Folders such as `/etc/sysctl.d` are Debian's, even if empty.
 */
const unitDropIns = /\.(service|socket|timer|target|slice|scope|mount|swap|path)\.d$/;

/** Removes a file of Jernverk. Also removes its folder if that is now empty and not a system folder. */
export function removeCommand(step: RemoveStep): Command {
  const folder = posix.dirname(step.path);
  const folderIsOurs = unitDropIns.test(folder) || folder.split('/').includes('jernverk');
  const remove = sh`rm -f ${step.path}`;
  return folderIsOurs ? lines(remove, sh`rmdir --ignore-fail-on-non-empty ${folder} 2>/dev/null || true`) : remove;
}
