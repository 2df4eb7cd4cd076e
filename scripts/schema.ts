import { writeFile } from 'node:fs/promises';
import { editorSchemas } from '../provision/environment/editor-schemas.ts';

/**
 * Writes the schemas for editors from those that the program uses. A test fails if one is out of date. Run in the
 * project's folder: `./jernverk build schema && node .jernverk/build/schema.js`
 */
for (const [path, text] of editorSchemas()) await writeFile(path, text);
