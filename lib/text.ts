import * as z from 'zod';

/** A text for people, in both languages of the report. Norwegian bokmål comes first, because the auditor reads it. */
export const textSchema = z.strictObject({ nb: z.string().min(1), en: z.string().min(1) });
export type Text = Readonly<z.output<typeof textSchema>>;

export const languages = ['nb', 'en'] as const;
export type Language = (typeof languages)[number];
