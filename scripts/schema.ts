import { writeFile } from 'node:fs/promises';
import { environmentJsonSchema } from '../provision/environment/json-schema.ts';

/**
 * Writes the schema for editors from the one that the program uses. A test fails if it is out of date. Run in the
 * project's folder: `./jernverk build schema && node .jernverk/build/schema.js`
 */
await writeFile('environments/schema.json', environmentJsonSchema());
