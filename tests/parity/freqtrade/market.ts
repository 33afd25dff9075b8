import type { CandleTable } from '../../../core/domain/candles.ts';
import { candlesFrom } from '../../../core/domain/candles.ts';
import type { LeverageTier } from '../../../core/domain/instrument.ts';
import type { Rng } from '../../../core/foundation/rng.ts';
import { testSpec } from '../../../core/testing/trading-fakes.ts';
import type { MemoryPair } from '../../fixtures/memory-market.ts';

export const FROM = Date.UTC(2024, 0, 25);
const MINUTE = 60_000;
const BASES = ['BTC', 'ETH', 'LTC', 'XRP', 'DOGE', 'SOL', 'PEPE'];

export type DrawnMarket = Readonly<Record<string, MemoryPair>>;

/**
 * Pairs of one kind over `days`, in 5m, 15m and 1h candles: prices of any size and tick, gaps that the timeframes do not share, quiet stretches, jumps,
 * late starts and early ends; perpetuals with tiers, funding at 1 to 8 hours and mark prices with gaps.
 */
export function drawMarket(rng: Rng, isPerpetual: boolean, days: number): DrawnMarket {
  const pick = <T>(...of: readonly T[]): T => of[rng.int(of.length)]!;
  const made: Record<string, MemoryPair> = {};
  const gaps = pick(0, 0, 0.003, 0.03);
  for (const base of BASES.slice(0, 1 + rng.int(BASES.length))) {
    const pair = isPerpetual ? `${base}/USDT:USDT` : `${base}/USDT`;
    const decimals = pick(0, 1, 2, 2, 3, 4, 5, 8);
    const tick = pick(1, 1, 1, 5) * 10 ** -decimals;
    const steps = pick(300, 2000, 20_000, 300_000);
    const isWhole = base === BASES[0];
    const whole = {
      from: !isWhole && rng.next() < 0.2 ? rng.next() * 0.4 : 0,
      to: !isWhole && rng.next() < 0.2 ? 0.6 + rng.next() * 0.4 : 1,
    };
    const five = thinned(rng, walk(rng, { tick, decimals, steps, days, ...whole }), gaps);
    const hours = joined(five, 60);
    const price = steps * tick;
    const amountStep = pick(1, 1, 1, 5, 25) * 10 ** Math.round(Math.log10(pick(0.01, 0.1, 1) / price));
    const minAmount = amountStep * pick(1, 1, 10);
    const tiers = isPerpetual ? drawTiers(rng) : [];
    made[pair] = {
      spec: testSpec({
        pair,
        kind: isPerpetual ? 'perpetual' : 'spot',
        base,
        priceTick: Number(tick.toFixed(decimals)),
        amountStep: Number(amountStep.toPrecision(2)),
        minAmount: Number(minAmount.toPrecision(2)),
        minCost: pick(1, 5, 10, 50),
        tiers,
        maxLeverage: tiers[0]?.maxLeverage ?? 1,
      }),
      candles: {
        '5m': candlesFrom(five),
        '15m': candlesFrom(thinned(rng, joined(five, 15), gaps)),
        '1h': candlesFrom(thinned(rng, hours, gaps)),
      },
      ...(isPerpetual && perpetual(rng, hours, days)),
    };
  }
  return made;
}

type Row = { time: number; open: number; high: number; low: number; close: number; volume: number };

function walk(
  rng: Rng,
  of: { tick: number; decimals: number; steps: number; days: number; from: number; to: number },
): Row[] {
  const count = of.days * 288;
  const wild = [0.0005, 0.002, 0.006][rng.int(3)]!;
  const hasHairs = rng.next() < 0.15;
  const onGrid = (x: number) => {
    const k = Math.max(1, Math.round(x));
    // A binary hair beside the decimal price, as prices that were summed up have.
    return hasHairs ? k * of.tick : Number((k * of.tick).toFixed(of.decimals));
  };
  const rows: Row[] = [];
  let at = of.steps;
  let quiet = 0;
  for (let i = Math.floor(count * of.from); i < Math.floor(count * of.to); i++) {
    if (quiet > 0) quiet--;
    else if (rng.next() < 0.002) quiet = rng.int(60);
    const open = at * (rng.next() < 0.1 ? 1 + wild * rng.normal() : 1);
    const size = quiet > 0 ? 0 : wild * (rng.next() < 0.004 ? 12 : 1);
    const close = Math.max(of.steps / 20, open * (1 + size * rng.normal()));
    const high = Math.max(open, close) * (1 + size * 0.6 * rng.next());
    const low = Math.min(open, close) * (1 - size * 0.6 * rng.next());
    rows.push({
      time: FROM + i * 5 * MINUTE,
      open: onGrid(open),
      high: onGrid(high),
      low: onGrid(low),
      close: onGrid(close),
      volume: quiet > 0 ? 0 : Math.round(1000 * rng.next()),
    });
    at = close;
  }
  return rows;
}

/** Rows without some stretches. The first and the last two stay. */
function thinned(rng: Rng, rows: readonly Row[], odds: number): Row[] {
  let left = 0;
  return rows.filter((_, i) => {
    if (left > 0) left--;
    else if (odds > 0 && rng.next() < odds) left = 1 + rng.int(rng.next() < 0.1 ? 40 : 4);
    return left === 0 || i < 2 || i >= rows.length - 2;
  });
}

function joined(rows: readonly Row[], minutes: number): Row[] {
  const out: Row[] = [];
  for (const row of rows) {
    const time = Math.floor(row.time / (minutes * MINUTE)) * minutes * MINUTE;
    const last = out.at(-1);
    if (last?.time !== time) out.push({ ...row, time });
    else {
      last.high = Math.max(last.high, row.high);
      last.low = Math.min(last.low, row.low);
      last.close = row.close;
      last.volume += row.volume;
    }
  }
  return out;
}

function drawTiers(rng: Rng): LeverageTier[] {
  const tiers: LeverageTier[] = [];
  const scale = [2000, 20_000, 1e6][rng.int(3)]!;
  const most = [125, 50, 20][rng.int(3)]!;
  const rate = [0.004, 0.01, 0.02][rng.int(3)]!;
  let floor = 0;
  let amount = 0;
  for (let i = 0; i < 4; i++) {
    const leverage = Math.max(1, Math.floor(most / 2 ** i));
    const maintenance = rate * 2 ** i;
    if (i > 0) amount += floor * (maintenance - rate * 2 ** (i - 1));
    const maxNotional = i === 3 ? 1e9 : scale * 5 ** i;
    tiers.push({
      minNotional: floor,
      maxNotional,
      maintenanceMarginRate: maintenance,
      maxLeverage: leverage,
      maintenanceAmount: Number(amount.toFixed(6)),
    });
    floor = maxNotional;
  }
  return tiers;
}

function perpetual(rng: Rng, hours: readonly Row[], days: number) {
  const every = [1, 4, 8, 8][rng.int(4)]!;
  const loud = [1e-4, 1e-3][rng.int(2)]!;
  const missing = rng.next() < 0.3 ? 0.05 : 0;
  const time: number[] = [];
  for (let h = 0; h < days * 24; h += every) if (rng.next() >= missing) time.push(FROM + h * 60 * MINUTE);
  const rate = Float64Array.from(time, () => Math.round((rng.normal() * loud) / 1e-6) / 1e6);
  const mark: CandleTable = candlesFrom(thinned(rng, hours, rng.next() < 0.3 ? 0.02 : 0));
  return { mark: { '1h': mark }, funding: { length: time.length, time: Float64Array.from(time), values: { rate } } };
}
