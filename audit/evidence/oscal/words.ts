import { oneLine, plainMarkdown } from '../../../lib/printable.ts';
import type { Text } from '../../../lib/text.ts';

/** Of the properties that are ours and not NIST's. */
const namespace = 'urn:jernverk:oscal';

export const property = (name: string, value: string) => ({ name, ns: namespace, value: oneLine(value) || '(empty)' });

/** Markup in one line that is not empty, as OSCAL wants a title. */
export const line = (text: string): string => plainMarkdown(text) || '(empty)';

export const bothLanguagesInALine = ({ nb, en }: Text): string => `${line(nb)} / ${line(en)}`;

export const bothLanguages = ({ nb, en }: Text): string => `${line(nb)}\n\n${line(en)}`;

/** OSCAL wants seconds and a zone; an ISO time may have neither fraction nor seconds. */
export const time = (at: string): string => new Date(at).toISOString();

/** OSCAL's tokens have no slash. */
export const controlId = (id: string): string => id.replace('/', '.');

export const objectiveId = (id: string): string => `${controlId(id)}_obj`;
