import { imbalance } from '../../core/microstructure/book-imbalance.ts';
import type { BookTop } from '../../core/microstructure/book-top.ts';
import { Cvd } from '../../core/microstructure/cvd.ts';
import { agreement } from '../../core/microstructure/ensemble-agreement.ts';
import { FundingArbitrage } from '../../core/microstructure/funding-arbitrage.ts';
import { hurst, hurstSizes, RollingHurst, rescaledRange } from '../../core/microstructure/hurst.ts';
import { Liquidity, slippage } from '../../core/microstructure/liquidity.ts';
import { LobFeatures } from '../../core/microstructure/lob-features.ts';
import { lstmFallback } from '../../core/microstructure/lstm-fallback.ts';
import { MicroRegime } from '../../core/microstructure/micro-regime.ts';
import { OrderFlowImbalance } from '../../core/microstructure/ofi.ts';
import { ouFit } from '../../core/microstructure/ornstein-uhlenbeck.ts';
import { OuSignal } from '../../core/microstructure/ou-signal.ts';
import { ParkinsonBlend } from '../../core/microstructure/parkinson-blend.ts';
import { TradeClassifier } from '../../core/microstructure/trade-classifier.ts';
import { Vpin } from '../../core/microstructure/vpin.ts';
import { SlidingNormaliser } from '../../core/microstructure/welford.ts';
import type { VectorHandler } from './types.ts';

type Numbers = readonly number[];
type Table = readonly Numbers[];
interface BookInput {
  readonly ts: Numbers;
  readonly bid_price: Table;
  readonly bid_size: Table;
  readonly ask_price: Table;
  readonly ask_size: Table;
}

/** NaN, the code's "not defined", as the files write it. */
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

function snapshots(input: BookInput): BookTop[] {
  return input.ts.map((time, i) => ({
    time,
    bids: input.bid_price[i]!.length,
    asks: input.ask_price[i]!.length,
    bidPrice: input.bid_price[i]!,
    bidSize: input.bid_size[i]!,
    askPrice: input.ask_price[i]!,
    askSize: input.ask_size[i]!,
  }));
}

/** Turns [{a, b}, ...] into {a: [...], b: [...]}. */
function columns<T extends Record<string, unknown>>(rows: readonly T[]): Record<string, unknown[]> {
  const result: Record<string, unknown[]> = {};
  for (const key of Object.keys(rows[0] ?? {})) result[key] = rows.map((row) => row[key]);
  return result;
}

/** The part of a case that a handler reads, typed by what its group of vectors holds. */
function read<P, I>(vector: { readonly params?: unknown; readonly input?: unknown }): { params: P; input: I } {
  return { params: vector.params as P, input: vector.input as I };
}

const vpin: VectorHandler = (vector) => {
  const { params, input } = read<{ bucket_volume: number; n_buckets: number }, { price: Numbers; size: Numbers }>(
    vector,
  );
  const closed: { buy: number; sell: number; imbalance: number; last_trade: number }[] = [];
  let trade = 0;
  const feature = new Vpin({
    bucketVolume: params.bucket_volume,
    buckets: params.n_buckets,
    onBucket: (buy, sell) => closed.push({ buy, sell, imbalance: Math.abs(imbalance(buy, sell)), last_trade: trade }),
  });
  const classifier = new TradeClassifier({ mode: 'tick' });
  const after = input.price.map((price, i) => {
    trade = i;
    const side = classifier.classify(price);
    feature.add(input.size[i]!, side > 0);
    return {
      is_buy: side > 0 ? 1 : 0,
      vpin_after_trade: orNull(feature.value),
      regime_after_trade: feature.regime,
      multiplier_after_trade: orNull(feature.multiplier),
    };
  });
  return {
    ...columns(after),
    buckets: { buy: [], sell: [], imbalance: [], last_trade: [], ...columns(closed) },
    open_bucket: { buy: feature.openBuy, sell: feature.openSell },
  };
};

const ofi: VectorHandler = (vector) => {
  const { params, input } = read<{ levels: number; window: number; min_std: number }, BookInput>(vector);
  const feature = new OrderFlowImbalance({ levels: params.levels, window: params.window, minStd: params.min_std });
  return columns(
    snapshots(input).map((top) => {
      const z = feature.update(top);
      return { raw: orNull(feature.raw), z: orNull(z) };
    }),
  );
};

