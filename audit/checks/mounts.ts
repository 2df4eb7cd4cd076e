import * as z from 'zod';
import { oneCountry } from '../../addresses/countries.ts';
import type { Check, CheckContext } from '../check.ts';
import { hostOf, plainAddress } from './endpoints.ts';
import { fail, hostCheck, join, notEvaluated, pass } from './judgement.ts';
import { bootQuestion } from './proofs.ts';
import { question } from './question.ts';

export const mounts = question(
  'mounts',
  `part mounts findmnt --json --list --real --output TARGET,SOURCE,FSTYPE,MAJ:MIN
part fuse findmnt --json --list --pseudo --types fuse,fuse.sshfs,fuse.rclone,fuse.s3fs,fuse.glusterfs,fuse.ceph,fuse.gcsfuse --output TARGET,SOURCE,FSTYPE,MAJ:MIN
part disks lsblk --json --list --output NAME,KNAME,PKNAME,TYPE,FSTYPE,TRAN,MAJ:MIN,MODEL
fabrics() { for path in /sys/class/nvme/*/transport; do [ ! -e "$path" ] || printf '%s %s\\n' "$path" "$(cat "$path")"; done; }
part fabrics fabrics`,
);

const text = z.string().nullish();
const mountSchema = z.object({ target: z.string(), source: text, fstype: z.string(), 'maj:min': text });
const mountsSchema = z.object({ filesystems: z.array(mountSchema) });
const disksSchema = z.object({
  blockdevices: z.array(
    z.object({
      name: z.string(),
      kname: z.string(),
      pkname: text,
      type: z.string(),
      fstype: text,
      tran: text,
      'maj:min': z.string(),
    }),
  ),
});
export type Mount = z.output<typeof mountSchema>;
export type Disk = z.output<typeof disksSchema>['blockdevices'][number];

/** File systems whose files are on another machine. virtiofs and 9p: on the machine around this one. */
const networkTypes =
  /^(?:nfs4?|cifs|smb3?|smbfs|ceph|glusterfs|lustre|afs|ncpfs|9p|virtiofs|beegfs|gpfs|ocfs2|gfs2|fuse\.(?:sshfs|rclone|s3fs|glusterfs|ceph|gcsfuse|juicefs|goofys|davfs2?)|davfs)$/;

/** Block devices that are on another machine, recognized by name, type or transport. */
export const networkDevice = ({ kname, tran }: Disk, fabrics: string): string | null => {
  if (/^nbd\d/.test(kname)) return 'nbd';
  if (/^rbd\d/.test(kname)) return 'ceph rbd';
  if (/^drbd\d/.test(kname)) return 'drbd';
  if (/^(?:iscsi|fc|fcoe)$/.test(tran ?? '')) return tran ?? '';
  const [controller] = /^nvme\d+/.exec(kname) ?? [];
  const [, transport = 'pcie'] =
    controller === undefined ? [] : (new RegExp(`/${controller}/transport (\\S+)$`, 'm').exec(fabrics) ?? []);
  return transport === 'pcie' ? null : `nvme over ${transport}`;
};

/** Returns true for the devices at which the walk down the stack ends. */
type End = (disk: Disk) => boolean;

/** Returns a device and everything below it: loop, dm, md and crypt stacks down to the disks. */
export function stackOf(number: string, disks: readonly Disk[], source = '', end: End = () => false): readonly Disk[] {
  const seen = new Map<string, Disk>();
  const follow = (found: readonly Disk[]): void => {
    for (const disk of found) {
      const key = `${disk.kname} ${disk.pkname ?? ''}`;
      if (seen.has(key)) continue;
      seen.set(key, disk);
      if (!end(disk)) follow(disks.filter(({ kname }) => kname === disk.pkname));
    }
  };
  const byNumber = disks.filter((disk) => disk['maj:min'] === number);
  // btrfs has a number of its own; its source names one of its devices: `/dev/mapper/data[/@home]`.
  const [device = ''] = source.split('[');
  const name = device.replace(/^\/dev\/(?:mapper\/)?/, '');
  follow(
    byNumber.length > 0 ? byNumber : disks.filter((disk) => name !== '' && (disk.name === name || disk.kname === name)),
  );
  return [...seen.values()];
}

