import { type CandleTable, closedCandles, definePlugin, type PairlistContext, TidegateError, z } from 'tidegate';

/**
 * Pairs by how much it costs to cross their book. The spread is, in this order: the median of the stored quotes' (best ask - best bid) / mid at
 * candle closes where candles carry bid and ask; the last best prices of the stored book; else, if wanted, Corwin and Schultz's estimate from
 * highs and lows (Journal of Finance 67(2), 2012), which is rough.
 */
export default definePlugin({
  kind: 'pairlist',
  name: 'spread',
  version: '1.0.0',
  doc: 'only pairs whose spread is small enough',
  options: z.object({
    max: z.number().positive().default(0.005).describe('largest spread, as a fraction of the price'),
    timeframe: z.string().default('1h').describe('candles that are looked at'),
    candles: z.int().min(2).max(10_000).default(24).describe('how many of them'),
    otherwise: z
      .enum(['estimate', 'keep', 'drop'])
      .default('estimate')
      .describe('for pairs without stored quotes or book: estimate it from highs and lows, keep them, or drop them'),
  }),
  create: ({ max, timeframe, candles, otherwise }) => ({
    name: 'spread',
    async pairs(given, context) {
      const kept: string[] = [];
      for (const pair of given) {
        const table = await closedCandles(context, pair, timeframe, candles);
        let spread = quotedSpread(table);
        if (Number.isNaN(spread)) spread = await bookSpread(context, pair);
        if (Number.isNaN(spread) && otherwise === 'estimate') spread = estimatedSpread(table);
        if (Number.isNaN(spread) ? otherwise === 'keep' : spread <= max) kept.push(pair);
      }
      return kept;
    },
  }),
});

function quotedSpread({ extra = {}, length }: CandleTable): number {
  const { bidClose, askClose } = extra;
  if (!bidClose || !askClose || length === 0) return Number.NaN;
  const all = Array.from(bidClose, (bid, i) => (2 * (askClose[i]! - bid)) / (askClose[i]! + bid)).filter(
    Number.isFinite,
  );
  all.sort((a, b) => a - b);
  return all[Math.floor(all.length / 2)] ?? Number.NaN;
}

/** Rows of the book that are read back from the moment: enough for a snapshot and the changes after it. */
const BOOK_MS = 10 * 60_000;

/** Spread of the book as it stood at the moment, rebuilt from the last snapshot before it. */
async function bookSpread({ data, exchange, time }: PairlistContext, pair: string): Promise<number> {
  try {
    const book = await data.book(exchange, pair, { from: time - BOOK_MS, to: time });
    const sides = { 1: new Map<number, number>(), [-1]: new Map<number, number>() };
    let hasSnapshot = false;
    for (let i = 0; i < book.length; i++) {
      if (book.kind[i] === 1) {
        sides[1].clear();
        sides[-1].clear();
        hasSnapshot = true;
      }
      const side = sides[book.side[i] as 1 | -1];
      if (book.amount[i]! > 0) side.set(book.price[i]!, book.amount[i]!);
      else side.delete(book.price[i]!);
    }
    if (!hasSnapshot || sides[1].size === 0 || sides[-1].size === 0) return Number.NaN;
    const bid = [...sides[1].keys()].reduce((a, b) => Math.max(a, b));
    const ask = [...sides[-1].keys()].reduce((a, b) => Math.min(a, b));
    return (2 * (ask - bid)) / (ask + bid);
  } catch (error) {
    if (error instanceof TidegateError && error.code === 'DATA_MISSING') return Number.NaN;
    throw error;
  }
}

const K = 3 - 2 * Math.SQRT2;

/** Mean of Corwin and Schultz's spread over neighbouring candles; NaN under two. */
function estimatedSpread({ length, high, low }: CandleTable): number {
  let sum = 0;
  for (let i = 1; i < length; i++) {
    const beta = Math.log(high[i - 1]! / low[i - 1]!) ** 2 + Math.log(high[i]! / low[i]!) ** 2;
    const gamma = Math.log(Math.max(high[i - 1]!, high[i]!) / Math.min(low[i - 1]!, low[i]!)) ** 2;
    const alpha = (Math.sqrt(2 * beta) - Math.sqrt(beta)) / K - Math.sqrt(gamma / K);
    sum += Math.max(0, (2 * (Math.exp(alpha) - 1)) / (1 + Math.exp(alpha)));
  }
  return length < 2 ? Number.NaN : sum / (length - 1);
}
