import { openCatalogue } from '../../data/catalogue/catalogue.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { assembleBacktest } from '../assemble.ts';
import { assembleTicks } from '../ticks/assemble-ticks.ts';
import { runTicks } from '../ticks/tick-run.ts';
import { type TrialSetting, withParams } from './evaluator.ts';
import type { Period } from './period-of.ts';
import { type LoadedSearch, type SearchPlan, spaceOf } from './search.ts';
import { SharedMarket } from './shared-market.ts';
import { tickEvaluator } from './tick-evaluator.ts';

const SECOND_MS = 1_000;
/** Shorter stretches of ticks leave nothing to tune on. */
const LEAST_MS = 60_000;

/**
 * A search over stored trades and books. The strategy runs once as it is, over all of the period: that says where the ticks begin and end, and shows
 * what every trial would stumble over.
 * @throws TidegateError HPO_OPTION, DATA_TOO_SHORT, SPACE_EMPTY, SPACE_GROUP, and everything that a backtest on these ticks would throw
 */
export async function loadTickSearch(plan: SearchPlan): Promise<LoadedSearch> {
  const { places, objectives, minTrades, maxDrawdown = null, holdOut } = plan;
  if (plan.pruner)
    throw new TidegateError('HPO_OPTION', 'trials on ticks are not given up early', {
      where: '--pruner',
      remedy: 'Leave it out; ticks.conflateMs makes trials quicker.',
    });
  const run = await assembleTicks(plan.config, places);
  const pairs = run.markets.map(({ pair }) => pair);
  const config = { ...plan.config, exchange: run.exchange, pairs };
  const data = await openCatalogue(places.dataFolder);
  const opened = await assembleBacktest(config, places, data);
  const { space, sampler } = await spaceOf(opened, { ...plan, config });
  const { result } = await runTicks({ ...run, strategies: [withParams(run.strategies[0]!, space.start)] });
  const period = { from: Math.floor(result.from), to: Math.ceil(result.to) + 1 };
  if (period.to - period.from < LEAST_MS)
    throw new TidegateError('DATA_TOO_SHORT', `the ticks last ${((period.to - period.from) / 1000).toFixed(0)} s`, {
      where: data.root,
      remedy: 'Import or record more: a search needs a minute at least, and days to mean anything.',
    });
  const { train, test } = splitOf(period, holdOut);
  const market = new SharedMarket(data, () => Promise.resolve(data), {});
  const setting: TrialSetting = {
    ...{ config, places, objectives, minTrades, maxDrawdown },
    ...{ keepsReturns: true, pruneParts: 0, shelfBytes: 0, isOnTicks: true },
  };
  const evaluator = await tickEvaluator(setting, market);
  const {
    ticks,
    stakeCurrency,
    startingBalance,
    stakeAmount,
    tradableBalanceRatio,
    maxOpenTrades,
    fee = null,
  } = config;
  const source = opened.strategies[0]!;
  const plugins = evaluator.options.usedCode?.() ?? {};
  return {
    plan: { ...plan, config },
    options: { ...evaluator.options, notes: [...(opened.notes ?? []), ...result.notes] },
    ...{ setting, market, evaluator, space, sampler, period, train, test, memoryMs: 0 },
    identity: {
      strategy: [config.strategy].flat()[0]!,
      code: source.codeHash,
      ...(Object.keys(plugins).length > 0 && { plugins }),
      parameters: source.parameters ?? {},
      exchange: run.exchange,
      pairs,
      timeframe: 'ticks',
      ...{ from: train.from, to: train.to, holdOut, minTrades, maxDrawdown },
      ...{ ticks, stakeCurrency, startingBalance, stakeAmount, tradableBalanceRatio, maxOpenTrades, fee },
      settings: run.settings ?? {},
    },
  };
}

/** The end is held out; the cut lies on a full second. */
function splitOf(period: Period, share: number): { readonly train: Period; readonly test: Period | undefined } {
  if (share === 0) return { train: period, test: undefined };
  const cut = Math.floor((period.to - (period.to - period.from) * share) / SECOND_MS) * SECOND_MS;
  return { train: { from: period.from, to: cut }, test: { from: cut, to: period.to } };
}
