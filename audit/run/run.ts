import { archiveAddresses } from '../../addresses/archive.ts';
import { loadAddressBook } from '../../addresses/load.ts';
import { messageWithHint } from '../../lib/errors.ts';
import { languages } from '../../lib/text.ts';
import type { Answer } from '../../provision/engine/gather.ts';
import type { Environment, HostConfig } from '../../provision/environment/schema.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { type Audit, notAskedFor } from '../audit.ts';
import type { CheckContext } from '../check.ts';
import { destinationsOf } from '../destinations/inventory.ts';
import type { BundleContents } from '../evidence/bundle.ts';
import { byCodeUnit } from '../evidence/canonical-json.ts';
import { renderAudit } from '../report/page.ts';
import { type LocationInputs, loadLocationInputs } from '../where/inputs.ts';
import { locationStatements } from '../where/location-checks.ts';
import { addressesIn, askHost, questionsOf, rawPath, rawText } from './answers.ts';
import { environmentChecksOf, hostChecksOf } from './checks.ts';
import { evaluate, evaluateEnvironment } from './evaluate.ts';
import { rulesDigest } from './rules.ts';

export interface AuditOptions {
  readonly environment: Environment;
  readonly hosts: readonly HostConfig[];
  /** Absolute path of the project. */
  readonly root: string;
  /** Jernverk's version. */
  readonly version: string;
  readonly now: Date;
  readonly previous: Audit['previous'];
  readonly connect: (config: HostConfig) => Promise<Host>;
  readonly say: (line: string) => void;
}

interface Asked {
  readonly config: HostConfig;
  readonly answers: ReadonlyMap<string, Answer>;
}

/** Asks the hosts in parallel, and turns their answers into the contents of a bundle. Changes nothing anywhere. */
export async function runAudit(options: AuditOptions): Promise<BundleContents> {
  const { environment, root, now, hosts, say } = options;
  const addresses = await loadAddressBook(root, now);
  const inputs = await loadLocationInputs(root, environment, addresses);
  const hostChecks = hostChecksOf(inputs);
  const environmentChecks = environmentChecksOf(inputs);
  const questions = questionsOf(hostChecks);
  const asked: Asked[] = [];
  const excluded: { host: string; reason: string }[] = environment.hosts
    .filter((config) => !hosts.includes(config))
    .map(({ name }) => ({ host: name, reason: notAskedFor }));
  await Promise.all(
    hosts.map(async (config) => {
      try {
        await using host = await options.connect(config);
        asked.push({ config, answers: await askHost(host, questions) });
        say(`${config.name}  ${questions.length} questions answered`);
      } catch (error) {
        excluded.push({ host: config.name, reason: messageWithHint(error) });
      }
    }),
  );
  const contexts = asked
    .toSorted((a, b) => environment.hosts.indexOf(a.config) - environment.hosts.indexOf(b.config))
    .map(({ config, answers }): CheckContext => ({ environment, host: config, answers, addresses, now }));
  const audit: Audit = {
    format: 'jernverk-audit/1',
    environment: environment.name,
    at: now.toISOString(),
    tool: options.version,
    rules: rulesDigest([...hostChecks, ...environmentChecks]),
    addresses: {
      date: addresses.source.date.toISOString(),
      sha256: addresses.source.sha256,
      name: addresses.source.name,
      attribution: addresses.source.attribution,
    },
    scope: { hosts: contexts.map(({ host }) => host.name), excluded: excluded.toSorted(byHost) },
    findings: [
      ...evaluateEnvironment(environmentChecks, { environment, addresses, now }),
      ...contexts.flatMap((context) => evaluate(hostChecks, context)),
    ],
    destinations: contexts.flatMap(destinationsOf),
    previous: options.previous,
  };
  const raw = new Map(
    contexts.flatMap(({ host, answers }) =>
      questions.flatMap((question): [string, string][] => {
        const answer = answers.get(question.name);
        return answer === undefined ? [] : [[rawPath(host.name, question.name), rawText(question, answer)]];
      }),
    ),
  );
  const seen = addressesIn(contexts.flatMap(({ answers }) => [...answers.values()]));
  const archived = await archiveAddresses(addresses, seen);
  const extra = new Map(archived.map(({ path, content }) => [path, content]));
  const declared = environment.audit;
  return { audit, declared, raw, extra, reports: reportsOf({ audit, declared }, contexts, inputs) };
}

/** Hosts fail in any order, but the same inputs must give the same bytes. */
const byHost = (a: { host: string }, b: { host: string }): number => byCodeUnit(a.host, b.host);

/** The pages in both languages. */
function reportsOf(
  { audit, declared }: Pick<BundleContents, 'audit' | 'declared'>,
  contexts: readonly CheckContext[],
  inputs: LocationInputs,
): BundleContents['reports'] {
  const locations = new Map(contexts.map((context) => [context.host.name, locationStatements(context, inputs)]));
  return (files) =>
    new Map(
      languages.map((language) => [
        `report.${language}.html`,
        renderAudit(audit, language, { declared, locations, files }),
      ]),
    );
}
