import { type Candle, type CandleTable, candlesFrom, type EventTable } from '../../core/domain/candles.ts';
import type {
  FreqtradeCallbacks,
  FreqtradeClosedTrade,
  FreqtradeSettings,
  PairLimits,
  TradeView,
} from '../../core/engine/fills/freqtrade/ports.ts';
import { SIGNAL } from '../../core/engine/fills/freqtrade/ports.ts';
import { freqtradeProfile } from '../../core/engine/fills/freqtrade/profile.ts';
import { compareTrades, type FieldRule, type Mismatches, mismatches, money } from './freqtrade/trade-comparison.ts';

/** Settings of a scenario, as its file spells them. */
export interface ScenarioSettings {
  readonly timeframe: string;
  readonly market: 'margin-no-interest' | 'futures-isolated' | 'spot';
  readonly stoploss: number;
  readonly roi: Readonly<Record<string, number>>;
  readonly trailingStop: boolean;
  readonly trailingStopPositive: number | null;
  readonly trailingStopPositiveOffset: number;
  readonly trailingOnlyOffsetIsReached: boolean;
  readonly useExitSignal: boolean;
  readonly exitProfitOnly: boolean;
  readonly exitProfitOffset: number;
  readonly ignoreRoiIfEntrySignal: boolean;
  readonly customStoploss: { readonly kind: string; readonly value: number; readonly fromProfit?: number } | null;
  readonly customEntryPrice: number | null;
  readonly customExitPrice: number | null;
  readonly adjustEntryPrice: number | 'keep' | null;
  readonly unfilledTimeoutMinutes: { readonly entry: number; readonly exit: number };
  readonly leverage: number;
  readonly fee: number;
  readonly canShort: boolean;
  readonly maxOpenTrades: number;
  readonly stakeAmount: number | 'unlimited';
  readonly startingBalance: number;
  readonly priceTick: number;
  readonly amountStep: number;
  readonly minAmount: number;
  readonly minCost: number;
  readonly positionAdjustment: {
    readonly addBelowProfit: number;
    readonly addStake: number;
    readonly maxAdds: number;
    readonly reduceAboveProfit: number;
    readonly reduceFraction: number;
    readonly maxReduces: number;
  } | null;
  readonly futures?: {
    readonly maintenanceMarginRate: number;
    readonly maintenanceAmount: number;
    readonly liquidationBuffer: number;
  };
}

/** One scenario of a backtest-scenarios file. */
export interface Scenario {
  readonly name: string;
  readonly settings: ScenarioSettings;
  readonly candles: readonly (readonly number[])[];
  readonly signals: readonly {
    readonly index: number;
    readonly enterLong?: boolean;
    readonly exitLong?: boolean;
    readonly enterShort?: boolean;
    readonly exitShort?: boolean;
    readonly enterTag?: string;
  }[];
  readonly funding?: readonly { readonly timestamp: number; readonly rate: number; readonly markPrice: number }[];
  readonly expectedTrades: readonly Readonly<Record<string, unknown>>[];
  readonly expectedProfit: number;
  readonly expectedCounts: Readonly<Record<string, number>>;
}

/** What a run of a scenario or file gave, and how it differs from what was expected. */
export interface Comparison {
  readonly computed: unknown;
  readonly passed: boolean;
  readonly mismatches: readonly string[];
}

/** Runs a scenario through the `freqtrade` fill profile and compares trades, orders, profit and counts with the expected ones. */
export function runScenario(scenario: Scenario): Comparison {
  const { settings } = scenario;
  const candles = candlesFrom(scenario.candles.map(candleOf));
  const trades: FreqtradeClosedTrade[] = [];
  const profile = freqtradeProfile({
    pairs: [
      { pair: 'PAIR', candles, startup: 0, ...signalsOf(scenario), ...fundingOf(scenario), limits: limitsOf(settings) },
    ],
    settings: profileSettings(settings),
    callbacks: callbacksOf(settings),
    sink: { closed: (trade) => trades.push(trade) },
  });
  const { from, to } = profile.start();
  for (let i = 0; i < candles.length; i++) {
    const time = candles.time[i]!;
    if (time >= from && time <= to) profile.step(time);
  }
  const { finalBalance, counts } = profile.finish();
  return compareScenario(scenario, trades, counts, finalBalance);
}

/** Compares a run's trades, orders, profit and counts with a scenario's. */
export function compareScenario(
  scenario: Scenario,
  trades: readonly FreqtradeClosedTrade[],
  counts: Readonly<Record<string, number>>,
  finalBalance: number,
): Comparison {
  const { settings } = scenario;
  const opened = scenario.candles.map((row) => row[0]!);
  const indexOf = (time: number) => opened.indexOf(time);
  const computed = {
    trades: trades.map((trade) => tradeOf(trade, indexOf, settings.market)),
    profit: trades.reduce((sum, trade) => sum + trade.profitRatio, 0),
    counts: { ...counts, finalBalance },
  };
  const found = mismatches();
  compareTrades(found, computed.trades, scenario.expectedTrades, RULES);
  money(found, 'profit', computed.profit, scenario.expectedProfit);
  compareCounts(found, computed.counts, scenario.expectedCounts);
  return { computed, passed: found.list.length === 0, mismatches: found.list };
}

const RULES: Readonly<Record<string, FieldRule>> = {
  profitRatio: 'money',
  profitAbs: 'money',
  fundingFees: 'money',
  fundingFee: 'money',
  stakeAmount: 'money',
};