const isCrypt: End = ({ type }) => type === 'crypt';

/** Whether every path down to a disk goes through dm-crypt: a mirror whose other half is plain is not encrypted. */
export function isEncrypted(number: string, disks: readonly Disk[], source = ''): boolean {
  const down = stackOf(number, disks, source, isCrypt);
  return down.some(isCrypt) && !down.some(({ type }) => type === 'disk');
}

export const parseDisks = (json: string): readonly Disk[] => disksSchema.parse(JSON.parse(json)).blockdevices;

/** Read-only images, and file systems that only start the machine, have no data. */
const holdsData = ({ target, fstype }: Mount): boolean =>
  !/^(?:squashfs|erofs|iso9660)$/.test(fstype) && !/^\/(?:boot(?:\/|$)|run\/host\/|snap\/)/.test(target);

export const dataMounts = (json: string): readonly Mount[] => [
  ...new Map(
    mountsSchema
      .parse(JSON.parse(json))
      .filesystems.filter(holdsData)
      .map((mount) => [mount.target, mount] as const),
  ).values(),
];

/** findmnt exits with 1 and prints nothing if no mount is of the kind. With any other non-zero code it did not look. */
const fuseMounts = (exitCode: number, read: () => string): readonly Mount[] =>
  exitCode === 1 ? [] : dataMounts(read());

type Located = { readonly mount: Mount; readonly where: 'local' | 'network' | 'not known'; readonly by: string };

function locate(mount: Mount, disks: readonly Disk[], fabrics: string): Located {
  if (networkTypes.test(mount.fstype)) return { mount, where: 'network', by: `${mount.fstype} ${mount.source ?? ''}` };
  const stack = stackOf(mount['maj:min'] ?? '', disks, mount.source ?? '');
  const remote = stack.map((disk) => networkDevice(disk, fabrics)).find((kind) => kind !== null);
  if (remote !== undefined && remote !== null) return { mount, where: 'network', by: remote };
  const names = stack.map(({ kname }) => kname).join(' on ');
  // zfs, overlay: neither the number nor the source belongs to a device that lsblk lists.
  return stack.some(({ type }) => type === 'disk')
    ? { mount, where: 'local', by: names }
    : { mount, where: 'not known', by: `${mount.fstype} ${mount.source ?? ''}` };
}

