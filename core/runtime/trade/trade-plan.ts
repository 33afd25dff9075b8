import type { Config } from '../../config/schema.ts';
import { LIVE_CONSENT } from '../../config/trade-settings.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import { assembleBacktest } from '../assemble.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { noStoredData } from './no-stored-data.ts';
import type { TradeSettings } from './trade-settings.ts';
import { unknownPair } from './trade-wiring.ts';

/** Clocks further apart than this refuse to start: orders would be refused or dated wrongly. */
const MOST_SKEW_MS = 5_000;

/** A session's options and settings from a configuration. @throws TidegateError for anything in it that is missing or wrong */
export async function planTrade(
  config: Config,
  mode: TradeSettings['mode'],
  userdir: string,
): Promise<{ readonly options: BacktestOptions; readonly settings: TradeSettings }> {
  if (!config.pairs || config.pairs.length === 0)
    throw new TidegateError('CONFIG_VALUE', 'no pairs were given', {
      where: 'pairs',
      remedy: 'Use --pairs BTC/USDT:USDT,ETH/USDT:USDT, or set pairs in the configuration.',
    });
  const kinds = new Set(config.pairs.map((pair) => pair.includes(':')));
  if (kinds.size > 1)
    throw new TidegateError('CONFIG_VALUE', 'spot and perpetual pairs cannot share a session', {
      where: 'pairs',
      remedy: 'Run one session for each: they are accounts apart.',
    });
  const { trade } = config;
  if (mode === 'live' && trade.live !== LIVE_CONSENT)
    throw new TidegateError('TRADE_NO_CONSENT', 'real money moves only with your word in the configuration', {
      where: 'trade.live',
      remedy: `Set trade.live to "${LIVE_CONSENT}". Without --live the same command trades on paper.`,
    });
  const options = await assembleBacktest(
    { ...config, exchange: config.exchange ?? 'binance' },
    { userdir, dataFolder: '' },
    noStoredData,
  );
  const settings: TradeSettings = {
    mode,
    batchWaitMs: trade.batchWaitMs,
    reconcileMs: trade.reconcileSeconds * 1_000,
    stopGraceMs: trade.stopGraceSeconds * 1_000,
    marginMode: trade.marginMode,
    deadMansSwitchMs: (trade.deadMansSwitchSeconds ?? 0) * 1_000,
    ...(trade.capital !== undefined && { capital: trade.capital }),
    ...(trade.maxLoss !== undefined && { maxLossRatio: trade.maxLoss }),
  };
  return { options, settings };
}

/**
 * Refuses an account that must not or cannot be traded on.
 * @throws TidegateError TRADE_KEY_WITHDRAWS, TRADE_KEY_UNKNOWN, TRADE_KEY, TRADE_CLOCK, TRADE_PAIR, TRADE_POSITION_MODE
 */
export async function checkAccount(
  exchange: ExchangePort,
  config: Config,
  mode: TradeSettings['mode'],
  wall: () => number,
): Promise<void> {
  if (mode === 'dry-run') return;
  const skew = (await exchange.serverTime()) - wall();
  if (Math.abs(skew) > MOST_SKEW_MS)
    throw new TidegateError(
      'TRADE_CLOCK',
      `this machine's clock is ${(Math.abs(skew) / 1000).toFixed(1)} s ${skew > 0 ? 'behind' : 'ahead of'} the exchange's`,
      {
        remedy: 'Set the clock (for example "timedatectl set-ntp true"), then start again.',
        details: { skewMs: skew },
      },
    );
  const { trade, withdraw } = await exchange.keyPermissions();
  if (withdraw === true)
    throw new TidegateError('TRADE_KEY_WITHDRAWS', 'this key can withdraw: a bot must not hold such a key', {
      where: exchange.account,
      remedy: 'Make a key that can read and trade only, if possible for your address only, and delete this one.',
    });
  if (trade === false)
    throw new TidegateError('TRADE_KEY', 'this key cannot trade', {
      where: exchange.account,
      remedy: 'Allow trading for it at the exchange.',
    });
  if (mode === 'live' && withdraw === null && !config.trade.allowUnknownPermissions)
    throw new TidegateError('TRADE_KEY_UNKNOWN', `${exchange.name} does not tell what this key may do`, {
      where: 'trade.allowUnknownPermissions',
      remedy: 'Make sure that the key cannot withdraw, then set trade.allowUnknownPermissions to true.',
    });
  for (const pair of config.pairs!) if (exchange.market(pair) === null) throw unknownPair(pair, exchange.name);
  if (exchange.kind !== 'perpetual') return;
  const { positionMode } = await exchange.settings(config.pairs![0]!);
  if (positionMode === 'hedge') {
    const set = await exchange.setPositionMode('one-way');
    if (set.outcome === 'refused')
      throw new TidegateError(
        'TRADE_POSITION_MODE',
        `the account is in hedge mode and cannot be switched: ${set.reason}`,
        {
          where: exchange.account,
          remedy: 'Close its positions and orders, then switch it to one-way mode at the exchange.',
        },
      );
  }
}
