/** Columns of the picture. A longer line is broken before its arrow. */
const columns = 92;

/** Codes of colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are made of.
const codes = /\x1b\[[0-9;]*m/g;
const plain = (line: string): string => line.replaceAll(codes, '');

/**
 * Returns the plan in what `cdktf diff STACK` printed, with its colours: from the first resource to the count. It leaves
 * out the name of the stack before the lines, the attribute `id`, the notes on hidden attributes, and the blanks with
 * which Terraform aligns keys that it does not show. Null if there is no plan.
 */
export function planExcerpt(output: string, stack: string): string | null {
  const lines = output.split('\n').map((line) => withoutStack(line, stack));
  const first = lines.findIndex((line) => plain(line).startsWith('  # '));
  const last = lines.findIndex((line) => plain(line).startsWith('Plan: '));
  if (first < 0 || last < first) return null;
  return lines
    .slice(first, last + 1)
    .filter((line) => !/^ +(id +=|# \(\d+ unchanged attributes? hidden\))/.test(plain(line)))
    .map((line) => broken(line.replace(/ {2,}= /, ' = ')))
    .join('\n');
}

/** cdktf prints the stack before the first line of a block, and as many blanks before the others. */
function withoutStack(line: string, stack: string): string {
  if (plain(line).startsWith(`${stack}  `)) return line.replace(stack, '').replace('  ', '');
  const blanks = ' '.repeat(stack.length + 2);
  return line.startsWith(blanks) ? line.slice(blanks.length) : line;
}

function broken(line: string): string {
  if (plain(line).length <= columns) return line;
  const indent = plain(line).search(/\S/) + 6;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the arrow has a colour.
  return line.replace(/ ((?:\x1b\[[0-9;]*m)*->)/, `\n${' '.repeat(indent)}$1`);
}
