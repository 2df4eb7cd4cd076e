/**
 * Returns the lines of a Terraform plan that say what changes, with single spaces. Its legend and what init says do not
 * count.
 */
export const planLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim().replaceAll(/ +/g, ' '))
    .filter((line) => /^([-+~]|-\/\+) /.test(line) && !/^. (create|update|destroy|Reusing|Using)/.test(line));
