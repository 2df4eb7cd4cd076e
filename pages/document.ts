import { printableText } from '../lib/printable.ts';
import { type Html, html, trusted } from './html.ts';

interface Document {
  readonly language: string;
  readonly title: string;
  readonly style: string;
  /** The content of its `main` element. */
  readonly content: Html;
}

/**
 * Returns a page as one file that needs nothing else: it runs no script and loads nothing. Text from a host cannot hide
 * in it or change the direction of writing, because such characters become visible escapes everywhere.
 */
export const documentOf = ({ language, title, style, content }: Document): string =>
  printableText(
    html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><meta name="referrer" content="no-referrer">
<title>${title}</title><style>${trusted(style)}</style></head>
<body><main>
${content}
</main></body></html>
`.text,
  );
