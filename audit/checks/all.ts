import type { Check } from '../check.ts';
import { checks as accessKeys } from './access-keys.ts';
import { checks as accounts } from './accounts.ts';
import { checks as apt } from './apt.ts';
import { checks as backups } from './backups.ts';
import { checks as brokerLinks } from './broker-links.ts';
import { checks as brokerUsers } from './broker-users.ts';
import { checks as credentials } from './credentials.ts';
import { checks as database } from './database.ts';
import { checks as firewall } from './firewall.ts';
import { checks as listening } from './listening.ts';
import { checks as logins } from './logins.ts';
import { checks as mail } from './mail.ts';
import { checks as monitoring } from './monitoring.ts';
import { checks as mounts } from './mounts.ts';
import { checks as registries } from './registries.ts';
import { checks as resolvers } from './resolvers.ts';
import { checks as retention } from './retention.ts';
import { checks as sshServer } from './ssh-server.ts';
import { checks as sudo } from './sudo.ts';
import { checks as swap } from './swap.ts';
import { checks as syslog } from './syslog.ts';
import { checks as time } from './time.ts';
import { checks as unattended } from './unattended.ts';

/** Every check of a host in this folder, in the order of the report. */
export const allChecks: readonly Check[] = [
  ...mounts,
  ...swap,
  ...backups,
  ...resolvers,
  ...time,
  ...apt,
  ...registries,
  ...brokerLinks,
  ...syslog,
  ...mail,
  ...monitoring,
  ...accessKeys,
  ...sshServer,
  ...logins,
  ...sudo,
  ...accounts,
  ...unattended,
  ...listening,
  ...brokerUsers,
  ...database,
  ...credentials,
  ...retention,
  ...firewall,
];
