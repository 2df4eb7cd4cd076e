/** Text that Terraform takes as it is: in its JSON syntax a dollar or per cent sign before a brace begins a template. */
export const literal = (text: string): string => text.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
