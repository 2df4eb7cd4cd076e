import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/command-line.ts';
import { rooms } from './rooms.ts';

const folders = [...new Set(Object.keys(rooms).map((room) => room.split('/')[0] ?? room))];

/** Every TypeScript file of the product, from the project's folder. */
export const sources: readonly string[] = folders.flatMap((folder) =>
  readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => `${folder}/${name}`),
);
