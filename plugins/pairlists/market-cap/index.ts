import { definePlugin, RememberedDocument, TidegateError, utcTime, z } from 'tidegate';

interface Coin {
  readonly symbol: string;
  readonly value: number;
  readonly time: number;
}

/**
 * The pairs of the most valuable coins. The document is a JSON list of objects with `symbol` and `market_cap` (or `marketCap`), as public market APIs
 * answer; entries with a `time` are a history, of which each coin's last before the moment counts, and which backtests can use.
 */
export default definePlugin({
  kind: 'pairlist',
  name: 'market-cap',
  version: '1.0.0',
  doc: 'the pairs of the coins with the greatest market value, from a file or an address',
  options: z.object({
    file: z.string().min(1).optional().describe('path of the document'),
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('address of the document'),
    maxRank: z.int().min(1).max(10_000).default(30).describe('greatest rank by market value that is kept'),
    refreshMinutes: z.number().positive().default(1440).describe('how old the document may be'),
    timeoutMs: z.int().min(10).max(120_000).default(10_000).describe('how long an answer may take'),
    history: z.boolean().default(false).describe('every entry has a time: usable in backtests'),
  }),
  create({ file, url, maxRank, refreshMinutes, timeoutMs, history }) {
    const document = new RememberedDocument({ file, url, timeoutMs }, 'pairlist "market-cap"');
    return {
      name: 'market-cap',
      isNowOnly: !history,
      async pairs(given, { time }) {
        const maxAge = history ? Number.POSITIVE_INFINITY : refreshMinutes * 60_000;
        const latest = new Map<string, Coin>();
        for (const coin of coinsIn(await document.get(time, maxAge), history)) {
          const known = latest.get(coin.symbol);
          // Several coins may share a symbol: the most valuable is meant.
          const isBetter =
            known === undefined || coin.time > known.time || (coin.time === known.time && coin.value > known.value);
          if (coin.time <= time && isBetter) latest.set(coin.symbol, coin);
        }
        const ranked = [...latest.values()].sort((a, b) => b.value - a.value || (a.symbol < b.symbol ? -1 : 1));
        const rank = new Map(ranked.map(({ symbol }, k) => [symbol, k + 1]));
        const rankOf = (pair: string) => rank.get(pair.split('/')[0]!) ?? Number.POSITIVE_INFINITY;
        return given.filter((pair) => rankOf(pair) <= maxRank).sort((a, b) => rankOf(a) - rankOf(b));
      },
    };
  },
});

function coinsIn(value: unknown, history: boolean): Coin[] {
  const refuse = (what: string): never => {
    throw new TidegateError('PAIRLIST_DOCUMENT', `the document of market values cannot be used: ${what}`, {
      remedy: 'Give a JSON list of { "symbol": "BTC", "market_cap": 1e12 }, with "time" in each for a history.',
    });
  };
  if (!Array.isArray(value)) return refuse('it is no list');
  return (value as readonly Readonly<Record<string, unknown>>[]).map((row, k) => {
    const cap = Number(row.market_cap ?? row.marketCap);
    const time = history
      ? typeof row.time === 'number'
        ? row.time
        : utcTime(String(row.time))
      : Number.NEGATIVE_INFINITY;
    if (typeof row.symbol !== 'string' || Number.isNaN(cap)) refuse(`entry ${k + 1} lacks symbol or market_cap`);
    if (Number.isNaN(time)) refuse(`entry ${k + 1} lacks a time`);
    return { symbol: String(row.symbol).toUpperCase(), value: cap, time };
  });
}
