/**
 * Bundles the TypeScript programs to .jernverk/build/<target>.js. Node 20 cannot run TypeScript, and one file starts
 * much faster than some hundred. `node scripts/build.mjs [TARGET ...]`; all targets by default.
 *
 * Plain JavaScript, since it runs before anything can be bundled.
 */
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const out = join(root, '.jernverk/build');

/** Endings of files that are imported as text. */
const textFiles = JSON.parse(await readFile(join(root, 'scripts/text-files.json'), 'utf8'));

const packages = Object.keys(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).dependencies);
/** Packages of plain JavaScript that load faster as part of the bundle; the others stay in node_modules. */
const bundled = new Set([
  'commander',
  'd3-geo',
  'diff',
  'echarts',
  'handlebars',
  'ipaddr.js',
  'listr2',
  'node-ssh',
  'ssh2',
  'tar-stream',
  'topojson-client',
  'yaml',
  'zod',
]);

/** Native parts that ssh2 asks for and does without. */
const optional = ['*.node', 'cpu-features'];

const targets = {
  cli: { entry: 'cli/start.ts', splitting: true, external: packages.filter((name) => !bundled.has(name)) },
  synth: { entry: 'stacks/main.ts', external: packages.filter((name) => !bundled.has(name)) },
  // Terraform starts it for every operation, and most of them ask no host: what does is a chunk of its own.
  provider: { entry: 'provision/terraform/main.ts', splitting: true, external: ['sharp', 'esbuild'] },
  test: { entry: 'scripts/test.ts', external: [] },
  schema: { entry: 'scripts/schema.ts', external: [] },
  pictures: { entry: 'scripts/pictures.ts', external: ['playwright-core', 'sharp'] },
  'fetch-tofu': { entry: 'scripts/fetch-tofu.ts', external: [] },
};

/** Written aside and renamed: another `jernverk` may be running the same file. */
async function replace(file, contents, modified) {
  const temporary = `${file}.${process.pid}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(temporary, contents);
  await utimes(temporary, modified, modified);
  await rename(temporary, file);
}

/** Chunks of earlier builds, kept for an hour for programs that still run. Another build may rename or remove them meanwhile. */
async function removeOldChunks(folder, current) {
  for (const name of await readdir(folder).catch(() => [])) {
    const file = join(folder, name);
    const modified = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (!current.has(file) && Date.now() - modified > 3_600_000) await rm(file, { force: true });
  }
}

async function bundle(name) {
  const { entry, splitting = false, external } = targets[name];
  const started = new Date();
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { [name]: entry },
    outdir: out,
    chunkNames: `${name}/[name]-[hash]`,
    bundle: true,
    splitting,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: [...external, ...optional],
    loader: Object.fromEntries(textFiles.map((ending) => [`.${ending}`, 'text'])),
    // ssh2 is CommonJS and finds its WebAssembly from there.
    define: { __dirname: 'import.meta.dirname' },
    // CommonJS packages in an ES module still call require().
    banner: {
      js: "import { createRequire as bannerRequire } from 'node:module'; const require = bannerRequire(import.meta.url);",
    },
    logLevel: 'silent',
  });
  // The program itself last, with the time of the start: a source that changed meanwhile is then newer.
  outputFiles.sort((a, b) => Number(a.path === join(out, `${name}.js`)) - Number(b.path === join(out, `${name}.js`)));
  for (const file of outputFiles) await replace(file.path, file.contents, started);
  if (splitting) await removeOldChunks(join(out, name), new Set(outputFiles.map((file) => file.path)));
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in targets));
if (unknown.length > 0) {
  console.error(`build: there is no target ${unknown.join(', ')}; there are ${Object.keys(targets).join(', ')}`);
  process.exit(2);
}
const results = await Promise.allSettled((asked.length > 0 ? asked : Object.keys(targets)).map(bundle));
for (const { reason } of results.filter((result) => result.status === 'rejected')) {
  console.error(`build: ${reason.message}`);
  process.exitCode = 1;
}
