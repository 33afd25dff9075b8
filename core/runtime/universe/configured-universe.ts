import type { Config } from '../../config/schema.ts';
import { parseTimerange } from '../../config/timerange.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { MarketData } from '../../ports/market-data.ts';
import type { Registry } from '../../registry/registry.ts';
import { PairlistChain } from './pairlist-chain.ts';
import { storedPairs, storedSpan, type Universe, universeOf } from './universe.ts';

/**
 * The universe of a backtest from `pairlists` in its configuration; null where there are none. `pairs` are what comes into the chain; without them,
 * every stored pair that settles in the stake currency.
 * @throws TidegateError PAIRLIST_CHANGES under the freqtrade profile when the list is not the same throughout, and those of `universeOf`
 */
export async function configuredUniverse(
  config: Config,
  registry: Registry,
  data: MarketData,
  exchange: string,
): Promise<Universe | null> {
  if (!config.pairlists || config.pairlists.length === 0) return null;
  const chain = await PairlistChain.make(registry, config.pairlists, config.pairlistRefreshMinutes);
  const given = config.pairs ?? (await storedPairs(data, exchange, config.stakeCurrency));
  const span = {
    ...(await storedSpan(data, exchange, given)),
    ...(config.timerange && parseTimerange(config.timerange)),
  };
  const universe = await universeOf({ chain, data, exchange, given, ...span });
  if (config.fills === 'freqtrade' && !universe.isConstant)
    throw new TidegateError('PAIRLIST_CHANGES', 'the freqtrade profile trades one list of pairs from start to end', {
      where: 'pairlists',
      remedy: 'Use --fills honest, or a list that does not change.',
    });
  return universe;
}
