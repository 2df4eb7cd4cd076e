import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { planExcerpt } from './plan-excerpt.ts';
import { type Scheme, schemes, terminalPicture } from './terminal-picture.ts';

/**
 * Makes the pictures of the README in docs/images: what `cdktf diff` prints of a host that has drifted, and a part of
 * the report of `bench`. All of it is real output of the host of environments/local.yaml, which is repaired afterwards.
 * Needs Debian's chromium and fonts-dejavu-core. Run in the project's folder, as root:
 * `./jernverk up && ./jernverk build pictures && node .jernverk/build/pictures.js`
 */
const host = 'forge';
const stack = `local.host.${host}`;
const folder = 'docs/images';

/** What somebody did by hand. */
const drift = `sysctl -qw net.core.somaxconn=128
nft add rule inet jernverk input tcp dport 9999 accept
systemctl stop supervisor`;

/** Runs a command and returns what it wrote to standard output. Throws if it fails with another exit code than these. */
function run(words: readonly string[], exitCodes: readonly number[] = [0]): string {
  console.log(`./jernverk ${words.join(' ')}`);
  const { status, stdout, stderr } = spawnSync('./jernverk', words, {
    // With CI, cdktf draws no wheel that turns.
    env: { ...process.env, CI: 'true', FORCE_COLOR: '1', JERNVERK_ENV: 'local' },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  if (status === null || !exitCodes.includes(status)) throw new Error(`it ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

const keep = async (name: string, content: string | Buffer): Promise<void> => {
  await writeFile(join(folder, name), content);
  console.log(`  ${folder}/${name}: ${Math.ceil(content.length / 1000)} kB`);
};

async function pictureOfDiff(): Promise<void> {
  run(['apply']);
  run(['lab', 'exec', host, '--', drift]);
  const plan = planExcerpt(run(['cdktf', 'diff', stack]), stack);
  run(['apply']);
  if (plan === null) throw new Error('cdktf diff printed no plan');
  if (plan.split('\n').length > 30) throw new Error(`more than the drift differs:\n${plan}`);
  for (const scheme of schemes) {
    await keep(`diff-${scheme}.svg`, terminalPicture(`\x1b[90m$\x1b[0m npx cdktf diff ${stack}\n\n${plan}`, scheme));
  }
}

async function pictureOfReport(): Promise<void> {
  // 2 is its exit code for a host that is a container: it gives figures, and no verdict.
  const measured = JSON.parse(run(['--json', 'bench', '--quick', '--suite', 'queue'], [0, 1, 2]));
  const page = pathToFileURL(resolve(measured.hosts[0].folder, 'report.html')).href;
  // Debian's own. Its sandbox needs user namespaces, which root in a container has not.
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    for (const scheme of schemes) await keep(`report-${scheme}.png`, await screenshot(page, scheme));
  } finally {
    await browser.close();
  }

  /** The queue that is filled and drained: from its heading to the end of the drawing, twice as fine as the screen. */
  async function screenshot(address: string, colorScheme: Scheme): Promise<Buffer> {
    const tab = await browser.newPage({ viewport: { width: 872, height: 1200 }, deviceScaleFactor: 2, colorScheme });
    await tab.goto(address);
    const heading = await tab.locator('section.picture:has(figure.drain) h3').boundingBox();
    const drawing = await tab.locator('figure.drain .wide svg').first().boundingBox();
    if (heading === null || drawing === null) throw new Error('the report shows no queue that is drained');
    const margin = 20;
    const clip = {
      x: drawing.x - margin,
      y: heading.y - margin,
      width: drawing.width + 2 * margin,
      height: drawing.y + drawing.height - heading.y + 2 * margin,
    };
    const png = await tab.screenshot({ clip, fullPage: true });
    return sharp(png).png({ palette: true, colours: 64, effort: 10 }).toBuffer();
  }
}

await mkdir(folder, { recursive: true });
await pictureOfDiff();
await pictureOfReport();