const leeReady: VectorHandler = (vector) => {
  type Event = readonly ['q', number, number] | readonly ['t', number];
  const { params, input } = read<{ mid_tolerance: number }, { events: readonly Event[] }>(vector);
  const classifier = new TradeClassifier({ mode: 'leeReady', midTolerance: params.mid_tolerance });
  const trades: { is_buy: number; method: string }[] = [];
  for (const event of input.events) {
    if (event[0] === 'q') classifier.quote(event[1], event[2]);
    else trades.push({ is_buy: classifier.classify(event[1]) > 0 ? 1 : 0, method: classifier.lastMethod });
  }
  const { quote, tick, default: fallback } = classifier.counts;
  return { ...columns(trades), stats: { quote, tick, default: fallback } };
};

const hurstCase: VectorHandler = (vector) => {
  const { params, input } = read<{ window?: number; rolling?: boolean }, { returns: Numbers }>(vector);
  if (!params.rolling) {
    const n = input.returns.length;
    const points = hurstSizes(n).map((size) => [size, rescaledRange(input.returns, n, size)]);
    return { hurst: hurst(input.returns), points };
  }
  const rolling = new RollingHurst({ window: params.window!, minSamples: params.window! });
  return {
    hurst: input.returns.map((value) => {
      rolling.add(value);
      return orNull(rolling.value);
    }),
  };
};

const ouFitCase: VectorHandler = (vector) => {
  const { x } = read<unknown, { x: Numbers }>(vector).input;
  const fit = ouFit(x);
  return {
    valid: fit.valid,
    a: fit.a,
    b: fit.b,
    theta: fit.theta,
    mu: fit.mu,
    sigma: fit.sigma,
    half_life: fit.halfLife,
    z_last: (x.at(-1)! - fit.mu) / fit.sigma,
    sigma_ddof2: fit.sigmaDdof2,
    sigma_stationary: fit.sigmaStationary,
    half_life_exact: fit.halfLifeExact,
  };
};

const ouSignal: VectorHandler = (vector) => {
  const { params, input } = read<
    { window: number; min_samples: number; hurst_threshold: number; z_threshold: number },
    { price: Numbers; hurst: Numbers }
  >(vector);
  const feature = new OuSignal({
    window: params.window,
    minSamples: params.min_samples,
    hurstThreshold: params.hurst_threshold,
    zThreshold: params.z_threshold,
  });
  return columns(
    input.price.map((price, i) => {
      const signal = feature.update(price, input.hurst[i]!);
      return { active: feature.isActive ? 1 : 0, z: orNull(feature.z), signal };
    }),
  );
};

const parkinson: VectorHandler = (vector) => {
  const { params, input } = read<
    { window: number; weight: number; k: number },
    { high: Numbers; low: Numbers; close: Numbers }
  >(vector);
  const feature = new ParkinsonBlend({ window: params.window, weight: params.weight });
  return columns(
    input.close.map((close, i) => {
      const blend = feature.add(input.high[i]!, input.low[i]!, close);
      return {
        parkinson: orNull(feature.parkinson),
        realized: orNull(feature.realized),
        realized_rms: orNull(feature.realizedRms),
        blend: orNull(blend),
        stop_long: orNull(feature.stop(close, params.k, 'long')),
        stop_short: orNull(feature.stop(close, params.k, 'short')),
      };
    }),
  );
};

const ensemble: VectorHandler = (vector) => {
  const { params, input } = read<{ threshold: number }, { directions: Table; weights: Table }>(vector);
  return columns(input.directions.map((row, i) => ({ ...agreement(row, input.weights[i]!, params.threshold) })));
};

const cvd: VectorHandler = (vector) => {
  const { params, input } = read<
    { bucket_ms: number; n_buckets: number; divergence_override: number },
    { ts: Numbers; price: Numbers; size: Numbers; is_buy: Numbers }
  >(vector);
  const feature = new Cvd({
    bucketMs: params.bucket_ms,
    buckets: params.n_buckets,
    override: params.divergence_override,
  });
  return columns(
    input.ts.map((time, i) => {
      feature.add(time, input.price[i]!, input.size[i]!, input.is_buy[i] ? 1 : -1);
      const divergence = feature.divergence;
      return {
        cvd: feature.value,
        window_delta: feature.windowDelta,
        sign: Math.sign(divergence),
        strength: Math.abs(divergence),
      };
    }),
  );
};