function tradeOf(trade: FreqtradeClosedTrade, indexOf: (time: number) => number, market: string) {
  return {
    openIndex: indexOf(trade.openTime),
    closeIndex: indexOf(trade.closeTime),
    side: trade.side,
    enterTag: trade.entryTag,
    exitReason: trade.exitReason,
    openRate: trade.openRate,
    closeRate: trade.closeRate,
    amount: trade.amount,
    stakeAmount: trade.stake,
    leverage: trade.leverage,
    profitRatio: trade.profitRatio,
    profitAbs: trade.profitAbs,
    fundingFees: trade.funding,
    liquidationPrice: market === 'futures-isolated' ? trade.liquidationPrice : null,
    initialStopLoss: trade.initialStop,
    stopLoss: trade.lastStop,
    minRate: trade.minRate,
    maxRate: trade.maxRate,
    orders: trade.orders.map((order) => ({
      side: order.side,
      price: order.price,
      amount: order.amount,
      index: indexOf(order.time),
      tag: order.tag,
      fundingFee: order.funding,
    })),
  };
}

function compareCounts(
  found: Mismatches,
  got: Readonly<Record<string, number>>,
  wanted: Readonly<Record<string, number>>,
) {
  for (const [name, value] of Object.entries(wanted)) {
    if (name === 'finalBalance') money(found, name, got[name] ?? Number.NaN, value);
    else if (got[name] !== value) found.add(`counts.${name}`, got[name], value);
  }
}

/** A scenario's row as a candle. */
export function candleOf(row: readonly number[]): Candle {
  const [time, open, high, low, close, volume] = row as [number, number, number, number, number, number];
  return { time, open, high, low, close, volume };
}

function signalsOf(scenario: Scenario) {
  const signals = new Uint8Array(scenario.candles.length);
  const entryTags = new Map<number, string>();
  for (const row of scenario.signals) {
    signals[row.index] =
      (row.enterLong ? SIGNAL.enterLong : 0) |
      (row.exitLong ? SIGNAL.exitLong : 0) |
      (row.enterShort ? SIGNAL.enterShort : 0) |
      (row.exitShort ? SIGNAL.exitShort : 0);
    if (row.enterTag !== undefined) entryTags.set(row.index, row.enterTag);
  }
  return { signals, entryTags };
}

/** A scenario's funding events, with mark prices at their times. */
export function fundingOf(scenario: Scenario): { funding: EventTable; mark: CandleTable } | Record<string, never> {
  const rows = scenario.funding;
  if (!rows) return {};
  const time = Float64Array.from(rows, (row) => row.timestamp);
  const price = (row: { readonly markPrice: number }) => row.markPrice;
  const mark = candlesFrom(
    rows.map((row) => ({
      time: row.timestamp,
      open: price(row),
      high: price(row),
      low: price(row),
      close: price(row),
      volume: 0,
    })),
  );
  return { funding: { length: rows.length, time, values: { rate: Float64Array.from(rows, (row) => row.rate) } }, mark };
}

/** Steps, minima and the one tier of a scenario. */
export function limitsOf(settings: ScenarioSettings): PairLimits {
  const { futures } = settings;
  return {
    priceTick: settings.priceTick,
    tickFrom: 'market',
    amountStep: settings.amountStep,
    minAmount: settings.minAmount,
    minCost: settings.minCost,
    ...(futures && {
      tiers: [
        {
          minNotional: 0,
          maxNotional: Number.POSITIVE_INFINITY,
          maintenanceMarginRate: futures.maintenanceMarginRate,
          maxLeverage: Number.POSITIVE_INFINITY,
          maintenanceAmount: futures.maintenanceAmount,
        },
      ],
    }),
  };
}

function profileSettings(settings: ScenarioSettings): FreqtradeSettings {
  const market = settings.market === 'spot' ? 'spot' : settings.market === 'futures-isolated' ? 'futures' : 'margin';
  return {
    ...settings,
    strategy: 'scenario',
    market,
    maxOpenTrades: settings.maxOpenTrades < 0 ? Number.POSITIVE_INFINITY : settings.maxOpenTrades,
    unfilledTimeout: settings.unfilledTimeoutMinutes,
    tradableBalanceRatio: 1,
    liquidationBuffer: settings.futures?.liquidationBuffer ?? 0,
  };
}

function callbacksOf(settings: ScenarioSettings): FreqtradeCallbacks {
  const { customStoploss, customEntryPrice, customExitPrice, adjustEntryPrice, positionAdjustment } = settings;
  return {
    ...(customStoploss && {
      customStop: (_trade: TradeView, _time: number, _rate: number, profit: number) =>
        customStoploss.fromProfit === undefined || profit >= customStoploss.fromProfit ? customStoploss.value : null,
    }),
    ...(customEntryPrice !== null && { customEntryPrice: () => customEntryPrice }),
    ...(customExitPrice !== null && { customExitPrice: () => customExitPrice }),
    adjustOrder: (_trade, { isEntry, price }) => (isEntry && adjustEntryPrice !== 'keep' ? adjustEntryPrice : price),
    ...(positionAdjustment && {
      adjustPosition: (trade: TradeView, _time: number, _rate: number, profit: number) => {
        const { maxAdds, addBelowProfit, addStake, maxReduces, reduceAboveProfit, reduceFraction } = positionAdjustment;
        if (trade.filledEntries <= maxAdds && profit < addBelowProfit) return { stake: addStake };
        if (trade.filledExits < maxReduces && profit > reduceAboveProfit)
          return { stake: -reduceFraction * trade.stake };
        return null;
      },
    }),
  };
}
