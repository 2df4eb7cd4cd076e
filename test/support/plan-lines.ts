/** The lines of a Terraform plan that say what changes, with single spaces. */
export const planLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim().replaceAll(/ +/g, ' '))
    .filter((line) => /^([-+~]|-\/\+) /.test(line) && !/^. (create|update|destroy)/.test(line));
