/**
 * Every colour of the report has a name, a light value and a dark value. Charts are drawn once with stand-in colours,
 * which then become CSS variables. So one drawing serves for light, dark and paper.
 */
const colours = {
  paper: ['#fcfbf8', '#14171a'],
  panel: ['#f3f1ea', '#1c2024'],
  ink: ['#1b1f23', '#e8e6e1'],
  muted: ['#575e66', '#a3aab2'],
  line: ['#dedbd2', '#30363c'],
  land: ['#e9e6dc', '#262b30'],
  coast: ['#b9b4a5', '#4a525a'],
  good: ['#1d7349', '#6fd19b'],
  fair: ['#855800', '#e6b450'],
  bad: ['#b3261e', '#ff8d82'],
  unknown: ['#575e66', '#a3aab2'],
  blue: ['#1c69aa', '#6cb4f2'],
  orange: ['#b64a12', '#f2955f'],
  teal: ['#0c756e', '#52c6bc'],
  purple: ['#74489e', '#c09ce8'],
  ochre: ['#866005', '#dbb045'],
  rose: ['#a83470', '#ee8bba'],
} as const satisfies Readonly<Record<string, readonly [light: string, dark: string]>>;

export type Colour = keyof typeof colours;

const names = Object.keys(colours) as readonly Colour[]; // the keys of the table above, and no others

/** Returns what stands for a colour while a chart is drawn. No drawing contains such near-blacks otherwise. */
export const standIn = (name: Colour): string => `#0000${(names.indexOf(name) + 1).toString(16).padStart(2, '0')}`;

/** Replaces the stand-ins by the variables. Only attributes have plain quotes, so text stays as it is. */
export function themed(svg: string): string {
  return svg.replace(/="#0000([0-9a-f]{2})"/g, (text, digits: string) => {
    const name = names[Number.parseInt(digits, 16) - 1];
    return name === undefined ? text : `="var(--${name})"`;
  });
}

const declarations = (theme: 0 | 1): string => names.map((name) => `--${name}:${colours[name][theme]}`).join(';');

export const lightVariables = declarations(0);
export const darkVariables = declarations(1);

/** Colours for lines that must be easy to distinguish, in this order. */
export const seriesColours = ['blue', 'orange', 'teal', 'purple', 'ochre', 'rose'] as const satisfies readonly Colour[];

export const seriesColour = (index: number): string =>
  standIn(seriesColours[index % seriesColours.length] ?? seriesColours[0]);
