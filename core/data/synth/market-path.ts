import { type Rng, seeded } from '../../foundation/rng.ts';
import type { Asset } from './assets.ts';

const MINUTES_A_YEAR = 525_600;
/** Mean life of a regime: a day and a half. */
const SWITCH_PROBABILITY = 1 / 2_160;

/** Regimes of the whole market: drift in units of volatility a minute, volatility factor, pull back to the regime's first price. */
const REGIMES = [
  { name: 'ranging', drift: 0, scale: 0.65, pull: 0.002 },
  { name: 'up', drift: 0.022, scale: 0.95, pull: 0 },
  { name: 'down', drift: -0.024, scale: 1.1, pull: 0 },
  { name: 'volatile', drift: 0, scale: 2.1, pull: 0.0005 },
] as const;

/** A synthetic market's common part, one element per minute. Longer markets of the same seed begin with the same values. */
export interface MarketPath {
  readonly minutes: number;
  /** Index into ranging, up, down, volatile. */
  readonly regime: Uint8Array;
  /** Log return of the market in units of its calm volatility a minute. */
  readonly shock: Float64Array;
  /** Volatility of that minute relative to a calm one. */
  readonly scale: Float64Array;
}

/**
 * Regime switching, log-normal stochastic volatility, fat tails and a daily rhythm: one common shock a minute.
 * @param from ms UTC of minute 0 (decides the time of day)
 */
export function marketPath(seed: number | string, from: number, minutes: number): MarketPath {
  const rng = seeded(seed).fork('market');
  const regime = new Uint8Array(minutes);
  const shock = new Float64Array(minutes);
  const scale = new Float64Array(minutes);
  const rhythm = dailyRhythm();
  const firstMinute = Math.floor(from / 60_000);
  let state = rng.int(REGIMES.length);
  let logScale = 0;
  let level = 0;
  let anchor = 0;
  for (let i = 0; i < minutes; i++) {
    const draw = rng.next();
    if (draw < SWITCH_PROBABILITY) {
      state = (state + 1 + Math.floor((draw / SWITCH_PROBABILITY) * 3)) % REGIMES.length;
      anchor = level;
    }
    const { drift, scale: factor, pull } = REGIMES[state]!;
    logScale = 0.995 * logScale + 0.035 * rng.normal();
    const sigma = factor * Math.exp(logScale) * rhythm[(firstMinute + i) % 1440]!;
    const step = sigma * (drift + fatTailed(rng)) - pull * (level - anchor);
    level += step;
    regime[i] = state;
    shock[i] = step;
    scale[i] = sigma;
  }
  return { minutes, regime, shock, scale };
}

/** Price and volatility of one asset's index, one element per minute. */
export interface AssetPath {
  /** Price in quote at the end of each minute. */
  readonly price: Float64Array;
  /** Standard deviation of the log return of that minute. */
  readonly sigma: Float64Array;
}

/** Weak pull of an asset's log price to where it began (half-life about eight months), so that years stay plausible. */
const HOME_PULL = 2e-6;

/** An asset's path: its share of the market's shocks and shocks of its own, which has nothing to do with any other asset asked for. */
export function assetPath(seed: number | string, asset: Asset, market: MarketPath): AssetPath {
  const rng = seeded(seed).fork(`asset ${asset.base}`);
  const { minutes, shock, scale } = market;
  const price = new Float64Array(minutes);
  const sigma = new Float64Array(minutes);
  const total = asset.volatility / Math.sqrt(MINUTES_A_YEAR);
  // Two thirds of the variance are common; the rest is the asset's own.
  const common = total * Math.sqrt(2 / 3) * asset.beta;
  const own = total * Math.sqrt(1 / 3);
  let logPrice = 0;
  for (let i = 0; i < minutes; i++) {
    logPrice += common * shock[i]! + own * scale[i]! * fatTailed(rng) - HOME_PULL * logPrice;
    price[i] = asset.price * Math.exp(logPrice);
    sigma[i] = scale[i]! * Math.hypot(common, own);
  }
  return { price, sigma };
}

/** A draw of variance about 1 with kurtosis about 12: a mixture of normals, and a rare jump. */
function fatTailed(rng: Rng): number {
  const z = rng.normal();
  const u = rng.next();
  if (u < 0.00002) return z * 12;
  return u < 0.025 ? z * 3.4 : z * 0.85;
}

/** Volatility over the minutes of a UTC day: quiet at night, a peak when New York opens. Mean 1. */
function dailyRhythm(): Float64Array {
  return Float64Array.from({ length: 1440 }, (_, minute) => {
    const hour = minute / 60;
    return 1 + 0.22 * Math.cos(((hour - 15) / 24) * 2 * Math.PI) + 0.08 * Math.cos(((hour - 8) / 12) * 2 * Math.PI);
  });
}
