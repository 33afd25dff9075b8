import { timeframe } from '../domain/timeframe.ts';
import type { MarketData, SeriesKey, TimeRange } from '../ports/market-data.ts';
import { isMadeOf, resampleCandles } from './resample.ts';

/**
 * The same data, where candles of a timeframe that is not stored are made from the longest stored one that divides it (and their content hash is
 * of the candles they are made from).
 */
export function withDerivedTimeframes(data: MarketData): MarketData {
  // What is stored stays so: only what was not found is looked for again.
  const known = new Set<string>();
  const nameOf = (...parts: readonly (string | null)[]) => parts.join('\0');
  const baseOf = async (
    exchange: string,
    pair: string,
    wanted: string,
    type: 'candles' | 'mark',
  ): Promise<string | undefined> => {
    if (known.has(nameOf(exchange, pair, type, wanted))) return undefined;
    const stored = await data.list();
    for (const s of stored) known.add(nameOf(s.exchange, s.pair, s.type, s.timeframe));
    if (known.has(nameOf(exchange, pair, type, wanted))) return undefined;
    const names = stored
      .filter((s) => s.pair === pair && s.type === type && s.timeframe !== null && s.exchange === exchange)
      .map((s) => s.timeframe!);
    return names
      .filter((name) => name !== wanted && isMadeOf(wanted, name))
      .sort((a, b) => timeframe(b).ms - timeframe(a).ms)[0];
  };
  const sourceKey = async (key: SeriesKey): Promise<SeriesKey> => {
    if (key.timeframe === null || (key.type !== 'candles' && key.type !== 'mark')) return key;
    const base = await baseOf(key.exchange, key.pair, key.timeframe, key.type);
    return base ? { ...key, timeframe: base } : key;
  };
  return {
    root: data.root,
    dataKind: data.dataKind,
    list: () => data.list(),
    async candles(exchange, pair, wanted, options = {}) {
      const base = await baseOf(exchange, pair, wanted, options.type ?? 'candles');
      if (!base) return data.candles(exchange, pair, wanted, options);
      const aligned = { ...options, ...wholeRange(options, wanted) };
      return resampleCandles(await data.candles(exchange, pair, base, aligned), base, wanted);
    },
    events: (...args) => data.events(...args),
    trades: (...args) => data.trades(...args),
    book: (...args) => data.book(...args),
    latest: async (key) => data.latest(await sourceKey(key)),
    contentHash: async (key, range) => {
      const source = await sourceKey(key);
      return data.contentHash(source, source === key || !range ? range : wholeRange(range, key.timeframe!));
    },
    specAt: (...args) => data.specAt(...args),
  };
}

/** The range of the shorter candles that make up those which open in a range, as stored ones would be found by it. */
function wholeRange({ from, to }: TimeRange, name: string): TimeRange {
  const { openOf, closeOf } = timeframe(name);
  const nextOpen = (time: number) => (openOf(time) === time ? time : closeOf(openOf(time)));
  return { ...(from !== undefined && { from: nextOpen(from) }), ...(to !== undefined && { to: nextOpen(to) }) };
}
