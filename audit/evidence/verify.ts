import * as z from 'zod';
import { oneLine } from '../../lib/printable.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Text } from '../../lib/text.ts';
import { type Audit, auditSchema } from '../audit.ts';
import { derivedFiles } from './bundle.ts';
import { canonicalJson } from './canonical-json.ts';
import { type ChainState, checkChain } from './chain.ts';
import { type FolderContents, readFolder } from './folder.ts';
import { inOrder } from './order.ts';
import { absent, type Problem, problem, same } from './problem.ts';
import {
  findingsFile,
  predicateType,
  type Statement,
  signatureFile,
  statementFile,
  statementSchema,
} from './statement.ts';
import { verifySignature } from './verify-signature.ts';

export interface VerifyOptions {
  /** Text of an allowed_signers file from outside the bundle. Null if no key is pinned. */
  readonly signers: string | null;
  /** Folder of the previous bundle. By default it is searched for in the folder that holds this bundle. */
  readonly previous?: string | undefined;
  /** By default the ssh-keygen on the path. */
  readonly sshKeygen?: string | undefined;
}

export type Verification =
  | { readonly state: 'intact' /** `SHA256:…` of the key. */; readonly key: string; readonly chain: ChainState }
  | { readonly state: 'changed'; readonly problem: Problem }
  /** Nothing in it contradicts itself, but nobody is accountable for it. */
  | { readonly state: 'unclear'; readonly reason: Text };

/**
 * Checks that a bundle is what was signed: first the signature, then every file's digest, extra and missing files, that
 * the files agree, and that it follows the previous bundle. Returns the first problem. Throws InputError if the folder
 * cannot be read, or if `previous` is not a bundle.
 */
export async function verifyBundle(folder: string, options: VerifyOptions): Promise<Verification> {
  const files = await readFolder(folder);
  const bytes = files.get(statementFile);
  if (!bytes) return changed(problem(statementFile, { nb: 'en fil', en: 'a file' }, absent));
  const signature = await checkSignature(bytes, files, options);
  if (signature.state === 'bad') return changed(signature.problem);
  if (isOfAnotherVersion(bytes)) return { state: 'unclear', reason: anotherVersion };
  const statement = readCanonical(statementFile, bytes, statementSchema);
  if ('problem' in statement) return changed(statement.problem);
  const different = checkDigests(statement.value, files) ?? checkContents(statement.value, files);
  if (different) return changed(different);
  const chain = await checkChain(folder, statement.value.predicate, options.previous);
  if ('problem' in chain) return changed(chain.problem);
  if (signature.state === 'unclear') return signature;
  return { state: 'intact', key: signature.key, chain: chain.state };
}

const changed = (found: Problem): Verification => ({ state: 'changed', problem: found });

const checkSignature = (bytes: Uint8Array, files: FolderContents, { signers, sshKeygen }: VerifyOptions) =>
  signers === null || signers.trim() === ''
    ? ({ state: 'unclear', reason: nobodyPinned } as const)
    : verifySignature(bytes, files.get(signatureFile), { signers, program: sshKeygen });

const nobodyPinned: Text = {
  nb: 'ingen nøkkel å stole på er oppgitt, så signaturen ble ikke kontrollert',
  en: 'no key to trust was given, so the signature was not checked',
};

/** True if this version does not know how the bundle's other files follow from findings.json. */
function isOfAnotherVersion(statement: Uint8Array): boolean {
  try {
    const given = z.object({ predicateType: z.string() }).parse(JSON.parse(Buffer.from(statement).toString()));
    return given.predicateType !== predicateType && /^urn:jernverk:evidence:\d+$/.test(given.predicateType);
  } catch {
    return false;
  }
}

const anotherVersion: Text = {
  nb: 'beviset er skrevet av en annen versjon av jernverk; kontroller det med den',
  en: 'the bundle was written by another version of jernverk; verify it with that one',
};

