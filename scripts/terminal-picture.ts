export const schemes = ['light', 'dark'] as const;
export type Scheme = (typeof schemes)[number];

/** Colours by the numbers of ANSI. All but `line` have a contrast of at least 4.5 to the paper. */
const colours = {
  light: {
    paper: '#fcfbf8',
    line: '#dedbd2',
    ink: '#1b1f23',
    31: '#b3261e',
    32: '#1d7349',
    33: '#855800',
    90: '#575e66',
  },
  dark: {
    paper: '#14171a',
    line: '#30363c',
    ink: '#e8e6e1',
    31: '#ff8d82',
    32: '#6fd19b',
    33: '#e6b450',
    90: '#a3aab2',
  },
} as const;

/** In pixels. A letter of a monospace font is 0.55 to 0.602 of its size wide, whichever font the reader has. */
const font = { size: 13, width: 7.83, line: 20, margin: 18 } as const;

interface Style {
  readonly bold: boolean;
  readonly colour: 31 | 32 | 33 | 90 | null;
}
interface Run extends Style {
  readonly text: string;
}

const noStyle: Style = { bold: false, colour: null };

/**
 * Draws text with ANSI colours as an SVG of a terminal. Text stays text, in the monospace font of the reader. The first
 * line is its title.
 */
export function terminalPicture(text: string, scheme: Scheme): string {
  const { paper, line, ink } = colours[scheme];
  const rows = rowsOf(text);
  const columns = Math.max(...rows.map((row) => textOf(row).length));
  const width = Math.ceil(columns * font.width + 2 * font.margin);
  const height = rows.length * font.line + 2 * font.margin;
  const drawn = rows.map((row, index) => drawRow(row, font.margin + font.line * (index + 0.72), scheme));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${escaped(textOf(rows[0] ?? []))}</title>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8" fill="${paper}" stroke="${line}"/>
<g fill="${ink}" font-size="${font.size}" font-family="ui-monospace,SFMono-Regular,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace">
${drawn.filter((row) => row !== '').join('\n')}
</g>
</svg>
`;
}

const textOf = (row: readonly Run[]): string => row.map(({ text }) => text).join('');

/** The runs of each line. Codes that set neither weight nor one of our colours change nothing. */
function rowsOf(text: string): Run[][] {
  let style = noStyle;
  return text.split('\n').map((line) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what the codes are made of.
    line.split(/(\x1b\[[0-9;]*m)/).flatMap((part, index) => {
      if (index % 2 === 0) return part === '' ? [] : [{ text: part, ...style }];
      style = part.slice(2, -1).split(';').map(Number).reduce(applyCode, style);
      return [];
    }),
  );
}

function applyCode(style: Style, code: number): Style {
  if (code === 0) return noStyle;
  if (code === 1 || code === 22) return { ...style, bold: code === 1 };
  if (code === 39) return { ...style, colour: null };
  if (code === 31 || code === 32 || code === 33 || code === 90) return { ...style, colour: code };
  return style;
}

/** Blanks at the start become a place: SVG drops them. */
function drawRow(row: readonly Run[], y: number, scheme: Scheme): string {
  const start = textOf(row).search(/\S/);
  if (start < 0) return '';
  let blanks = start;
  const spans = row.map(({ text, bold, colour }) => {
    const shown = text.slice(Math.min(blanks, text.length));
    blanks -= text.length - shown.length;
    const weight = bold ? ' font-weight="700"' : '';
    const fill = colour === null ? '' : ` fill="${colours[scheme][colour]}"`;
    return weight + fill === '' || shown === '' ? escaped(shown) : `<tspan${weight}${fill}>${escaped(shown)}</tspan>`;
  });
  return `<text x="${(font.margin + start * font.width).toFixed(1)}" y="${y.toFixed(1)}">${spans.join('')}</text>`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