/** The server of a network file system, with the country of its address's holder if that is known. */
function serverOf({ source, fstype }: Mount, { addresses }: CheckContext): string {
  const named = networkTypes.test(fstype) && !/^(?:9p|virtiofs)$/.test(fstype);
  if (!named || source === null || source === undefined) return '';
  const address = plainAddress(hostOf(source.replace(/^\/\//, '')));
  const country = oneCountry(addresses.country(address));
  return country === null ? '' : ` (${country})`;
}

export const checks: readonly Check[] = [
  hostCheck({
    id: 'where/data-mounts',
    chapter: 'where',
    title: { nb: 'Filsystemer med data', en: 'File systems with data' },
    expected: {
      nb: 'Alle data ligger på disker som verten selv ser som sine.',
      en: 'All data is on disks that the host sees as its own.',
    },
    basis: ['GDPR art. 5', 'GDPR art. 32', 'GDPR art. 44-49', 'SOV-3'],
    questions: [mounts, bootQuestion],
    judge: (answered, context) => {
      const parts = answered(mounts);
      const disks = parseDisks(parts.need('disks'));
      const fabrics = parts.need('fabrics');
      const all = [
        ...dataMounts(parts.need('mounts')),
        ...fuseMounts(parts.exitCode('fuse'), () => parts.need('fuse')),
      ];
      const located = all.map((mount) => locate(mount, disks, fabrics));
      const observed = located.map(({ mount, where, by }) => `${mount.target}: ${where} (${by})`).join('\n');
      const remote = located.filter(({ where }) => where === 'network');
      const unknown = located.filter(({ where }) => where === 'not known');
      const virtual = (answered(bootQuestion).maybe('virtualization') ?? 'none').trim();
      const limit = {
        nb: 'Hvor disken fysisk står, og hva leverandøren kopierer av den, kan ikke ses fra verten.',
        en: 'The host cannot show where the disk is, or what the provider copies from it.',
      };
      if (remote.length > 0) {
        const places = remote.map(({ mount, by }) => `${mount.target}: ${by}${serverOf(mount, context)}`).join('; ');
        return fail(
          {
            nb: `Disse ligger på en annen maskin: ${places}. Landet gjelder innehaveren av adressen. Det viser ikke hvor maskinen står.`,
            en: `These are on another machine: ${places}. The country is that of the address’s holder. It does not show where the machine is.`,
          },
          observed,
          ['running'],
        );
      }
      if (all.length === 0 || unknown.length > 0)
        return notEvaluated(
          {
            nb: `Kunne ikke følges ned til en disk: ${unknown.map(({ mount }) => mount.target).join(', ') || '/'}.`,
            en: `Could not be traced to a disk: ${unknown.map(({ mount }) => mount.target).join(', ') || '/'}.`,
          },
          observed,
        );
      return pass(
        join(
          {
            nb: `Filsystemene med data (${all.length}) ligger på disker som verten ser som sine.`,
            en: `The file systems with data (${all.length}) are on disks that the host sees as its own.`,
          },
          virtual === 'none'
            ? null
            : {
                nb: `Verten er virtuell (${virtual}): disken er den som maskinen utenfor gir den, og kan selv ligge på nettet der.`,
                en: `The host is virtual (${virtual}): its disk is whatever the machine around it provides, and may itself be on a network there.`,
              },
          limit,
        ),
        observed,
        ['running'],
      );
    },
  }),
  hostCheck({
    id: 'where/disk-encryption',
    chapter: 'where',
    title: { nb: 'Kryptering av disk', en: 'Disk encryption' },
    expected: {
      nb: 'Filsystemer med data er kryptert på disken.',
      en: 'File systems with data are encrypted on disk.',
    },
    basis: ['GDPR art. 32', 'NSM 2.7', 'SOV-3'],
    questions: [mounts],
    judge: (answered) => {
      const parts = answered(mounts);
      const disks = parseDisks(parts.need('disks'));
      const data = dataMounts(parts.need('mounts'));
      const stacks = data.map((mount) => ({
        mount,
        stack: stackOf(mount['maj:min'] ?? '', disks, mount.source ?? ''),
      }));
      const plain = data.filter((mount) => !isEncrypted(mount['maj:min'] ?? '', disks, mount.source ?? ''));
      const observed = stacks
        .map(
          ({ mount, stack }) => `${mount.target}: ${stack.map(({ kname, type }) => `${kname} ${type}`).join(' on ')}`,
        )
        .join('\n');
      if (data.length > 0 && plain.length === 0)
        return pass(
          {
            nb: 'Alle filsystemer med data er kryptert (dm-crypt). Nøkkelen er i minnet mens verten kjører.',
            en: 'All file systems with data are encrypted (dm-crypt). The key is in memory while the host runs.',
          },
          observed,
          ['running'],
        );
      return notEvaluated(
        {
          nb: `Ikke kryptert av verten: ${plain.map(({ target }) => target).join(', ')}. Det er en opplysning: den behandlingsansvarlige vurderer hva som trengs. Det kan ikke ses her om leverandøren krypterer disken utenfor.`,
          en: `Not encrypted by the host: ${plain.map(({ target }) => target).join(', ')}. This is a fact: the controller assesses what is needed. This check cannot see whether the provider encrypts the disk underneath.`,
        },
        observed,
      );
    },
  }),
];
