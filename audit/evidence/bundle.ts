import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectoryDurably, writeDurably } from '../../lib/durable-file.ts';
import { InputError } from '../../lib/errors.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Text } from '../../lib/text.ts';
import { type Audit, auditSchema } from '../audit.ts';
import { canonicalJson } from './canonical-json.ts';
import { destinationsCsv } from './csv.ts';
import { inOrder } from './order.ts';
import { assessmentResults } from './oscal.ts';
import { type Declared, recordOfProcessing } from './record-of-processing.ts';
import { sign } from './sign.ts';
import { fingerprint } from './signers.ts';
import { findingsFile, signatureFile, statementFile, statementOf } from './statement.ts';

export interface BundleContents {
  readonly audit: Audit;
  /** The `audit` part of the environment. */
  readonly declared: Declared;
  /** Raw outputs by their path in the bundle, `raw/<host>/<question>.txt`. Findings name these paths as evidence. */
  readonly raw: ReadonlyMap<string, string>;
  /**
   * Makes the pages, by file name: `report.nb.html`. The pages name the digests of all other files, so that a printout
   * alone shows what it is based on.
   */
  readonly reports: (digests: ReadonlyMap<string, string>) => ReadonlyMap<string, string>;
  /** All other files by their path in the bundle: `addresses/…`. */
  readonly extra: ReadonlyMap<string, string | Uint8Array>;
}

export interface Signing {
  /** Absolute path of a private key, or of a public key whose private key is in an agent. Null: not signed. */
  readonly key: string | null;
  /** Public keys that the environment pins. */
  readonly signers: readonly string[];
  /** Whether the key is this machine's own, for which no person is accountable. */
  readonly ofMachine?: boolean;
}

/** How a bundle was written. `unsigned` is evidence of nothing, which must be said clearly. */
export interface Written {
  readonly folder: string;
  /** SHA-256 of statement.json: the next bundle has it in `previous`. */
  readonly sha256: string;
  readonly signature:
    | {
        readonly state: 'signed';
        /** `SHA256:…` of the key. */
        readonly key: string;
        /**
         * If false, the environment does not name this key, so `verify-bundle` with that environment will refuse the
         * bundle.
         */
        readonly pinned: boolean;
        /** True if this machine made the key for the lab: see `machineKeyWorth`. */
        readonly ofMachine: boolean;
      }
    | { readonly state: 'unsigned'; readonly reason: Text };
}

/** A file of a bundle as it is written, and as the statement names it. */
export interface BundleFile {
  readonly content: Uint8Array;
  readonly sha256: string;
}

/** Files derived from findings.json alone: a verifier generates them again and compares. */
export const derivedFiles = (audit: Audit): ReadonlyMap<string, string> =>
  new Map([
    ['destinations.csv', destinationsCsv(audit.destinations)],
    ['assessment-results.json', canonicalJson(assessmentResults(audit))],
  ]);

/**
 * Makes every file of a bundle except the statement and its signature. Pure: the same contents give the same bytes.
 * Throws InputError if the contents do not fit together, which is a bug in the caller.
 */
export function bundleFiles(contents: BundleContents): ReadonlyMap<string, BundleFile> {
  const audit = inOrder(auditSchema.parse(contents.audit));
  requireDistinct(audit);
  const data = made([
    [findingsFile, canonicalJson(audit)],
    ...derivedFiles(audit),
    ['record-of-processing.json', canonicalJson(recordOfProcessing(audit, contents.declared))],
    ...contents.raw,
  ]);
  const extra = made(contents.extra);
  const digests = new Map([...data, ...extra].map(([path, { sha256 }]) => [path, sha256]));
  const files = new Map<string, BundleFile>();
  for (const [path, file] of [...data, ...made(contents.reports(digests)), ...extra]) {
    requirePath(path, files);
    files.set(path, file);
  }
  requireEvidence(audit, files);
  return files;
}

const made = (given: Iterable<readonly [path: string, content: string | Uint8Array]>): [string, BundleFile][] =>
  [...given].map(([path, content]) => [path, { content: Buffer.from(content), sha256: sha256(content) }]);

/**
 * Writes a bundle into a new folder, each file on disk before the next, and the statement last: a folder without a
 * statement is an audit that was interrupted. If signing fails, the bundle is still written, because the host may not
 * give the same answers later.
 */
export async function writeBundle(contents: BundleContents, folder: string, signing: Signing): Promise<Written> {
  const files = bundleFiles(contents);
  const statement = statementOf(contents.audit, files);
  await requireEmpty(folder);
  const signed = await sign(statement, signing.key);
  for (const [path, { content }] of files) {
    await makeDirectoryDurably(dirname(join(folder, path)));
    await writeDurably(join(folder, path), content);
  }
  if (signed.state === 'signed') await writeDurably(join(folder, signatureFile), signed.signature);
  await writeDurably(join(folder, statementFile), statement);
  const pinned = signed.state === 'signed' && signing.signers.some((key) => fingerprint(key) === signed.key);
  return {
    folder,
    sha256: sha256(statement),
    signature:
      signed.state === 'signed'
        ? { state: 'signed', key: signed.key, pinned, ofMachine: signing.ofMachine === true }
        : signed,
  };
}

/** Names that mean the same on every system, and that cannot leave the folder. */
const path = /^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/;

function requirePath(name: string, taken: ReadonlyMap<string, unknown>): void {
  if (!path.test(name)) {
    throw new InputError('EVIDENCE_PATH', `cannot put ${JSON.stringify(name)} into a bundle`, {
      hint: 'a path in a bundle is relative, has only letters, digits, ".", "_" and "-", and no part begins with a dot',
    });
  }
  if (taken.has(name) || name === statementFile || name === signatureFile) {
    throw new InputError('EVIDENCE_PATH', `two files of the bundle would be named ${name}`);
  }
}

/** A finding is matched with other audits by its check and host, so these must be unique. */
function requireDistinct({ findings }: Audit): void {
  const seen = new Set<string>();
  for (const { id, host } of findings) {
    const key = `${id} ${host}`;
    if (seen.has(key))
      throw new InputError('FINDING_TWICE', `the audit has two findings ${id} of ${host || 'no host'}`);
    seen.add(key);
  }
}

function requireEvidence({ findings }: Audit, files: ReadonlyMap<string, unknown>): void {
  for (const { id, host, evidence } of findings) {
    const absent = evidence.find((name) => !files.has(name));
    if (absent === undefined) continue;
    throw new InputError('EVIDENCE_MISSING', `finding ${id} of ${host} rests on ${absent}, which is not in the bundle`);
  }
}

async function requireEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (names.length === 0) return;
  throw new InputError('BUNDLE_EXISTS', `${folder} is not empty, and a bundle never overwrites anything`, {
    hint: 'name another folder with --out',
  });
}
