import { SankeyChart } from 'echarts/charts';
import { use } from 'echarts/core';
import type { Language, Text } from '../../lib/text.ts';
import { type Chart, type Shape, textStyle } from '../../pages/chart.ts';
import { type Colour, standIn } from '../../pages/palette.ts';
import type { Picture } from '../../pages/picture.ts';
import type { Audit } from '../audit.ts';
import type { Destination } from '../destinations/destination.ts';
import { isOutsideEea } from '../destinations/policy.ts';
import { byCodeUnit } from '../evidence/canonical-json.ts';
import { holderName } from './country-names.ts';
import { bytes, number, plain } from './format.ts';

use([SankeyChart]);

const words = {
  title: { nb: 'Hvem sender til hvilket land', en: 'Who sends to which country' },
  none: {
    nb: 'Revisjonen har ingen mottakeradresser: ingen har telt trafikken, eller ingen trafikk ble sett.',
    en: 'The audit has no destinations: nobody counted the traffic, or none was seen.',
  },
  key: {
    nb: 'Landet er der innehaveren av adressen hører hjemme. Bredden følger størrelsesordenen (ti ganger så mye er ett trinn bredere), så små strømmer også synes. Rødt og ✗: noe av det er ikke tillatt av regelverket for utgående trafikk. Oransje: til en innehaver utenfor EØS eller ukjent. Blått: resten.',
    en: 'The country is the home of the address’s holder. The width follows the order of magnitude (ten times as much is one step wider), so that small flows are visible, too. Red and ✗: the egress policy does not allow some of it. Orange: to a holder outside the EEA, or unknown. Blue: the rest.',
  },
  to: { nb: 'mottakeradresser', en: 'destinations' },
  total: { nb: 'sendt i alt', en: 'sent in all' },
  outside: {
    nb: 'derav til innehavere utenfor EØS eller ukjent land',
    en: 'of which to holders outside the EEA or of unknown country',
  },
  disallowed: { nb: 'ikke tillatt', en: 'not allowed' },
  nobody: { nb: 'ukjent program', en: 'unknown program' },
  others: { nb: 'andre', en: 'others' },
} as const satisfies Record<string, Text>;

/** As many as can be distinguished. The rest is one flow. The table has all. */
const most = 14;

interface Flow {
  readonly from: string;
  /** The holder's country by name, or what is known instead. */
  readonly to: string;
  readonly foreign: boolean;
  readonly bytes: number;
  readonly allowed: boolean;
}

const sum = (flows: readonly { readonly bytes: number }[]): number => flows.reduce((all, flow) => all + flow.bytes, 0);

/** Who talks to holders in which country. */
export function flowsPicture({ destinations }: Audit, language: Language): Picture {
  const picture = { name: 'flows', title: words.title[language] };
  if (destinations.length === 0) return { ...picture, words: words.none[language], chart: null };
  const all = merged(destinations.map((destination) => flowOf(destination, language)));
  const flows = merged(withoutSmall(all, language));
  const foreign = destinations.filter(isOutsideEea).map(({ bytesOut }) => bytesOut);
  const disallowed = destinations.filter(({ allowedBy }) => allowedBy === null).length;
  return {
    ...picture,
    words: `${number(destinations.length, language)} ${words.to[language]}, ${bytes(sum(all), language)} ${words.total[language]}, ${words.outside[language]}: ${bytes(
      foreign.reduce((total, amount) => total + amount, 0),
      language,
    )}; ${words.disallowed[language]}: ${number(disallowed, language)}.`,
    key: words.key[language],
    chart: chart(flows, language),
  };
}

function flowOf(destination: Destination, language: Language): Flow {
  const { host, who, address, holderCountry, bytesOut, allowedBy } = destination;
  return {
    from: `${plain(host)} · ${who === null ? words.nobody[language] : plain(who)}`,
    to: holderName(address, holderCountry, language),
    foreign: isOutsideEea(destination),
    bytes: bytesOut,
    allowed: allowedBy !== null,
  };
}

/** One flow for each pair: the library does not draw a second one. */
function merged(flows: readonly Flow[]): Flow[] {
  const pairs = new Map<string, Flow>();
  for (const flow of flows) {
    const key = JSON.stringify([flow.from, flow.to]);
    const before = pairs.get(key);
    const total = {
      ...flow,
      bytes: flow.bytes + (before?.bytes ?? 0),
      allowed: flow.allowed && (before?.allowed ?? true),
    };
    pairs.set(key, total);
  }
  return [...pairs].sort(([left], [right]) => byCodeUnit(left, right)).map(([, flow]) => flow);
}

/** A flow that nothing allows is never merged into the rest. */
function withoutSmall(flows: readonly Flow[], language: Language): Flow[] {
  const rank = (name: string): number => {
    const own = flows.filter(({ from }) => from === name);
    return own.some(({ allowed }) => !allowed) ? Number.POSITIVE_INFINITY : sum(own);
  };
  const names = [...new Set(flows.map(({ from }) => from))].toSorted((a, b) => (rank(b) > rank(a) ? 1 : -1));
  if (names.length <= most) return [...flows];
  const kept = new Set(names.filter((name, index) => index < most - 1 || rank(name) === Number.POSITIVE_INFINITY));
  return flows.map((flow) => (kept.has(flow.from) ? flow : { ...flow, from: words.others[language] }));
}

function chart(flows: readonly Flow[], language: Language): Chart {
  const rows = Math.max(new Set(flows.map(({ from }) => from)).size, new Set(flows.map(({ to }) => to)).size);
  return { height: () => Math.max(150, rows * 46 + 20), option: (shape) => option(flows, shape, language) };
}

const colourOf = (flow: Flow): Colour => (!flow.allowed ? 'bad' : flow.foreign ? 'orange' : 'blue');

function option(flows: readonly Flow[], shape: Shape, language: Language): object {
  const width = shape === 'wide' ? 330 : 150;
  const label = {
    ...textStyle,
    fontSize: 12,
    width,
    overflow: 'truncate',
    textBorderColor: standIn('paper'),
    textBorderWidth: 3,
  };
  const node = (name: string, text: string, of: readonly Flow[], position: 'left' | 'right', colour: Colour) => ({
    name,
    depth: position === 'right' ? 0 : 1,
    itemStyle: { color: standIn(colour), borderWidth: 0 },
    label: { ...label, position, formatter: () => `${text}\n${bytes(sum(of), language)}` },
  });
  const senders = [...new Set(flows.map(({ from }) => from))];
  const countries = [...new Set(flows.map(({ to }) => to))];
  return {
    series: [
      {
        type: 'sankey',
        silent: true,
        left: 2,
        right: 2,
        top: 8,
        bottom: 8,
        nodeWidth: 8,
        nodeGap: 16,
        draggable: false,
        data: [
          ...senders.map((from) => {
            const own = flows.filter((flow) => flow.from === from);
            const isAllowed = own.every(({ allowed }) => allowed);
            const text = isAllowed ? from : `✗ ${from}`;
            return node(`from ${from}`, text, own, 'right', isAllowed ? 'muted' : 'bad');
          }),
          ...countries.map((to) => {
            const own = flows.filter((flow) => flow.to === to);
            return node(`to ${to}`, to, own, 'left', own.some(({ foreign }) => foreign) ? 'orange' : 'blue');
          }),
        ],
        links: flows.map((flow) => ({
          source: `from ${flow.from}`,
          target: `to ${flow.to}`,
          value: Math.max(1, Math.log10(flow.bytes + 1)),
          lineStyle: { color: standIn(colourOf(flow)), opacity: 0.34, curveness: 0.5 },
        })),
      },
    ],
  };
}
