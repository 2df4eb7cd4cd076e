import type { Host } from '../../provision/ssh/host.ts';
import { NotMeasured, type Suite, type SuiteContext } from '../suite.ts';
import { contradictions } from './contradiction.ts';
import { excludedCities } from './exclusion.ts';
import { parsePaths, pathCommand } from './path.ts';
import { type Asked, paceOf, parseSamples, probeCommand, type Sample } from './probe.ts';
import { lookForTools, missingTools, parseResolved, type Resolved, resolveNames } from './resolve.ts';
import type { NetworkData } from './result.ts';
import { roundTripOf } from './round-trip.ts';
import { loadTargets, type Target } from './targets.ts';

const roundTripSeconds = (quick: boolean): number => (quick ? 3 : 27);
const pathSeconds = (quick: boolean): number => (quick ? 3 : 12);

/** Round trips from the host to the listed targets, the paths to them, and what both exclude. Contacts nobody else. */
export const networkSuite: Suite<NetworkData> = {
  name: 'network',
  seconds: (quick) => roundTripSeconds(quick) + pathSeconds(quick),
  measure,
};

async function* measure(context: SuiteContext): AsyncGenerator<NetworkData, void> {
  const { environment, root, quick } = context;
  const targets = await loadTargets(environment, root);
  await requireTools(context.host);
  const resolved = await resolve(context, targets);
  const probed = await context.timed('network/round trips', roundTripSeconds(quick), () =>
    askAll(context, targets, resolved),
  );
  const data = dataOf(context, targets, resolved, probed.samples);
  yield data;
  if (probed.error !== null) throw probed.error;
  yield {
    ...data,
    ...(await context.timed('network/paths', pathSeconds(quick), () => paths(context, targets, resolved))),
  };
}

async function requireTools(host: Host): Promise<void> {
  const missing = missingTools(await host.capture(lookForTools));
  if (missing !== null) throw new NotMeasured(missing);
}

async function resolve({ host, keep }: SuiteContext, targets: readonly Target[]): Promise<readonly Resolved[]> {
  const hosts = targets.map((target) => target.host);
  const command = resolveNames(hosts);
  const output = await host.capture(command);
  await keep('network/addresses.txt', command.script, output);
  return parseResolved(output, hosts);
}

/** Targets that have an address, with their place in the list. */
const withAddress = (
  targets: readonly Target[],
  resolved: readonly Resolved[],
): readonly (Asked & { target: Target })[] =>
  targets.flatMap((target, index) => {
    const address = resolved[index]?.address ?? null;
    return address === null ? [] : [{ target, address }];
  });

interface Probed {
  readonly samples: ReadonlyMap<Target, readonly Sample[]>;
  /** Why the host stopped answering. What it had printed until then counts. */
  readonly error: unknown;
}

async function askAll(
  { host, keep, quick }: SuiteContext,
  targets: readonly Target[],
  resolved: readonly Resolved[],
): Promise<Probed> {
  const asked = withAddress(targets, resolved);
  if (asked.length === 0) return { samples: new Map(), error: null };
  const command = probeCommand(asked, paceOf(quick));
  const said: string[] = [];
  let error: unknown = null;
  try {
    await host.run(command, { onLine: (line) => said.push(line) });
  } catch (thrown) {
    error = thrown;
  }
  const output = said.map((line) => `${line}\n`).join('');
  await keep('network/round-trips.txt', command.script, output);
  const samples = parseSamples(output, asked.length);
  return { samples: new Map(asked.map(({ target }, index) => [target, samples[index] ?? []])), error };
}

function dataOf(
  { environment }: SuiteContext,
  targets: readonly Target[],
  resolved: readonly Resolved[],
  samples: Probed['samples'],
): NetworkData {
  const { exchangeCity } = environment.benchmarks;
  const unknown: Resolved = { address: null, reason: null };
  const measured = targets.map((target, index) =>
    roundTripOf(target, resolved[index] ?? unknown, samples.get(target) ?? [], exchangeCity),
  );
  const contradicted = contradictions(targets, measured);
  const roundTrips = measured.map((trip) => ({ ...trip, contradictedBy: contradicted.get(trip.target) ?? null }));
  const cities = excludedCities(targets, roundTrips);
  return { exchangeCity, roundTrips, paths: [], pathsReason: 'not measured yet', cities };
}

async function paths(
  { host, keep, quick }: SuiteContext,
  targets: readonly Target[],
  resolved: readonly Resolved[],
): Promise<Pick<NetworkData, 'paths' | 'pathsReason'>> {
  const asked = withAddress(targets, resolved);
  if (asked.length === 0) return { paths: [], pathsReason: 'no target has an address' };
  const command = pathCommand(
    asked.map(({ address }) => address),
    quick,
  );
  const { stdout } = await host.run(command);
  await keep('network/paths.txt', command.script, stdout);
  return parsePaths(
    stdout,
    asked.map(({ target }) => target.name),
  );
}
