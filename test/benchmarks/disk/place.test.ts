import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkPlace, parsePlace } from '../../../benchmarks/disk/place.ts';
import { NotMeasured } from '../../../benchmarks/suite.ts';

const answer = readFileSync(join(import.meta.dirname, '../../fixtures/benchmarks/disk/place-nspawn.txt'), 'utf8');
const GiB = 2 ** 30;
const place = parsePlace(answer);

describe('where the broker’s data is', () => {
  it('is read from what a host answers', () => {
    expect(place).toEqual({
      parent: '/var/lib',
      fileSystem: 'ext4',
      device: '/dev/vda',
      free_bytes: 18_058_035 * 4096,
      writeCache: 'write back',
      fio: 'fio-3.39',
    });
  });

  it('has no word about the cache where the host says none', () => {
    expect(parsePlace(answer.replace(/^cache .*\n/m, '')).writeCache).toBeNull();
  });

  it('is an error where the host does not say what it lies on', () => {
    expect(() => parsePlace(answer.replace(/^type .*\n/m, 'type \n'))).toThrow(/could not read the type/);
  });

  it('is good for measuring on a disk with room', () => {
    expect(() => checkPlace(place, 2 * GiB, GiB)).not.toThrow();
  });

  it.each(['tmpfs', 'ramfs', 'overlay'])('is refused on %s', (fileSystem) => {
    expect(() => checkPlace({ ...place, fileSystem }, GiB, GiB)).toThrow(NotMeasured);
    expect(() => checkPlace({ ...place, fileSystem }, GiB, GiB)).toThrow(
      `/var/lib is on ${fileSystem}, which is not a disk`,
    );
  });

  it('is refused where the files would leave the broker less than it keeps free', () => {
    expect(() => checkPlace({ ...place, free_bytes: 5 * GiB }, 4 * GiB, 2 * GiB)).toThrow(
      /has 5\.0 GB free\. Measuring needs 4\.0 GB, on top of the 2\.0 GB/,
    );
  });

  it('cannot be measured without fio, nor with another program of that name', () => {
    expect(() => checkPlace({ ...place, fio: null }, GiB, GiB)).toThrow(/fio is missing: install/);
    expect(() => checkPlace({ ...place, fio: 'Fiona 1.9' }, GiB, GiB)).toThrow(
      /another program \(it says Fiona 1\.9\)/,
    );
  });
});
