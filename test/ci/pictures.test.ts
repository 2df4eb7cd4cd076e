import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planExcerpt } from '../../scripts/plan-excerpt.ts';
import { schemes, terminalPicture } from '../../scripts/terminal-picture.ts';
import { projectRoot } from '../support/command-line.ts';

/** As cdktf 0.21 and Terraform print it, in short. */
const printed = `\x1b[1m\x1b[33mlocal.host.forge\x1b[39m\x1b[22m  \x1b[0m\x1b[1mjernverk_kernel.forge-kernel: Refreshing state...\x1b[0m
\x1b[1m\x1b[33mlocal.host.forge\x1b[39m\x1b[22m  \x1b[1m  # jernverk_kernel.forge-kernel\x1b[0m will be updated in-place
                  \x1b[0m  \x1b[33m~\x1b[0m\x1b[0m resource "jernverk_kernel" "forge-kernel" {
                          id       = "forge/kernel"
                            \x1b[33m~\x1b[0m\x1b[0m "sysctl/net.core.somaxconn"           = "128" \x1b[33m->\x1b[0m\x1b[0m "4096"
                            \x1b[33m~\x1b[0m\x1b[0m "ruleset/inet jernverk" = "changed by hand: + tcp dport 9999 accept" \x1b[33m->\x1b[0m\x1b[0m "as loaded"
                          \x1b[90m# (1 unchanged attribute hidden)\x1b[0m\x1b[0m

                  \x1b[1mPlan:\x1b[0m 0 to add, 1 to change, 0 to destroy.
                  \x1b[33m│\x1b[0m \x1b[0m\x1b[0mWarning
`;

describe('the picture of cdktf diff', () => {
  const plan = planExcerpt(printed, 'local.host.forge') ?? '';

  it('has the changed keys, from the first resource to the count, and long ones on two lines', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of.
    expect(plan.replaceAll(/\x1b\[\d+m/g, '')).toBe(`  # jernverk_kernel.forge-kernel will be updated in-place
  ~ resource "jernverk_kernel" "forge-kernel" {
          ~ "sysctl/net.core.somaxconn" = "128" -> "4096"
          ~ "ruleset/inet jernverk" = "changed by hand: + tcp dport 9999 accept"
                -> "as loaded"

Plan: 0 to add, 1 to change, 0 to destroy.`);
  });

  it('is not made if nothing differs', () => {
    expect(planExcerpt('No changes. Your infrastructure matches the configuration.', 'local.host.forge')).toBeNull();
  });

  it('is text in the colours of the terminal, with blanks as a place', () => {
    const drawn = terminalPicture('\x1b[1m  # a <b> & c\x1b[0m is\n  \x1b[33m~\x1b[0m d', 'light');
    expect(drawn).toContain('<text x="33.7" y="32.4"><tspan font-weight="700"># a &lt;b&gt; &amp; c</tspan> is</text>');
    expect(drawn).toContain('<tspan fill="#855800">~</tspan> d</text>');
  });

  it.each(schemes)(
    'is what is kept for the README: text of the lab, nothing of the machine that made it, %s',
    async (scheme) => {
      const kept = await readFile(join(projectRoot, `docs/images/diff-${scheme}.svg`), 'utf8');
      expect(kept).toContain('"128"');
      expect(kept).not.toMatch(/\/(home|root|work|tmp)\//);
      expect(kept.split('\n').length).toBeLessThan(40);
    },
  );
});
