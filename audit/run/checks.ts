import type { Check, EnvironmentCheck } from '../check.ts';
import { checks as accessKeys } from '../checks/access-keys.ts';
import { checks as accounts } from '../checks/accounts.ts';
import { checks as apt } from '../checks/apt.ts';
import { checks as backups } from '../checks/backups.ts';
import { checks as brokerLinks } from '../checks/broker-links.ts';
import { checks as brokerUsers } from '../checks/broker-users.ts';
import { checks as credentials } from '../checks/credentials.ts';
import { checks as database } from '../checks/database.ts';
import { checks as declared } from '../checks/declared.ts';
import { checks as firewall } from '../checks/firewall.ts';
import { checks as listening } from '../checks/listening.ts';
import { checks as logins } from '../checks/logins.ts';
import { checks as mail } from '../checks/mail.ts';
import { checks as monitoring } from '../checks/monitoring.ts';
import { checks as mounts } from '../checks/mounts.ts';
import { checks as processors } from '../checks/processors.ts';
import { checks as registries } from '../checks/registries.ts';
import { checks as resolvers } from '../checks/resolvers.ts';
import { checks as retention } from '../checks/retention.ts';
import { checks as sshServer } from '../checks/ssh-server.ts';
import { checks as sudo } from '../checks/sudo.ts';
import { checks as swap } from '../checks/swap.ts';
import { checks as syslog } from '../checks/syslog.ts';
import { checks as time } from '../checks/time.ts';
import { checks as unattended } from '../checks/unattended.ts';
import { countsChecks } from '../destinations/counts-checks.ts';
import { policyChecks } from '../destinations/policy-checks.ts';
import { addressChecks } from '../where/data-age.ts';
import type { LocationInputs } from '../where/inputs.ts';
import { exchangeChecks, locationChecks } from '../where/location-checks.ts';

/** All checks, in the order of the report. A check in none of these lists does not run. */

/** Which destinations were really talked to, and what limits them. */
export const destinationChecks: readonly Check[] = [...countsChecks, ...policyChecks];

/** How a host is set up. */
export const setupChecks: readonly Check[] = [
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

/** What only people can declare. */
export const declaredChecks: readonly EnvironmentCheck[] = [...declared, ...processors];

/** All checks of a host. */
export const hostChecksOf = (inputs: LocationInputs): readonly Check[] => [
  ...locationChecks(inputs),
  ...destinationChecks,
  ...setupChecks,
];

/** All checks that are not about a host. */
export const environmentChecksOf = (inputs: LocationInputs): readonly EnvironmentCheck[] => [
  ...exchangeChecks(inputs),
  ...addressChecks,
  ...declaredChecks,
];
