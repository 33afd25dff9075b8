import { GridData } from '../columns/grid-data.ts';
import { lowerBound } from '../domain/candles.ts';
import { timeframe } from '../domain/timeframe.ts';
import { Instrument } from '../domain/tradable.ts';
import type { PairFeed } from '../engine/fills/honest/pair-feed.ts';
import { Account } from '../engine/ledger/account.ts';
import type { FeeAsset } from '../engine/ledger/fee-asset.ts';
import { TidegateError } from '../foundation/errors.ts';
import { gridKey } from '../indicators/series.ts';
import type { BacktestOptions } from './backtest-options.ts';
import { checkCandles } from './load-market.ts';
import type { Prepared } from './prepare.ts';
import { pairStateOf } from './wire-slots.ts';

/**
 * The account of a run. Where fees are paid in a coin, its stock is bought out of the starting balance at the price when trading starts, and
 * the conversion pair joins `feeds`, so that its last price is always the one of the run's time.
 * @throws TidegateError CONFIG_VALUE for fees that these pairs cannot have, DATA_MISSING where the conversion pair does not cover the run
 */
export async function accountOf(prepared: Prepared, options: BacktestOptions, feeds: PairFeed[]): Promise<Account> {
  const { exchange, stakeCurrency, startingBalance, costs } = options;
  const { feeAsset = 'quote' } = costs;
  const account = (balances: Readonly<Record<string, number>>, fees: FeeAsset | null) =>
    new Account(exchange, stakeCurrency, balances, fees);
  if (feeAsset === 'quote') return account({ [stakeCurrency]: startingBalance }, null);
  if (feeAsset === 'base') {
    const other = prepared.pairs.find((p) => p.spec.kind !== 'spot');
    if (other)
      throw new TidegateError(
        'CONFIG_VALUE',
        `fees cannot be paid in the base asset of ${other.pair}: it is not spot`,
        {
          where: 'costs.feeAsset',
          remedy: 'Use "quote", or an exchange coin; derivatives deliver no base asset to take a fee from.',
        },
      );
    return account({ [stakeCurrency]: startingBalance }, { kind: 'base' });
  }
  const { asset, pair, discount, balance } = feeAsset;
  const market = feeds.find((f) => f.state.pair === pair)?.state;
  const { state, price } = await conversion(prepared, options, pair, asset, market ? null : feeds);
  const price0 = price * balance;
  if (price0 >= startingBalance)
    throw new TidegateError(
      'CONFIG_VALUE',
      `${balance} ${asset} cost ${price0} ${stakeCurrency} at ${price}, the starting balance is ${startingBalance}`,
      { where: 'costs.feeAsset.balance', remedy: `Give fewer ${asset}, or a larger startingBalance.` },
    );
  const source = market ?? state;
  source.last = price;
  return account(
    { [stakeCurrency]: startingBalance - price0, [asset]: balance },
    { kind: 'coin', asset, market: source, discount },
  );
}

/** Loads the conversion pair and finds its price when trading starts; adds its feed to `feeds` where given. */
async function conversion(
  prepared: Prepared,
  { data, exchange, stakeCurrency }: BacktestOptions,
  pair: string,
  asset: string,
  feeds: PairFeed[] | null,
) {
  const { spec } = await data.specAt(exchange, pair, prepared.historyStart);
  if (spec.base !== asset || spec.quote !== stakeCurrency)
    throw new TidegateError('CONFIG_VALUE', `${pair} does not convert ${asset} to ${stakeCurrency}`, {
      where: 'costs.feeAsset.pair',
      remedy: `Name the pair ${asset}/${stakeCurrency}.`,
    });
  const frame = timeframe(prepared.timeframe);
  const from = Math.min(...prepared.pairs.map((p) => p.candles.time[p.startRow]!));
  const to = Math.max(...prepared.pairs.map((p) => p.candles.time[p.candles.length - 1]!));
  const range = { from: prepared.historyStart, to: to + 1 };
  const candles = checkCandles(await data.candles(exchange, pair, prepared.timeframe, range), pair, prepared.timeframe);
  const { time, open, close, length } = candles;
  const startRow = lowerBound(time, from);
  const opensThen = startRow < length && time[startRow] === from;
  const hole = !opensThen && startRow === 0 ? from : length === 0 || time[length - 1]! < to ? to : null;
  if (hole !== null)
    throw new TidegateError(
      'DATA_MISSING',
      `no price of ${pair} ${prepared.timeframe} at ${new Date(hole).toISOString().slice(0, 16)}, to pay fees in ${asset}`,
      { where: data.root, remedy: `Run "tidegate download --pairs ${pair}", or set costs.feeAsset to "quote".` },
    );
  const grid = { pair, timeframe: prepared.timeframe, type: 'candles' };
  const columns = GridData.candles(gridKey(grid), candles, frame);
  const state = pairStateOf(feeds?.length ?? 0, new Instrument(spec), columns);
  feeds?.push({ state, candles, startRow, closeTime: columns.available.values, length: frame.ms });
  return { state, price: startRow > 0 ? close[startRow - 1]! : open[startRow]! };
}
