import type { ExchangePort } from '../../ports/exchange.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { withPairs } from './live-pairs.ts';
import type { TradeRun } from './run-trade.ts';
import { planTrade } from './trade-plan.ts';
import { type SessionTerms, unknownPair, wireTrade } from './trade-wiring.ts';

/**
 * Makes what a reload would start, without starting it: configuration, strategies read anew, modules, features. Where it throws, the bot is to go on as
 * it is.
 * @param running what the session was started from
 * @param terms of the session; null where its features need ticks
 * @param pairs what the pair lists name, where there are any
 * @returns what changes, in words
 * @throws TidegateError as a start does
 */
export async function rehearseReload(
  run: Pick<TradeRun, 'config' | 'mode' | 'userdir'>,
  running: BacktestOptions,
  terms: SessionTerms | null,
  exchange: ExchangePort,
  pairs: readonly string[] = running.pairs,
): Promise<string> {
  const given = await run.config();
  const isListed = (given.pairlists?.length ?? 0) > 0;
  const config = isListed ? withPairs(given, pairs) : given;
  const { options } = await planTrade(config, run.mode, run.userdir);
  if (terms !== null && options.exchange === running.exchange) {
    const specs = options.pairs.map((pair) => {
      const spec = exchange.market(pair);
      if (spec === null) throw unknownPair(pair, exchange.name);
      return spec;
    });
    await wireTrade(options, { ...terms, pairs: options.pairs, specs });
  }
  const before = new Map(running.strategies.map(({ name, codeHash }) => [name, codeHash]));
  const changed = options.strategies.filter(({ name, codeHash }) => before.get(name) !== codeHash);
  const names = changed.map(({ name }) => name).join(', ');
  return names === '' ? 'the code is as it was' : `new code: ${names}`;
}
