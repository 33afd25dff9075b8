/**
 * The rules of docs/assumptions/honest-fills.md for one pair, written down a second time with nothing of the engine's: what its runs are held
 * against. Market and limit entries, market exits, stops, trailing, an ROI table, latency, costs; no partial fills.
 */

/** open, high, low, close. */
type Candle = readonly [number, number, number, number];

export interface ReferenceCase {
  readonly candles: readonly Candle[];
  /** By candle: enter long (1) or short (-1) at its close. */
  readonly enters: readonly number[];
  readonly leaves: readonly boolean[];
  /** Distance of entry limits from the close, a fraction (positive: away from the market); null: market orders. */
  readonly limitAt: number | null;
  readonly timeoutMinutes: number;
  readonly leverage: number;
  readonly stoploss: number;
  /** Minutes and ratios, by minutes. */
  readonly roi: readonly (readonly [number, number])[];
  readonly trailing: { readonly positive: number | null; readonly offset: number; readonly only: boolean } | null;
  readonly latencyMs: number;
  /** Spread and slippage of a taker, a fraction. */
  readonly cost: number;
  readonly fees: { readonly maker: number; readonly taker: number };
}

/** Of a trade: minutes of entry and exit, prices, profit. */
type ReferenceTrade = readonly [opened: number, closed: number, openRate: number, closeRate: number, profit: number];

interface Held {
  readonly sign: number;
  readonly amount: number;
  readonly rate: number;
  readonly minute: number;
  readonly fee: number;
  /** Opened by a resting limit: of its first candle's better side only the close counts. */
  isInside: boolean;
  best: number;
  stop: number;
  roi: number;
  /** The first price that stop and profit could meet in the candle at hand; NaN: they were there before it. */
  stopFrom: number;
  roiFrom: number;
  /** What of the candle at hand the profit can use: all, what comes after it arrived, or nothing. */
  roiSees: 'all' | 'rest' | 'nothing';
  nextStop: number;
  nextRoi: number;
}

interface Waiting {
  readonly sign: number;
  /** 0: a market order. */
  readonly limit: number;
  readonly amount: number;
  readonly minute: number;
  isResting: boolean;
  isCancelled: boolean;
}

const MS = 300_000;
const TICK = 10;
const up = (price: number) => Math.ceil(price * TICK - 1e-7) / TICK;
const down = (price: number) => Math.floor(price * TICK + 1e-7) / TICK;
/** The worse of prices for who buys (1) or sells (-1). */
const worse = (sign: number, ...prices: number[]) => (sign > 0 ? Math.max(...prices) : Math.min(...prices));

/** The market has gone through the limit of who buys (1) or sells (-1), by a tick. */
const isThrough = (sign: number, limit: number, price: number) =>
  sign * (price - (Math.round(limit * TICK) - sign) / TICK) <= 0;

