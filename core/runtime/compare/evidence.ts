import type { ClosedTrade } from '../../domain/trade.ts';
import type { StoredIntent, StoredOrder } from '../../ports/stored-rows.ts';
import type { TradeReader } from '../../ports/trade-store.ts';
import type { GapPart, LegEvidence } from './attribute-gap.ts';
import type { SeenCandles } from './seen-candles.ts';

/** What the store knows of both legs of a live trade. */
export function legsOf(
  reader: TradeReader,
  trade: ClosedTrade,
  seen: SeenCandles,
): { readonly entry: LegEvidence; readonly exit: LegEvidence } {
  const orders = reader.orders({ trade: trade.id });
  const filled = orders.filter((order) => order.filled > 0);
  const entry = filled.find((order) => order.purpose === 'entry') ?? null;
  const exit = filled.findLast((order) => order.purpose !== 'entry') ?? null;
  const leg = (order: StoredOrder | null, filledAt: number): LegEvidence => {
    const fills = order === null ? [] : reader.fills({ order: order.id });
    // Failed orders before it on the same side of the trade belong to the same wish.
    const isEntry = order?.purpose === 'entry';
    const tries = orders.filter(
      (o) => (o.purpose === 'entry') === isEntry && o.createdAt <= (order?.createdAt ?? filledAt),
    );
    const decidedAt = order === null || isResting(order) ? filledAt : order.createdAt;
    return {
      decidedAt,
      filledAt: fills[0]?.at ?? filledAt,
      ...apiOf(tries.flatMap((o) => reader.intents(o.id))),
      isResting: order !== null && isResting(order),
      isPartial: order !== null && order.filled < order.amount && order.state !== 'filled',
      dataDifference: seen.difference(trade.pair, decidedAt),
    };
  };
  return { entry: leg(entry, trade.openTime), exit: leg(exit, trade.closeTime) };
}

/** Stops and profit targets wait at the market: when they were placed says nothing of when they were to fill. */
function isResting(order: StoredOrder): boolean {
  return order.purpose === 'stop' || order.purpose === 'roi';
}

function apiOf(intents: readonly StoredIntent[]): Pick<LegEvidence, 'apiDelayMs' | 'apiTrouble'> {
  const places = intents.filter((intent) => intent.request === 'place');
  const trouble = places.filter(
    ({ outcome, attempt }) => outcome === 'refused' || outcome === 'unknown' || attempt > 1,
  );
  if (trouble.length === 0) return { apiDelayMs: 0, apiTrouble: null };
  const taken = places.findLast((intent) => intent.outcome === 'confirmed') ?? places.at(-1)!;
  const first = Math.min(...places.map((intent) => intent.at));
  const [worst] = trouble.filter((intent) => intent.outcome !== 'confirmed');
  const said = worst ? `${worst.outcome}${worst.detail ? `, ${worst.detail}` : ''}` : 'the request was put again';
  return { apiDelayMs: taken.at - first, apiTrouble: `${places.length} requests (${said})` };
}

/** Why the live run lacks a trade that the backtest has: the whole of it is the gap. */
export function missedBecause(
  reader: TradeReader,
  test: ClosedTrade,
  {
    frameMs,
    seen,
    isUp,
  }: { readonly frameMs: number; readonly seen: SeenCandles; readonly isUp: (time: number) => boolean },
): GapPart {
  const amount = -test.profitAbs;
  const from = test.openTime - frameMs;
  const to = test.openTime + frameMs;
  if (!isUp(test.openTime)) return { cause: 'api', amount, detail: 'the bot was not running' };
  const tried = reader
    .orders({ pair: test.pair, from, to })
    .filter((order) => order.purpose === 'entry' && order.strategy === test.strategy && order.filled === 0);
  for (const order of tried) {
    const { apiTrouble } = apiOf(reader.intents(order.id));
    if (apiTrouble !== null || order.state === 'rejected')
      return { cause: 'api', amount, detail: `the entry was not taken: ${apiTrouble ?? order.reason ?? 'rejected'}` };
  }
  if (tried.length > 0) return { cause: 'fill', amount, detail: 'the entry did not fill' };
  const veto = reader
    .decisions({ pair: test.pair, kind: 'veto', from, to })
    .find(({ strategy }) => strategy === null || strategy === test.strategy);
  if (veto) return { cause: 'data', amount, detail: `refused: ${veto.reason}` };
  const difference = seen.difference(test.pair, test.openTime);
  return { cause: 'data', amount, detail: difference ?? 'the bot saw no signal' };
}

/** Why the live run has a trade that the backtest lacks. */
export function addedBecause(live: ClosedTrade, evidence: LegEvidence): GapPart {
  const amount = live.profitAbs;
  if (live.entryTag === 'force_enter') return { cause: 'api', amount, detail: 'entered by command' };
  return { cause: 'data', amount, detail: evidence.dataDifference ?? 'the backtest sees no signal' };
}
