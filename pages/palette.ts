/**
 * Every colour of the report has a name, a light and a dark value. Charts are drawn once with stand-ins, which then
 * become CSS variables: so one drawing does for light, dark and paper.
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

/** What stands for a colour while a chart is drawn: no drawing has such near-blacks by itself. */
export const standIn = (name: Colour): string => `#0000${(names.indexOf(name) + 1).toString(16).padStart(2, '0')}`;

/** Puts the variables in the place of the stand-ins. Only attributes have plain quotes: text is left as it is. */
export function themed(svg: string): string {
  return svg.replace(/="#0000([0-9a-f]{2})"/g, (text, digits: string) => {
    const name = names[Number.parseInt(digits, 16) - 1];
    return name === undefined ? text : `="var(--${name})"`;
  });
}

const declarations = (theme: 0 | 1): string => names.map((name) => `--${name}:${colours[name][theme]}`).join(';');

export const lightVariables = declarations(0);
export const darkVariables = declarations(1);

/** For lines that must be told apart, in this order. */
export const seriesColours = ['blue', 'orange', 'teal', 'purple', 'ochre', 'rose'] as const satisfies readonly Colour[];

export const seriesColour = (index: number): string =>
  standIn(seriesColours[index % seriesColours.length] ?? seriesColours[0]);
