import { writeFile } from 'node:fs/promises';
import { environmentJsonSchema } from '../provision/environment/json-schema.ts';

/**
 * Writes the schema that editors use from the one that the program uses; a test says when it is out of date. In the
 * project's folder: `./jernverk build schema && node .jernverk/build/schema.js`
 */
await writeFile('environments/schema.json', environmentJsonSchema());
