const redacted = '[redacted]';

/**
 * A last safeguard, in addition to the rule that secrets never travel in commands or output. It hides private keys,
 * passwords in addresses, and the values of anything named password, secret or token.
 */
export function redact(text: string): string {
  return text
    .replaceAll(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, redacted)
    .replaceAll(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@/]+@/gi, `$1${redacted}@`)
    .replaceAll(
      /((?:pass(?:word|wd|phrase)?|secret|token)["']?\s*[=:]\s*)(?!\[redacted\])("[^"]*"|'[^']*'|[^\s"',;]+)/gi,
      `$1${redacted}`,
    );
}
