import { z } from 'zod';

/** What people read, in both languages of the report. Norwegian bokmål first: that is what the auditor reads. */
export const textSchema = z.strictObject({ nb: z.string().min(1), en: z.string().min(1) });
export type Text = Readonly<z.output<typeof textSchema>>;

export const languages = ['nb', 'en'] as const;
export type Language = (typeof languages)[number];
