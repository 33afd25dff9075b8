import type { Config } from '../../config/schema.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { MarketData } from '../../ports/market-data.ts';
import type { Registry } from '../../registry/registry.ts';
import { cachedCandles } from './cached-candles.ts';
import { PairlistChain, type StepAnswer } from './pairlist-chain.ts';
import { storedPairs, storedSpan } from './universe.ts';

/** What a chain answers at a moment, step by step. Time ms UTC. */
export interface ChainTest {
  readonly time: number;
  readonly exchange: string;
  readonly given: readonly string[];
  readonly steps: readonly (StepAnswer & { readonly dropped: readonly string[] })[];
  readonly pairs: readonly string[];
}

/**
 * Asks the configured chain of pair lists as of a moment (absent: the end of the stored data), without own trades.
 * @throws TidegateError CONFIG_VALUE when there is no chain or nothing is stored, and those of the modules
 */
export async function testChain(
  config: Config,
  registry: Registry,
  data: MarketData,
  moment?: number,
): Promise<ChainTest> {
  if (!config.pairlists || config.pairlists.length === 0)
    throw new TidegateError('CONFIG_VALUE', 'the configuration has no pair lists', {
      where: 'pairlists',
      remedy: 'Add a chain such as pairlists: [{ name: volume, count: 20 }]; "tidegate list pairlist" shows all.',
    });
  const chain = await PairlistChain.make(registry, config.pairlists, config.pairlistRefreshMinutes);
  const exchange = config.exchange ?? (await data.list())[0]?.exchange ?? 'binance';
  const given = config.pairs ?? (await storedPairs(data, exchange, config.stakeCurrency));
  const time = moment ?? (await storedSpan(data, exchange, given)).to;
  if (!Number.isFinite(time))
    throw new TidegateError('CONFIG_VALUE', `no candles of ${exchange} in ${config.stakeCurrency} are stored`, {
      where: data.root,
      remedy: 'Download or import some, or set exchange and stakeCurrency.',
    });
  const answers = await chain.steps(given, { data: cachedCandles(data), exchange, time, trades: null });
  const steps = answers.map((answer, k) => {
    const before = answers[k - 1]?.pairs ?? given;
    return { ...answer, dropped: before.filter((pair) => !answer.pairs.includes(pair)) };
  });
  return { time, exchange, given, steps, pairs: steps.at(-1)!.pairs };
}
