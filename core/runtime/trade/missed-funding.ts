import type { CandleTurns } from './candle-turns.ts';
import type { SessionParts } from './trade-session.ts';
import type { TradeWiring } from './trade-wiring.ts';

/**
 * Settles what a dry-run slept through: the funding of open positions since its last event, at the last price. An exchange books that by itself.
 * What cannot be asked for is told.
 * @param last market time of its last event, ms UTC; undefined in a new database
 * @param now market time, ms UTC
 */
export async function settleMissed(
  { exchange, log }: Pick<SessionParts, 'exchange' | 'log'>,
  { states }: Pick<TradeWiring, 'states'>,
  candles: CandleTurns,
  last: number | undefined,
  now: number,
): Promise<void> {
  if (exchange.kind !== 'perpetual' || last === undefined) return;
  for (const { pair, slots, last: price } of states) {
    if (slots.every(({ position }) => position === null)) continue;
    try {
      for (const { at, rate } of await exchange.fetchFundingRates(pair, last + 1))
        if (at <= now) candles.settleFunding(pair, at, rate, price);
    } catch (error) {
      log('warn', 'funding.missed', { pair, since: last, reason: (error as Error).message });
    }
  }
}
