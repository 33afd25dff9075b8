const RULES: readonly (readonly [RegExp, string])[] = [
  // user:password@ of an address
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@'],
  // "apiKey": "…", token=…, Authorization: Bearer …
  [/\b(authorization|bearer)(["']?\s*[:=]?\s*["']?)(?:bearer\s+)?[^\s"',;&]+/gi, '$1$2***'],
  [
    /\b([\w-]*(?:secret|token|passw(?:or)?d|passphrase|api[_-]?key|signature))(["']?\s*[:=]\s*["']?)[^\s"',;&]+/gi,
    '$1$2***',
  ],
  // a messenger's bot token
  [/\b\d{6,12}:[A-Za-z0-9_-]{30,}/g, '***'],
  // what looks like a key: long, of letters and digits; a file's name with its time is none
  [/\b(?![\w-]*\d{4}-\d\d-\d\dT\d\d-\d\d)(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[A-Za-z])[A-Za-z0-9_-]{40,}/g, '***'],
];

/** A text with what looks like a secret struck out: passwords in addresses, named keys and tokens, long strings of letters and digits. */
export function redacted(text: string): string {
  return RULES.reduce((out, [pattern, by]) => out.replace(pattern, by), text);
}
