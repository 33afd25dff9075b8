import { definePlugin, RememberedDocument, TidegateError, utcTime, z } from 'tidegate';

/**
 * Pairs named by a JSON document at an address or in a file: a list of pairs, an object with `pairs`, or, with `time`, a history of such objects of
 * which the last before the moment counts. A history can be used in backtests; a plain list knows the present only.
 */
export default definePlugin({
  kind: 'pairlist',
  name: 'remote',
  version: '1.0.0',
  doc: 'pairs named by a JSON document at an address or in a file',
  options: z.object({
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('address of the document'),
    file: z.string().min(1).optional().describe('path of the document'),
    token: z
      .string()
      .min(1)
      .optional()
      .describe('sent as Authorization: Bearer; a secret: set it from the environment'),
    mode: z
      .enum(['add', 'keep', 'drop'])
      .default('add')
      .describe('add the named pairs to those that come in, keep only them, or drop them'),
    count: z.int().min(1).optional().describe('named pairs that are taken'),
    refreshMinutes: z.number().positive().default(30).describe('how old the document may be'),
    timeoutMs: z.int().min(10).max(120_000).default(10_000).describe('how long an answer may take'),
    history: z.boolean().default(false).describe('the document is a list of { time, pairs }: usable in backtests'),
  }),
  create({ url, file, token, mode, count = Number.POSITIVE_INFINITY, refreshMinutes, timeoutMs, history }) {
    const headers: Readonly<Record<string, string>> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const document = new RememberedDocument({ url, file, timeoutMs, headers }, 'pairlist "remote"');
    return {
      name: 'remote',
      isNowOnly: !history,
      async pairs(given, { time }) {
        const value = await document.get(time, history ? Number.POSITIVE_INFINITY : refreshMinutes * 60_000);
        const named = pairsIn(history ? asOf(value, time) : value).slice(0, count);
        if (mode === 'add') return [...new Set([...given, ...named])];
        return given.filter((pair) => named.includes(pair) === (mode === 'keep'));
      },
    };
  },
});

/** The last entry of a history at or before a time; no pairs before the first. */
function asOf(value: unknown, time: number): unknown {
  if (!Array.isArray(value)) throw notThere('a history is a list of { time, pairs }');
  let found: unknown = [];
  let latest = Number.NEGATIVE_INFINITY;
  for (const entry of value as readonly { readonly time?: unknown }[]) {
    const at = typeof entry.time === 'number' ? entry.time : utcTime(String(entry.time));
    if (Number.isNaN(at)) throw notThere(`an entry has the time ${JSON.stringify(entry.time) ?? 'undefined'}`);
    if (at > time || at < latest) continue;
    latest = at;
    found = entry;
  }
  return found;
}

function pairsIn(value: unknown): string[] {
  const list = Array.isArray(value) ? value : (value as { readonly pairs?: unknown } | null)?.pairs;
  if (Array.isArray(list) && list.every((pair) => typeof pair === 'string')) return [...new Set(list as string[])];
  throw notThere('it holds neither a list of pairs nor { pairs: […] }');
}

function notThere(what: string): TidegateError {
  return new TidegateError('PAIRLIST_DOCUMENT', `the document of pairs cannot be used: ${what}`, {
    remedy:
      'Give JSON such as ["BTC/USDT"], {"pairs": ["BTC/USDT"]}, or with history: [{"time": "2024-01-01T00:00:00Z", "pairs": […]}].',
  });
}
