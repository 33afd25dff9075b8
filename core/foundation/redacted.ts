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

/** Shortest secret that is looked for: shorter ones would strike out ordinary words. */
const SHORTEST = 4;
/** Shortest line of a secret of several lines, such as a private key, that is looked for by itself. */
const SHORTEST_LINE = 16;

/**
 * Strikes known secrets out of texts, then what looks like one: as they are, as JSON and addresses write them, and line by line.
 * @param secrets empty ones and those of less than four characters are not looked for
 */
export function secretStriker(secrets: readonly string[]): (text: string) => string {
  const lines = secrets.flatMap((secret) => secret.split(/\r?\n|\\n/).filter((line) => line.length >= SHORTEST_LINE));
  const whole = secrets.filter((secret) => secret.length >= SHORTEST);
  const forms = [...whole, ...lines].flatMap((one) => [one, JSON.stringify(one).slice(1, -1), encodeURIComponent(one)]);
  // What holds another one goes first.
  const sorted = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => redacted(sorted.reduce((out, form) => out.replaceAll(form, '***'), text));
}
