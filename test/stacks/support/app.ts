import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { App } from 'cdktf';
import { installProvider } from '../../../provision/terraform/install.ts';
import { type TopicName, topicNames } from '../../../provision/topic.ts';
import { createStacks } from '../../../stacks/environment-stacks.ts';
import { environmentOf, wantedTopic } from './environment.ts';

/** The stacks of a made-up environment as a cdktf app: `wanted.json` = host → topic → key → text, in the order of topics. */
const root = process.cwd();
const wanted: Record<string, Record<TopicName, Record<string, string>>> = JSON.parse(
  await readFile(join(root, 'wanted.json'), 'utf8'),
);
const app = new App();
const stacks = createStacks(app, {
  source: 'test',
  environment: environmentOf(Object.keys(wanted), 'none'),
  root,
  release: '0123456789ab',
  wanted: new Map(
    Object.entries(wanted).map(([host, topics]) => [
      host,
      topicNames.map((name) => wantedTopic(name, topics[name] ?? {})),
    ]),
  ),
  smokeJobs: [{ worker: 'image-resizer', file: 'photo.jpg', input: {} }],
});
app.synth();
await Promise.all(stacks.map(({ node }) => installProvider(join(app.outdir, 'stacks', node.id))));
