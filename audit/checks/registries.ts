import * as z from 'zod';
import type { Check } from '../check.ts';
import { type Endpoint, hostOf, hostsFile, judgeEndpoints } from './endpoints.ts';
import { fail, hostCheck, join, notApplicable, notEvaluated, pass } from './judgement.ts';
import { linesOf, type Parts } from './parts.ts';
import { question } from './question.ts';
import { asRoot } from './root-commands.ts';

export const docker = question(
  'docker',
  `tool version docker --version
rtool info ${asRoot('dockerInfo')}
rtool images ${asRoot('dockerImages')}
rtool containers ${asRoot('dockerContainers')}`,
);

/** Jernverk's own images are built on the host and never pulled. */
const ownImage = /^(?:jernverk\/|<none>)/;

const registryConfig = z.object({
  Mirrors: z.array(z.string()).nullish(),
  IndexConfigs: z.record(z.string(), z.object({ Mirrors: z.array(z.string()).nullish() })).nullish(),
});

/** A name without a domain before the first slash comes from Docker Hub. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? hostOf(first) : 'docker.io';
}

export function registryEndpoints(parts: Parts): Endpoint[] {
  const config = registryConfig.parse(JSON.parse(parts.need('info')));
  const mirrors = [
    ...(config.Mirrors ?? []),
    ...Object.values(config.IndexConfigs ?? {}).flatMap(({ Mirrors }) => Mirrors ?? []),
  ].map((mirror) => ({ target: hostOf(mirror), from: 'docker mirror' }));
  const named = Object.keys(config.IndexConfigs ?? {})
    .filter((name) => name !== 'docker.io')
    .map((name) => ({ target: hostOf(name), from: 'docker registry' }));
  const pulled = linesOf(parts.need('images'))
    .filter((image) => !ownImage.test(image))
    .map((image) => ({ target: registryOf(image), from: `image ${image}` }));
  return [...mirrors, ...named, ...pulled];
}

const noDocker = { nb: 'Docker er ikke på verten.', en: 'Docker is not on the host.' };

export const checks: readonly Check[] = [
  hostCheck({
    id: 'destinations/container-registries',
    chapter: 'destinations',
    title: { nb: 'Registre for containere', en: 'Container registries' },
    expected: {
      nb: 'Bildene er bygget på verten, eller hentet fra registre innenfor egen grense.',
      en: 'Images are built on the host, or come from registries inside your own limit.',
    },
    basis: ['GDPR art. 32', 'SOV-5', 'SOV-6'],
    questions: [docker, hostsFile],
    judge: (answered, context) => {
      const parts = answered(docker);
      if (parts.maybe('version') === null) return notApplicable(noDocker);
      const images = parts.need('images');
      const none =
        images.trim() === ''
          ? notEvaluated({ nb: 'Docker har ingen bilder.', en: 'Docker has no images.' })
          : pass(
              {
                nb: 'Alle bilder er bygget på verten, og ingen speil eller andre registre er satt opp. Docker Hub er Dockers standard, men ingen bilder kommer derfra.',
                en: 'All images were built on the host, and no mirror or other registry is configured. Docker Hub is Docker’s default, but no image is from there.',
              },
              images,
              ['running'],
            );
      return judgeEndpoints(registryEndpoints(parts), context, {
        traffic: 'software',
        none,
        relays: true,
        proves: ['running'],
      });
    },
  }),
  hostCheck({
    id: 'destinations/container-networks',
    chapter: 'destinations',
    title: { nb: 'Nettverk i containere', en: 'Networks of containers' },
    expected: {
      nb: 'Containere har ikke nettverk, så jobbene kan ikke kalle ut av seg selv.',
      en: 'Containers have no network, so jobs cannot call out on their own.',
    },
    basis: ['GDPR art. 25', 'GDPR art. 32', 'NSM 2.5', 'SOV-3'],
    questions: [docker],
    judge: (answered, { environment }) => {
      const parts = answered(docker);
      if (parts.maybe('version') === null) return notApplicable(noDocker);
      const observed = parts.need('containers');
      const containers = linesOf(observed);
      const networked = containers.filter((line) => line.split(' ')[1] !== 'none');
      if (containers.length === 0)
        return notEvaluated({ nb: 'Ingen containere kjører.', en: 'No container is running.' }, observed);
      if (networked.length === 0)
        return pass(
          {
            nb: `Ingen av de ${containers.length} containerne har nettverk.`,
            en: `None of the ${containers.length} containers has a network.`,
          },
          observed,
          ['running'],
        );
      const { mode } = environment.egress;
      return fail(
        join(
          {
            nb: `Disse har nettverk og kan kalle ut: ${networked.join('; ')}.`,
            en: `These have a network and can call out: ${networked.join('; ')}.`,
          },
          mode === 'enforce'
            ? {
                nb: 'Utgående trafikk er avgrenset av brannmuren; se kapittelet om utgående trafikk.',
                en: 'Outgoing traffic is limited by the firewall; see the chapter on egress.',
              }
            : null,
        ),
        observed,
        ['running'],
      );
    },
  }),
];
