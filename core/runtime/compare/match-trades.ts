import type { ClosedTrade } from '../../domain/trade.ts';

/** A trade of a live run and the one of a backtest that stands for the same signal; one of them may be missing. */
export interface TradeMatch {
  readonly live: ClosedTrade | null;
  readonly test: ClosedTrade | null;
}

/**
 * Pairs trades of one strategy, pair and side whose entries lie within `toleranceMs` of each other: the nearest ones first. What is left stands
 * alone. In order of entry.
 */
export function matchTrades(
  live: readonly ClosedTrade[],
  test: readonly ClosedTrade[],
  toleranceMs: number,
): readonly TradeMatch[] {
  const keyOf = (trade: ClosedTrade) => `${trade.strategy}\n${trade.pair}\n${trade.side}`;
  const byKey = Map.groupBy(test, keyOf);
  const candidates = live.flatMap((a) =>
    (byKey.get(keyOf(a)) ?? [])
      .map((b) => ({ a, b, distance: Math.abs(a.openTime - b.openTime) }))
      .filter(({ distance }) => distance <= toleranceMs),
  );
  candidates.sort((x, y) => x.distance - y.distance || x.a.openTime - y.a.openTime);
  const partner = new Map<ClosedTrade, ClosedTrade>();
  const taken = new Set<ClosedTrade>();
  for (const { a, b } of candidates) {
    if (partner.has(a) || taken.has(b)) continue;
    partner.set(a, b);
    taken.add(b);
  }
  const matches: TradeMatch[] = [
    ...live.map((a) => ({ live: a, test: partner.get(a) ?? null })),
    ...test.filter((b) => !taken.has(b)).map((b) => ({ live: null, test: b })),
  ];
  const opened = ({ live: a, test: b }: TradeMatch) => (a ?? b)!.openTime;
  return matches.sort((x, y) => opened(x) - opened(y));
}