/** Trades of a case, in the order of their ends. */
export function referenceTrades(of: ReferenceCase): ReferenceTrade[] {
  const { candles, latencyMs, fees, leverage, trailing } = of;
  const trades: ReferenceTrade[] = [];
  let held: Held | null = null;
  let entry: Waiting | null = null;
  let isLeaving = false;
  let last = Number.NaN;

  const taken = (sign: number, price: number) => (sign > 0 ? up : down)(price * (1 + sign * of.cost));
  const stopAt = (sign: number, rate: number, ratio: number) =>
    (sign > 0 ? up : down)(rate * (1 - (sign * ratio) / leverage));
  const profitOf = ({ sign, amount, rate, fee }: Held, price: number) =>
    ((sign * (price - rate) * amount - fee - price * amount * fees.taker) * leverage) / (rate * amount);
  const roiPrice = ({ sign, amount, rate, fee, minute }: Held, now: number) => {
    const row = of.roi.findLast(([after]) => after <= now - minute);
    if (row === undefined) return Number.NaN;
    const price = ((row[1] * rate * amount) / leverage + fee + sign * rate * amount) / (amount * (sign - fees.maker));
    return sign > 0 ? up(price) : down(price);
  };
  const close = (price: number, feeRate: number, minute: number) => {
    const { sign, amount, rate, fee, minute: opened } = held!;
    trades.push([opened, minute, rate, price, sign * (price - rate) * amount - fee - price * amount * feeRate]);
    held = null;
    isLeaving = false;
  };
  const open = (
    order: Waiting,
    rate: number,
    isMaker: boolean,
    minute: number,
    from: number,
    roiSees: Held['roiSees'],
    stopFrom = from,
  ) => {
    const { sign, amount } = order;
    const fee = rate * amount * (isMaker ? fees.maker : fees.taker);
    const stop = stopAt(sign, rate, -of.stoploss);
    const none = { nextStop: Number.NaN, nextRoi: Number.NaN, roi: Number.NaN };
    held = {
      sign,
      amount,
      rate,
      minute,
      fee,
      best: rate,
      isInside: isMaker,
      stop,
      stopFrom,
      roiFrom: from,
      roiSees,
      ...none,
    };
    held.roi = roiPrice(held, minute);
    entry = null;
  };

  for (const [i, [o, high, low, c]] of candles.entries()) {
    const minute = i * 5;
    const x = o + ((c - o) * latencyMs) / MS;
    const isLate = latencyMs > MS / 4;
    const gapped = (order: Waiting) => order.limit > 0 && order.isResting && order.sign * (order.limit - o) > 0;
    const gapPrice = (sign: number, limit: number) => (sign * (limit - last) > 0 ? limit : o);
    // Without latency changes count at once; a profit that they bring beyond the open takes there.
    if (held !== null && latencyMs === 0) {
      const h = held as Held;
      if (!Number.isNaN(h.nextStop)) Object.assign(h, { stop: h.nextStop, nextStop: Number.NaN });
      if (!Number.isNaN(h.nextRoi)) Object.assign(h, { roi: h.nextRoi, roiFrom: o, nextRoi: Number.NaN });
    }
    // The open.
    if (held !== null) {
      const { sign, stop, roi } = held as Held;
      if (sign * (o - stop) <= 0) close(taken(-sign, o), fees.taker, minute);
      else if (Number.isNaN((held as Held).roiFrom) && sign * (o - roi) > 0)
        close(gapPrice(-sign, roi), fees.maker, minute);
    }
    // Changes arrive; until then all is as it was.
    if (held !== null) {
      const h = held as Held;
      const { sign } = h;
      if (!Number.isNaN(h.nextStop) && sign * (x - h.stop) <= 0) close(taken(-sign, h.stop), fees.taker, minute);
      else if (!Number.isNaN(h.nextRoi) && isThrough(-sign, h.roi, x)) close(h.roi, fees.maker, minute);
      else {
        if (!Number.isNaN(h.nextStop))
          Object.assign(h, { stop: h.nextStop, stopFrom: worse(-sign, o, x), nextStop: Number.NaN });
        if (!Number.isNaN(h.nextRoi))
          Object.assign(h, { roi: h.nextRoi, roiFrom: worse(-sign, o, x), roiSees: 'rest', nextRoi: Number.NaN });
      }
    }
    if (entry !== null && (entry as Waiting).isCancelled) {
      const e: Waiting = entry;
      if (gapped(e)) open(e, gapPrice(e.sign, e.limit), true, minute, o, 'all');
      else if (isThrough(e.sign, e.limit, x)) open(e, e.limit, true, minute, o, 'rest');
      entry = null;
    }
    if (isLeaving && held !== null)
      close(taken(-(held as Held).sign, worse(-(held as Held).sign, o, x)), fees.taker, minute);
    if (entry !== null) {
      const e: Waiting = entry;
      const here = worse(e.sign, o, x);
      if (e.limit === 0) open(e, taken(e.sign, here), false, minute, worse(-e.sign, o, x), 'rest', here);
      else if (!e.isResting && e.sign * (e.limit - here) > 0)
        open(e, worse(-e.sign, taken(e.sign, here), e.limit), false, minute, here, 'nothing');
      else if (gapped(e)) open(e, gapPrice(e.sign, e.limit), true, minute, o, 'all');
      else {
        const seen = !e.isResting && isLate ? [x, c] : [low, high];
        if (isThrough(e.sign, e.limit, worse(-e.sign, ...seen))) open(e, e.limit, true, minute, e.limit, 'nothing');
        else e.isResting = true;
      }
    }
    // Inside: the stop, then the profit.
    if (held !== null) {
      const { sign, stop, stopFrom, roi, roiFrom, roiSees } = held as Held;
      const [worst, best] = sign > 0 ? [low, high] : [high, low];
      const isNew = !Number.isNaN(roiFrom);
      const reach = roiSees === 'rest' && isLate ? (sign > 0 ? Math.max(x, c) : Math.min(x, c)) : best;
      if (sign * (worst - stop) <= 0)
        close(taken(-sign, Number.isNaN(stopFrom) ? stop : worse(-sign, stop, stopFrom)), fees.taker, minute);
      else if (roiSees !== 'nothing' && isNew && sign * (roiFrom - roi) > 0)
        close(sign > 0 ? Math.max(taken(-1, roiFrom), roi) : Math.min(taken(1, roiFrom), roi), fees.taker, minute);
      else if (roiSees !== 'nothing' && isThrough(-sign, roi, reach)) close(roi, fees.maker, minute);
    }
    // The close.
    last = c;
    const now = minute + 5;
    if (held !== null) {
      const h = held as Held;
      const { sign } = h;
      Object.assign(h, { stopFrom: Number.NaN, roiFrom: Number.NaN, roiSees: 'all' });
      h.best = worse(sign, h.best, h.isInside ? c : sign > 0 ? high : low);
      h.isInside = false;
      if (trailing !== null) {
        const profit = profitOf(h, h.best);
        const ratio = trailing.positive !== null && profit > trailing.offset ? trailing.positive : -of.stoploss;
        const stop = stopAt(sign, h.best, ratio);
        if (!(trailing.only && profit < trailing.offset) && sign * (stop - h.stop) > 0) h.nextStop = stop;
      }
      const roi = roiPrice(h, now);
      if (roi !== h.roi && !Number.isNaN(roi)) h.nextRoi = roi;
    }
    const working = entry as Waiting | null;
    const isOver = working?.isResting === true && now - working.minute >= of.timeoutMinutes;
    if (isOver) working.isCancelled = true;
    const sign = of.enters[i]!;
    if (held !== null) isLeaving ||= of.leaves[i]!;
    else if (sign !== 0 && entry === null) {
      const limit = of.limitAt === null ? 0 : (sign > 0 ? down : up)(c * (1 - sign * of.limitAt));
      const amount = Math.floor((1000 * leverage * 1000) / (limit || c) + 1e-9) / 1000;
      entry = { sign, limit, amount, minute: now, isResting: false, isCancelled: false };
    }
    // Who asks at the close that withdraws an order finds its place taken.
    if (isOver && latencyMs === 0) entry = null;
  }
  if (held !== null) close(taken(-(held as Held).sign, last), fees.taker, candles.length * 5);
  return trades;
}
