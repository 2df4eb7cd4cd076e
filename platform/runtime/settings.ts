import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { type SlotSettings, slotSettingsSchema } from '../contract/slot-settings.ts';
import { messageOf } from './failure.ts';

/** Throws an Error that names every setting that is missing or wrong. */
export function readSlotSettings(file: string): SlotSettings {
  const parsed = slotSettingsSchema.safeParse(jsonIn(file));
  if (parsed.success) return parsed.data;
  throw new Error(`the slot's settings ${file} are wrong:\n${z.prettifyError(parsed.error)}`);
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`cannot read the slot's settings: ${messageOf(error)}`, { cause: error });
  }
}