const lob21: VectorHandler = (vector) => {
  const { params, input } = read<{ window: number; min_std: number }, BookInput>(vector);
  const feature = new LobFeatures({ window: params.window, minStd: params.min_std });
  return columns(
    snapshots(input).map((top) => {
      feature.update(top);
      return { raw: [...feature.raw], z: [...feature.z] };
    }),
  );
};

const microRegime: VectorHandler = (vector) => {
  const { params, input } = read<{ near_bps: number; activity_window_ms: number }, BookInput>(vector);
  const feature = new MicroRegime({ nearBps: params.near_bps, activityWindowMs: params.activity_window_ms });
  return columns(
    snapshots(input).map((top) => {
      feature.update(top);
      return {
        spread_bps: feature.spreadBps,
        depth_notional: feature.depthNotional,
        updates_per_sec: feature.updatesPerSecond,
        spread: feature.spread,
        depth: feature.depth,
        activity: feature.activity,
        multiplier: feature.multiplier,
      };
    }),
  );
};

const funding: VectorHandler = (vector) => {
  const { params, input } = read<
    { window: number; min_samples: number; z_threshold: number; intervals_per_year: number },
    { rate: Numbers }
  >(vector);
  const feature = new FundingArbitrage({
    window: params.window,
    minSamples: params.min_samples,
    zThreshold: params.z_threshold,
    intervalHours: (24 * 365.25) / params.intervals_per_year,
  });
  return columns(
    input.rate.map((rate) => {
      feature.add(rate);
      const found = feature.opportunity;
      return {
        z: orNull(feature.z),
        direction: found?.direction ?? 0,
        expected_bps: found?.expectedBps ?? null,
        annualised_bps: found?.annualisedBps ?? null,
      };
    }),
  );
};

const liquidity: VectorHandler = (vector) => {
  const { params, input } = read<
    { levels: number; resilience_alpha: number; shock_threshold: number; order_size: number },
    BookInput
  >(vector);
  const feature = new Liquidity({
    levels: params.levels,
    resilienceAlpha: params.resilience_alpha,
    shockThreshold: params.shock_threshold,
  });
  const walk = (top: BookTop, side: 'buy' | 'sell') => {
    const cost = slippage(top, side, params.order_size);
    return { vwap: cost.vwap, bps_vs_mid: cost.bpsVsMid, bps_vs_best: cost.bpsVsBest, filled: cost.filled };
  };
  const tops = snapshots(input);
  const rows = tops.map((top) => {
    feature.update(top);
    return {
      effective_spread: feature.effectiveSpread,
      bid_depth: feature.bidDepth,
      ask_depth: feature.askDepth,
      depth_imbalance: feature.depthImbalance,
      weighted_bid_depth: feature.weightedBidDepth,
      weighted_ask_depth: feature.weightedAskDepth,
      obi: imbalance(feature.bidDepth, feature.askDepth),
      ewma_depth: feature.averageDepth,
      resilience: feature.resilience,
      depth_shock: feature.isDepthShock ? 1 : 0,
    };
  });
  return {
    ...columns(rows),
    buy: columns(tops.map((top) => walk(top, 'buy'))),
    sell: columns(tops.map((top) => walk(top, 'sell'))),
  };
};

const welford: VectorHandler = (vector) => {
  const { params, input } = read<{ window: number; min_std: number }, { x: Numbers }>(vector);
  const feature = new SlidingNormaliser({ window: params.window, minStd: params.min_std });
  return columns(
    input.x.map((x) => {
      const z = feature.update(x);
      return { z, mean: feature.mean, std: feature.std };
    }),
  );
};

/** Handlers of `microstructure.json`, by `fn`. */
export const handlers: Readonly<Record<string, VectorHandler>> = {
  VPIN: vpin,
  OFI: ofi,
  LEE_READY: leeReady,
  HURST: hurstCase,
  OU_FIT: ouFitCase,
  OU_SIGNAL: ouSignal,
  PARKINSON_BLEND: parkinson,
  ENSEMBLE: ensemble,
  LSTM_FALLBACK: (vector) => ({
    direction: read<unknown, { features: Table }>(vector).input.features.map((row) => lstmFallback(row)),
  }),
  CVD: cvd,
  LOB21: lob21,
  MICRO_REGIME: microRegime,
  FUNDING_ARB: funding,
  LIQUIDITY: liquidity,
  WELFORD: welford,
  OBI: (vector) => {
    const { input } = read<unknown, { bid_volume: Numbers; ask_volume: Numbers }>(vector);
    return { obi: input.bid_volume.map((bid, i) => imbalance(bid, input.ask_volume[i]!)) };
  },
};
