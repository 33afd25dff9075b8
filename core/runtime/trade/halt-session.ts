import type { Slot } from '../../engine/slot.ts';
import { type ExchangeClock, pause } from '../../exchange/exchange-clock.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { LiveDesk } from './live-desk.ts';
import type { TradeLoop } from './trade-loop.ts';
import { whatIsLeft } from './what-is-left.ts';

/** Looks at the exchange, one after the other, that have to find nothing. */
const SAME_LOOKS = 2;

interface HaltParts {
  readonly loop: TradeLoop;
  readonly slots: readonly Slot[];
  /** Null in a dry-run. */
  readonly live: LiveDesk | null;
  readonly clock: ExchangeClock;
  readonly account: string;
  /** Lets the market go on between two looks. */
  readonly tick: () => void;
}

/**
 * Stops entries and withdraws those that rest; with `flatten` also leaves every position. Resolves once the venue confirms that it is so.
 * @throws TidegateError TRADE_NOT_FLAT, naming what is left, when something is after `limitMs`
 */
export async function haltSession(
  { loop, slots, live, clock, account, tick }: HaltParts,
  flatten: boolean,
  reason: string,
  limitMs: number,
): Promise<void> {
  loop.turn(() => {
    loop.decide({ kind: 'command', reason: `halt${flatten ? ' and flatten' : ''}: ${reason}` });
    loop.command({ name: 'stop-entries' });
    loop.command({ name: 'cancel-entries' });
  });
  const until = clock.now() + limitMs;
  for (let looks = 0; ; ) {
    for (const slot of slots)
      if (flatten && slot.position !== null && !slot.exit?.isOpen)
        loop.command({ name: 'force-exit', slot, reason: 'halt' });
    await loop.settled();
    const isSeen = (await live?.look()) ?? true;
    const left = whatIsLeft(slots, live, flatten);
    looks = isSeen && left.length === 0 ? looks + 1 : 0;
    if (looks === (live === null ? 1 : SAME_LOOKS)) return;
    if (clock.now() >= until) {
      const what =
        left.length > 0 ? left.join('; ') : isSeen ? 'books and exchange to agree' : 'the exchange to answer';
      throw new TidegateError('TRADE_NOT_FLAT', `after ${limitMs / 1000} s there remain: ${what}`, {
        where: account,
        remedy: 'Look at the exchange itself, now.',
      });
    }
    await pause(clock, live ? 500 : 20);
    tick();
  }
}
