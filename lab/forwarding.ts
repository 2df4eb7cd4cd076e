import { run, succeeds } from './run.ts';

/**
 * Docker on this machine drops forwarded packets that it does not know. An accept in the lab's own table does not
 * overrule a drop in another one, so two rules go into Docker's chain for such rules, DOCKER-USER.
 */
const chain = ['ip', 'filter', 'DOCKER-USER'] as const;

/** Returns the handles of the rules with the comment, from `nft --handle list chain …`. */
export function handlesOf(listing: string, comment: string): readonly number[] {
  return listing.split('\n').flatMap((line) => {
    const handle = /# handle (\d+)$/.exec(line)?.[1];
    return handle !== undefined && line.includes(`comment "${comment}"`) ? [Number(handle)] : [];
  });
}

async function ownHandles(comment: string): Promise<readonly number[] | null> {
  if (!(await succeeds('nft', ['list', 'chain', ...chain]))) return null;
  return handlesOf(await run('nft', ['--handle', 'list', 'chain', ...chain]), comment);
}

/** Lets the bridge's packets through if Docker runs on this machine. The rules carry `comment`. */
export async function allowThroughDocker(bridge: string, comment: string): Promise<void> {
  const present = await ownHandles(comment);
  if (present === null || present.length > 0) return;
  for (const direction of ['iifname', 'oifname']) {
    await run('nft', ['insert', 'rule', ...chain, direction, bridge, 'accept', 'comment', `"${comment}"`]);
  }
}

export async function forgetDocker(comment: string): Promise<void> {
  for (const handle of (await ownHandles(comment)) ?? []) {
    await run('nft', ['delete', 'rule', ...chain, 'handle', String(handle)]);
  }
}
