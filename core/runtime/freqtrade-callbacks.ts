import type { EntryAsk, FreqtradeCallbacks, TradeView } from '../engine/fills/freqtrade/ports.ts';
import type { CallbackContext, PositionContext, Strategy } from '../strategy/strategy.ts';
import { askedStrategy, type FeaturesOf } from './asked-strategy.ts';
import { HeldPosition } from './held-position.ts';

/** A strategy's callbacks as the `freqtrade` profile asks them: only those that the author wrote. `fee`: one rate for both sides. */
export function freqtradeCallbacks(
  strategy: Strategy,
  name: string,
  fee: number,
  featuresOf: FeaturesOf,
): FreqtradeCallbacks {
  const s = askedStrategy(strategy, name, featuresOf);
  const positionContext = contextsOf(fee);
  return {
    ...(s.customStop && {
      customStop: (trade, time, rate, profit, afterFill) =>
        s.customStop!({ ...positionContext(trade, time, rate, profit), afterFill }),
    }),
    ...(s.entryPrice && { customEntryPrice: (ask) => s.entryPrice!(entryContext(ask)) }),
    ...(s.exitPrice && {
      customExitPrice: (trade, time, rate, profit, reason) =>
        s.exitPrice!({ ...positionContext(trade, time, rate, profit), reason }),
    }),
    ...(s.customExit && {
      customExit: (trade, time, rate, profit) => s.customExit!(positionContext(trade, time, rate, profit)) || null,
    }),
    ...(s.customRoi && { customRoi: (trade, time) => s.customRoi!(positionContext(trade, time, trade.openRate)) }),
    ...(s.stake && { stake: (ask, proposed) => s.stake!({ ...entryContext(ask), proposed, leverage: 1 }) }),
    ...(s.leverage && {
      leverage: (ask, _proposed, maxLeverage) => s.leverage!({ ...entryContext(ask), maxLeverage }),
    }),
    ...(s.adjustOrder && {
      adjustOrder: (trade, { isEntry, created, price, tag }, time, open) => {
        const answer = s.adjustOrder!({
          pair: trade.pair,
          side: sideOf(trade.direction),
          time,
          rate: open,
          entryTag: trade.entryTag,
          isEntry,
          price,
          openedAt: created,
          position: trade.filledEntries > 0 ? HeldPosition.of(trade, fee) : null,
          reason: isEntry ? null : tag,
        });
        if (answer === 'keep') return price;
        return answer === 'cancel' ? null : answer;
      },
    }),
    ...(s.adjustPosition && {
      adjustPosition: (trade, time, rate, profit) => {
        const answer = s.adjustPosition!(positionContext(trade, time, rate, profit));
        if (answer === null || answer === undefined) return null;
        return typeof answer === 'number' ? { stake: answer } : answer;
      },
    }),
    ...(s.confirmEntry && { confirmEntry: (ask, amount) => s.confirmEntry!({ ...entryContext(ask), amount }) }),
    ...(s.confirmExit && {
      confirmExit: (trade, time, rate, reason) => s.confirmExit!({ ...positionContext(trade, time, rate), reason }),
    }),
  };
}

function entryContext(ask: EntryAsk): CallbackContext {
  return { pair: ask.pair, side: sideOf(ask.direction), time: ask.time, rate: ask.rate, entryTag: ask.tag };
}

/** Makes contexts of open trades; without a profit from the profile (funding included), that of the rate is reckoned. */
function contextsOf(fee: number) {
  return (trade: TradeView, time: number, rate: number, profit?: number): PositionContext => {
    const position = HeldPosition.of(trade, fee);
    return {
      pair: trade.pair,
      side: sideOf(trade.direction),
      time,
      rate,
      entryTag: trade.entryTag,
      position,
      profit: profit ?? position.profitRatio(rate),
    };
  };
}

function sideOf(direction: 1 | -1): 'long' | 'short' {
  return direction > 0 ? 'long' : 'short';
}
