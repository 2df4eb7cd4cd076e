import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  GeoComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TitleComponent,
} from 'echarts/components';
import { init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';
import { type Html, html, trusted } from './html.ts';
import { standIn, themed } from './palette.ts';

use([
  CustomChart,
  LineChart,
  ScatterChart,
  GeoComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TitleComponent,
  LabelLayout,
  SVGRenderer,
]);

/**
 * Every chart is drawn twice, for a wide page and for a phone, and CSS shows one. That keeps its letters as large as
 * the text.
 */
export type Shape = 'wide' | 'narrow';

/** Width in which charts are drawn, in CSS pixels. They scale from there. */
export const widths: Readonly<Record<Shape, number>> = { wide: 760, narrow: 350 };

export interface Chart {
  readonly option: (shape: Shape) => object;
  readonly height: (shape: Shape) => number;
  /** Default: `widths`. */
  readonly width?: (shape: Shape) => number;
}

const fontSize = 13;

/** The style of all text in charts. */
export const textStyle = { color: standIn('ink'), fontSize } as const;
export const mutedStyle = { color: standIn('muted'), fontSize: 12 } as const;

/** An axis that stays in the background. */
export const axis = {
  axisLine: { show: true, lineStyle: { color: standIn('line') } },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: standIn('line'), width: 1 } },
  minorSplitLine: { show: false },
  axisLabel: { ...mutedStyle, hideOverlap: true },
  nameTextStyle: mutedStyle,
} as const;

/** Returns the vertical axis of a picture with one row per name. The name is within the picture, above its row. */
export const rowNames = (names: readonly string[], shape: Shape) =>
  ({
    ...axis,
    type: 'category',
    inverse: true,
    data: names,
    axisLine: { show: false },
    splitLine: { show: false },
    axisLabel: {
      ...textStyle,
      inside: true,
      margin: 2,
      verticalAlign: 'bottom',
      padding: [0, 0, 7, 0],
      width: widths[shape] - 30,
      overflow: 'truncate',
      textBorderColor: standIn('paper'),
      textBorderWidth: 3,
    },
    z: 5,
  }) as const;

/** Returns a limit: a dashed line with its label. */
export const limitLine = (words: string, at: { xAxis: number } | { yAxis: number }) => ({
  silent: true,
  symbol: 'none' as const,
  lineStyle: { color: standIn('bad'), type: 'dashed' as const, width: 1.5 },
  label: {
    formatter: () => words,
    color: standIn('bad'),
    fontSize: 12,
    position: 'xAxis' in at ? ('start' as const) : ('insideStartTop' as const),
  },
  data: [at],
});

function draw(chart: Chart, shape: Shape, name: string): string {
  const instance = init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: chart.width?.(shape) ?? widths[shape],
    height: chart.height(shape),
  });
  try {
    instance.setOption({ animation: false, textStyle, ...chart.option(shape) });
    return clean(instance.renderToSVGString(), name);
  } finally {
    instance.dispose();
  }
}

/**
 * Removes what only the library's own client needs: ids that count up through the process, classes, elements that catch
 * the pointer, its fonts. Only colours of the palette are left. Every pattern contains a plain quote. A host's words
 * contain none, so they stay as they are.
 */
function clean(svg: string, name: string): string {
  return themed(svg)
    .replace(/^<svg [^>]*(viewBox="[^"]*")[^>]*>/, '<svg $1 aria-hidden="true">')
    .replace(/<style\b.*?<\/style>/gs, '')
    .replace(/<(rect|path) [^>]*(fill-opacity="0"|fill="none")[^>]*><\/\1>\n?/g, (element) =>
      element.includes('stroke="var') && !element.includes('stroke-width="0"') ? element : '',
    )
    .replace(/ (class|pointer-events|ecmeta_\w+|xml:space)="[^"]*"/g, '')
    .replace(/ stroke="[^"]*" stroke-width="0"( stroke-opacity="[^"]*")?/g, '')
    .replace(/ style="[^"]*"/g, (attribute) => attribute.replace(/font-family:[^;"]*;?/, ''))
    .replaceAll(' fill="#000"', '')
    .replaceAll('"#fff"', '"var(--paper)"')
    .replace(/="(url\(#)?zr\d+-/g, `="$1${name}-`)
    .replace(/ (d|points|transform)="[^"]*"/g, (attribute) => attribute.replace(/(\d\.\d)\d+/g, '$1'));
}

/** Returns the chart in both shapes. `finding` says in words what it shows, for readers who cannot see it. */
export function drawing(chart: Chart, id: string, finding: string): Html {
  const shapes = (['wide', 'narrow'] as const).map(
    (shape) =>
      html`<div class="${shape}" role="img" aria-label="${finding}">${trusted(draw(chart, shape, `${id}-${shape}`))}</div>`,
  );
  return html`${shapes}`;
}
