import { labDown, labUp } from '../../lab/lab.ts';
import { defaultSpec } from '../../lab/spec.ts';
import type { DebianRelease } from '../../provision/environment/schema.ts';
import type { Connection } from '../../provision/ssh/connection.ts';
import { projectRoot } from './command-line.ts';

/** Makes a bare host of the lab from scratch. What a killed test left behind is not reused. */
export async function bareLabHost(name: string, debian: DebianRelease = 13): Promise<Connection> {
  await removeLabHost(name);
  const [made] = await labUp([{ ...defaultSpec(name), debian }], { project: projectRoot, kind: 'nspawn' });
  if (made === undefined) throw new Error('the lab made no host');
  return { name, ...made.connection };
}

export const removeLabHost = (name: string): Promise<unknown> => labDown([name], { project: projectRoot });
