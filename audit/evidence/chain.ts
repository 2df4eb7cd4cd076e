import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { InputError } from '../../lib/errors.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Text } from '../../lib/text.ts';
import type { Audit } from '../audit.ts';
import { byCodeUnit } from './canonical-json.ts';
import { type Problem, problem, same } from './problem.ts';
import { type Statement, statementFile } from './statement.ts';

/** `not seen`: its previous bundle is not here. */
export type ChainState = 'first' | 'follows' | 'not seen';

type ChainCheck = { readonly state: ChainState } | { readonly problem: Problem };

/** A bundle, as its statement describes it. The signature has not been checked. */
export interface BundleName {
  readonly folder: string;
  readonly sha256: string;
  readonly at: string;
}

/**
 * Returns the newest bundle of an environment in a folder of bundles. Null if there is none. Throws InputError
 * BUNDLE_BROKEN if one cannot be read, because the newest one is then unknown.
 */
export async function newestBundle(folder: string, environment: string): Promise<BundleName | null> {
  const bundles = (await readStatements(folder)).map(parse);
  return (
    bundles
      .filter((bundle) => bundle.environment === environment)
      .sort(byTime)
      .at(-1) ?? null
  );
}

/**
 * Checks that a bundle follows the previous one: the named one, or the one in a neighbouring folder. Throws InputError
 * if the previous one is unknown.
 */
export async function checkChain(
  folder: string,
  { previous, at, environment }: Statement['predicate'],
  named?: string,
): Promise<ChainCheck> {
  if (named !== undefined) return follows(previous, await readNamed(resolve(named)));
  const statements = await readStatements(dirname(resolve(folder)), basename(resolve(folder)));
  const known = statements.some((statement) => statement.sha256 === previous?.sha256);
  const bundles = known ? statements.flatMap(parseOrNothing) : statements.map(parse);
  const beside = bundles
    .filter((bundle) => bundle.environment === environment && time(bundle) < time({ at }))
    .sort(byTime);
  const between = beside.find((bundle) => previous === null || time(bundle) > time(previous));
  const before = between ?? beside.find((bundle) => previous !== null && time(bundle) === time(previous));
  if (before !== undefined) return follows(previous, before);
  return { state: previous === null ? 'first' : 'not seen' };
}

function follows(previous: Audit['previous'], { folder, sha256 }: Omit<BundleName, 'at'>): ChainCheck {
  if (previous?.sha256 === sha256) return { state: 'follows' };
  const expected = previous === null ? first : same(`sha256 ${previous.sha256}`);
  return { problem: problem(`${basename(folder)}/${statementFile}`, expected, same(`sha256 ${sha256}`)) };
}

const first: Text = { nb: 'ingen revisjon før denne', en: 'no audit before this one' };

interface RawStatement {
  readonly folder: string;
  readonly text: Buffer;
  readonly sha256: string;
}

/** A folder without a statement is an interrupted audit, or something else, but not a bundle. */
async function readStatements(folder: string, except?: string): Promise<RawStatement[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory() && entry.name !== except).map(({ name }) => name);
  const found = await Promise.all(names.sort(byCodeUnit).map((name) => readStatement(join(folder, name))));
  return found.filter((statement) => statement !== null);
}

async function readStatement(folder: string): Promise<RawStatement | null> {
  const text = await readFile(join(folder, statementFile)).catch(() => null);
  return text && { folder, text, sha256: sha256(text) };
}

async function readNamed(folder: string): Promise<RawStatement> {
  const statement = await readStatement(folder);
  if (statement !== null) return statement;
  throw new InputError('BUNDLE_UNREADABLE', `${folder} is not a bundle: it has no ${statementFile}`);
}

/** Also matches bundles of other versions. */
const anyStatement = z.object({ predicate: z.object({ at: z.iso.datetime(), environment: z.string() }) });

function parse({ folder, text, sha256 }: RawStatement): BundleName & { environment: string } {
  try {
    return { folder, sha256, ...anyStatement.parse(JSON.parse(text.toString())).predicate };
  } catch (cause) {
    throw new InputError('BUNDLE_BROKEN', `${join(folder, statementFile)} is not the statement of a bundle`, {
      hint: 'if the folder is not an audit, move it away; if it is one, it was changed after it was signed',
      cause,
    });
  }
}

function parseOrNothing(statement: RawStatement): ReturnType<typeof parse>[] {
  try {
    return [parse(statement)];
  } catch {
    return [];
  }
}

const time = ({ at }: { at: string }): number => Date.parse(at);

const byTime = (left: BundleName, right: BundleName): number =>
  time(left) - time(right) || byCodeUnit(left.folder, right.folder);
