import { timeframe } from '../../domain/timeframe.ts';
import type { CandleTurns } from './candle-turns.ts';
import { loadHistory } from './load-history.ts';
import type { TradeLoop } from './trade-loop.ts';
import type { SessionParts } from './trade-session.ts';
import type { TradeWiring } from './trade-wiring.ts';

interface MissedParts extends Pick<SessionParts, 'exchange' | 'log' | 'stored'> {
  readonly wiring: Pick<TradeWiring, 'states' | 'timeframe' | 'detail'>;
  readonly candles: CandleTurns;
  readonly loop: Pick<TradeLoop, 'turn'>;
}

/** Something that happened meanwhile; `at` in ms UTC. */
interface Missed {
  readonly at: number;
  readonly happen: () => void;
}

/**
 * What a dry-run slept through, in order of time: candles of the pairs on which something rested or was held, whose prices its orders meet, and the
 * funding of its positions, at the last price. An exchange does both by itself. Nothing is decided on those candles. What cannot be asked for is told.
 * @param last market time of its last event, ms UTC; undefined in a new database
 * @param now market time, ms UTC
 */
export async function playMissed(parts: MissedParts, last: number | undefined, now: number): Promise<void> {
  if (last === undefined) return;
  const missed: Missed[] = [];
  for (const { pair, slots, last: price } of parts.wiring.states) {
    if (slots.every(({ position, entry }) => position === null && entry === null)) continue;
    try {
      missed.push(...(await missedBy(parts, pair, price, last, now)));
    } catch (error) {
      parts.log('warn', 'market.missed', { pair, since: last, reason: (error as Error).message });
    }
  }
  missed.sort((a, b) => a.at - b.at);
  // Weeks of minutes are one commit.
  parts.loop.turn(() => {
    for (const { happen } of missed) happen();
  });
}

async function missedBy(
  { exchange, stored, wiring, candles }: MissedParts,
  pair: string,
  price: number,
  last: number,
  now: number,
): Promise<Missed[]> {
  const frame = timeframe(wiring.detail ?? wiring.timeframe);
  const rows = Math.ceil((now - last) / frame.ms) + 1;
  const missed: Missed[] = [];
  let mark = price;
  for (const [openTime, open, high, low, close, volume] of await loadHistory(
    exchange,
    stored,
    pair,
    frame.name,
    rows,
    now,
  )) {
    const at = frame.closeOf(openTime);
    if (at <= last || at > now) continue;
    const happen = () => {
      mark = close;
      candles.missed({ pair, openTime, open, high, low, close, volume }, at);
    };
    missed.push({ at, happen });
  }
  if (exchange.kind !== 'perpetual') return missed;
  for (const { at, rate } of await exchange.fetchFundingRates(pair, last + 1))
    if (at <= now) missed.push({ at, happen: () => candles.settleFunding(pair, at, rate, mark, true) });
  return missed;
}
