import { oneLine, plainMarkdown } from '../../../lib/printable.ts';
import type { Text } from '../../../lib/text.ts';

/** The namespace of properties that Jernverk defines and NIST does not. */
const namespace = 'urn:jernverk:oscal';

export const property = (name: string, value: string) => ({ name, ns: namespace, value: oneLine(value) || '(empty)' });

/** One line of Markdown that is not empty, as OSCAL requires for a title. */
export const line = (text: string): string => plainMarkdown(text) || '(empty)';

export const bothLanguagesInALine = ({ nb, en }: Text): string => `${line(nb)} / ${line(en)}`;

export const bothLanguages = ({ nb, en }: Text): string => `${line(nb)}\n\n${line(en)}`;

/** OSCAL requires seconds and a zone. An ISO time may lack fraction and seconds. */
export const time = (at: string): string => new Date(at).toISOString();

/** OSCAL's tokens have no slash. */
export const controlId = (id: string): string => id.replace('/', '.');

export const objectiveId = (id: string): string => `${controlId(id)}_obj`;
