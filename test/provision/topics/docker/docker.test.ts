import { describe, expect, it } from 'vitest';
import { absent, type Change, value } from '../../../../provision/engine/setting.ts';
import { type DesiredContext, factsOf } from '../../../../provision/engine/topic.ts';
import { baseImage } from '../../../../provision/topics/docker/base-image.ts';
import { daemonFile } from '../../../../provision/topics/docker/desired.ts';
import { docker } from '../../../../provision/topics/docker/topic.ts';
import { environmentWith } from '../../../support/apply-topic.ts';
import { fixture, readingsFrom } from '../../../support/topic-fixtures.ts';

function wantedFor(roles: readonly string[] = ['worker']) {
  const environment = environmentWith({ roles });
  const [host] = environment.hosts;
  if (host === undefined) throw new Error('no host');
  return docker.desired({ environment, host, release: null, networks: null } satisfies DesiredContext);
}
const wanted = wantedFor();
const titles = (changes: readonly Change[], settings = wanted): string[] =>
  docker.steps(changes, settings).map((step) => ('title' in step ? step.title : `${step.kind} ${step.path}`));
const change = (key: string, from: string | null, to: string | null = wanted.get(key) ?? null): Change => ({
  key,
  from,
  to,
});

describe('what is wanted of Docker', () => {
  it('is in the golden file', async () => {
    await expect(wanted.get(`file/${daemonFile}`)).toMatchFileSnapshot('../../../fixtures/docker/daemon.json.golden');
  });

  it('is nothing on a host that runs no workers', () => {
    expect(wantedFor(['broker']).size).toBe(0);
  });
});

describe.each(['debian-12', 'debian-13'])('the answers of %s', (debian) => {
  const keys = ['docker/storage-driver', 'docker/live-restore', `image/${baseImage}`];
  const output = `${fixture(`docker/${debian}/info.json`).trim()}\n\n${fixture(`docker/${debian}/images.json`).trim()}\n\n`;
  const readings = readingsFrom(factsOf(docker, keys), () => output);

  it('tell the storage driver and live-restore', () => {
    expect(readings.get('docker/storage-driver')).toEqual(value('overlay2'));
    expect(readings.get('docker/live-restore')).toEqual(value('on'));
  });

  it('tell every base image, and no image of a worker', () => {
    const images = [...readings.keys()].filter((key) => key.startsWith('image/'));
    expect(images).toContain(`image/${baseImage}`);
    expect(images.every((key) => key.startsWith('image/jernverk/base:'))).toBe(true);
  });

  it('have an old base image as left over', () => {
    const [image] = factsOf(docker, ['image/jernverk/base:other']);
    const read = image?.parse(output) ?? new Map();
    expect(read.get('image/jernverk/base:other')).toEqual(absent);
    expect([...read.values()]).toContainEqual(value('present'));
  });
});

describe('a Docker that does not run', () => {
  it('has no settings, which is not an error', () => {
    const readings = readingsFrom(factsOf(docker, ['docker/storage-driver', `image/${baseImage}`]), () => '');
    expect(readings.get('docker/storage-driver')).toEqual(absent);
    expect(readings.get(`image/${baseImage}`)).toEqual(absent);
  });
});

describe('steps', () => {
  const check = 'check that Docker stores images with overlay2';

  it('refuse another storage driver before anything is written', () => {
    expect(titles([change('docker/storage-driver', 'vfs'), change(`file/${daemonFile}`, null)])[0]).toBe(check);
  });

  it('restart a running Docker whose file is written', () => {
    expect(titles([change(`file/${daemonFile}`, '{}')])).toEqual([
      check,
      `write ${daemonFile}`,
      'load unit files',
      'restart Docker',
    ]);
  });

  it('only start a Docker that does not run', () => {
    expect(
      titles([
        change(`file/${daemonFile}`, null),
        change(`loaded/docker.service:${daemonFile}`, null),
        change('service/docker.service', 'enabled inactive'),
      ]),
    ).toEqual([check, `write ${daemonFile}`, 'load unit files', 'start Docker']);
  });

  it('make the base image and remove the old one after it', () => {
    expect(titles([change('image/jernverk/base:old', 'present', null), change(`image/${baseImage}`, null)])).toEqual([
      check,
      'make the base image of the workers',
      'remove the image jernverk/base:old',
    ]);
  });

  it('take away images, services and files when nothing is wanted', () => {
    const changes = [
      change(`file/${daemonFile}`, '{}', null),
      change(`image/${baseImage}`, 'present', null),
      change('service/docker.service', 'enabled active', null),
    ];
    expect(titles(changes, new Map())).toEqual([
      `remove the image ${baseImage}`,
      'stop docker.service',
      'forget what Docker ran with',
      `remove ${daemonFile}`,
      'load unit files',
    ]);
  });
});