type Read<T> = { readonly value: T } | { readonly problem: Problem };

/**
 * Reads a file that must match its schema, in exactly the form that Jernverk writes, so that no second meaning can hide
 * in it.
 */
function readCanonical<T>(file: string, bytes: Uint8Array, schema: z.ZodType<T>): Read<T> {
  const text = Buffer.from(bytes).toString('utf8');
  const expected = { nb: 'en fil slik jernverk audit skriver den', en: 'a file as jernverk audit writes it' };
  try {
    const value = schema.parse(JSON.parse(text));
    if (canonicalJson(value) === text) return { value };
    return {
      problem: problem(file, expected, { nb: 'en annen skrivemåte', en: 'the same content, written in another way' }),
    };
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return { problem: problem(file, expected, same(oneLine(why))) };
  }
}

function checkDigests({ subject }: Statement, files: FolderContents): Problem | null {
  for (const { name, digest } of subject) {
    const content = files.get(name);
    const expected = same(`sha256 ${digest.sha256}`);
    if (!content) return problem(name, expected, content === null ? noFile : absent);
    const actual = sha256(content);
    if (actual !== digest.sha256) return problem(name, expected, same(`sha256 ${actual}`));
  }
  const known = new Set([statementFile, signatureFile, ...subject.map(({ name }) => name)]);
  for (const name of files.keys()) if (!known.has(name)) return problem(oneLine(name), notListed, present);
  return null;
}

const noFile: Text = { nb: 'ikke en vanlig fil', en: 'not a regular file' };
const notListed: Text = { nb: 'bare filer som statement.json nevner', en: 'only files that statement.json names' };
const present: Text = { nb: 'en fil til', en: 'an extra file' };

/** Checks that the files agree with each other. */
function checkContents(statement: Statement, files: FolderContents): Problem | null {
  const findings = files.get(findingsFile);
  if (!findings) return problem(findingsFile, { nb: 'en fil', en: 'a file' }, absent);
  const read = readCanonical(findingsFile, findings, auditSchema);
  if ('problem' in read) return read.problem;
  return checkFindings(read.value, statement, files) ?? checkDerived(read.value, files);
}

function checkFindings(audit: Audit, { predicate }: Statement, files: FolderContents): Problem | null {
  const { at, environment, tool, rules, previous } = audit;
  if (canonicalJson(predicate) !== canonicalJson({ at, environment, tool, rules, previous })) {
    return problem(
      findingsFile,
      { nb: 'det samme som i statement.json', en: 'the same as statement.json' },
      otherAudit,
    );
  }
  if (canonicalJson(inOrder(audit)) !== canonicalJson(audit)) {
    return problem(findingsFile, { nb: 'funnene i rekkefølge', en: 'findings in their order' }, unordered);
  }
  const gone = audit.findings.flatMap(({ evidence }) => evidence).find((path) => !files.has(path));
  return gone === undefined ? null : problem(oneLine(gone), restsOn, absent);
}

const otherAudit: Text = {
  nb: 'et annet tidspunkt, miljø, verktøy, regelsett eller en annen forrige revisjon',
  en: 'another time, environment, tool, set of rules or previous audit',
};
const unordered: Text = { nb: 'en annen rekkefølge', en: 'another order' };
const restsOn: Text = { nb: 'rådata som et funn bygger på', en: 'raw output that a finding rests on' };

/** The files for other programs must say what findings.json says, and nothing else. */
function checkDerived(audit: Audit, files: FolderContents): Problem | null {
  for (const [name, content] of derivedFiles(audit)) {
    const actual = files.get(name);
    if (!actual) return problem(name, follows, absent);
    if (Buffer.compare(Buffer.from(content), actual) !== 0) return problem(name, follows, something);
  }
  return null;
}

const follows: Text = { nb: 'det som følger av findings.json', en: 'what follows from findings.json' };
const something: Text = { nb: 'noe annet', en: 'something else' };
