import { TidegateError } from '../../foundation/errors.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import type { StrategySource } from '../backtest-options.ts';
import type { TradeSettings } from '../trade/trade-settings.ts';

/**
 * Refuses real orders on trades and books where the exchange does not offer what they need, or where nothing would end a losing inventory.
 * @throws TidegateError TRADE_TICKS_LIVE, TRADE_NO_STOP
 */
export function checkRealTicks(
  { name, capabilities }: ExchangePort,
  strategies: readonly StrategySource[],
  { maxLossRatio }: Pick<TradeSettings, 'maxLossRatio'>,
): void {
  const { streams, stops, postOnly, lookUpByClientId } = capabilities;
  const needs = { book: streams.book, trades: streams.trades, account: streams.account };
  const missing = Object.entries({ ...needs, stops, 'post-only': postOnly, 'own order ids': lookUpByClientId })
    .filter(([, has]) => !has)
    .map(([what]) => what);
  if (missing.length > 0)
    throw new TidegateError(
      'TRADE_TICKS_LIVE',
      `${name} does not offer what a market maker needs: ${missing.join(', ')}`,
      { where: name, remedy: 'Use another exchange, or paper.' },
    );
  for (const { name: strategy, create, parameters } of strategies) {
    const { stoploss } = create(parameters ? { parameters } : {});
    if (stoploss > -1 || maxLossRatio !== undefined) continue;
    throw new TidegateError(
      'TRADE_NO_STOP',
      `${strategy} has a stop at ${stoploss * 100} %: nothing would end a loss`,
      {
        where: 'trade.maxLoss',
        remedy:
          'Set trade.maxLoss, such as 0.05: at that loss quotes are withdrawn and all is left at the market. Or give the strategy a stop above -100 %.',
      },
    );
  }
}
