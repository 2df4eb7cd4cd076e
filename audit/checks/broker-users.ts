import * as z from 'zod';
import { administrator, enqueuer, workerOfAccount } from '../../platform/contract/permissions.ts';
import type { Check } from '../check.ts';
import { broker, noBroker } from './broker.ts';
import { fail, hostCheck, notApplicable, pass } from './judgement.ts';
import { unreadable } from './parts.ts';

const usersSchema = z.array(z.object({ name: z.string(), tags: z.array(z.string()) }));
const permissionsSchema = z.array(
  z.object({ user: z.string(), vhost: z.string(), configure: z.string(), write: z.string(), read: z.string() }),
);

/** Tags that let a user see or change more than its own queues. */
const powerfulTags = /^(?:administrator|policymaker|monitoring|management)$/;

export const checks: readonly Check[] = [
  hostCheck({
    id: 'access/broker-users',
    chapter: 'access',
    title: { nb: 'Brukere i meldingstjeneren', en: 'Users of the broker' },
    expected: {
      nb: 'Bare Jernverks egne brukere: én administrator, én som leverer jobber, én for hver arbeider.',
      en: 'Only Jernverk’s own users: one administrator, one that enqueues jobs, one for each worker.',
    },
    basis: ['GDPR art. 25', 'GDPR art. 32', 'NSM 2.6', 'SOV-7'],
    questions: [broker],
    judge: (answered, context) => {
      const parts = answered(broker);
      const without = noBroker(parts, context);
      if (without !== null) return notApplicable(without);
      const users = usersSchema.parse(JSON.parse(parts.need('users')));
      const permissions = permissionsSchema.parse(JSON.parse(parts.need('permissions')));
      if (!users.some(({ name }) => name === administrator))
        throw unreadable(
          'meldingstjeneren nevnte ikke administratoren sin',
          'the broker did not name its administrator',
        );
      const workers = context.environment.workers.map(({ name }) => name);
      const isOwn = (name: string): boolean =>
        name === administrator || name === enqueuer || workers.includes(workerOfAccount(name) ?? '');
      const observed = [
        ...users.map(({ name, tags }) => `${name} [${tags.join(' ')}]`),
        ...permissions.map(
          ({ user, vhost, configure, write, read }) =>
            `${user} ${vhost} configure=${configure} write=${write} read=${read}`,
        ),
      ].join('\n');
      const strangers = users.filter(({ name }) => !isOwn(name));
      const raised = users.filter(
        ({ name, tags }) => isOwn(name) && name !== administrator && tags.some((tag) => powerfulTags.test(tag)),
      );
      const faults = [...strangers, ...raised].map(({ name, tags }) => `${name} [${tags.join(' ')}]`);
      const tooMuch = permissions
        .filter(({ user, read }) => isOwn(user) && user !== administrator && read === '.*')
        .map(({ user, vhost }) => `${user} ${vhost} read=.*`);
      if (faults.length + tooMuch.length > 0)
        return fail(
          {
            nb: `Brukere som ikke er ventet, eller med for store rettigheter: ${[...faults, ...tooMuch].join('; ')}.`,
            en: `Unexpected users, or users with too many rights: ${[...faults, ...tooMuch].join('; ')}.`,
          },
          observed,
          ['running', 'persistent'],
        );
      return pass(
        {
          nb: `Bare ventede brukere: ${users.map(({ name }) => name).join(', ')}.`,
          en: `Only expected users: ${users.map(({ name }) => name).join(', ')}.`,
        },
        observed,
        ['running', 'persistent'],
      );
    },
  }),
];
