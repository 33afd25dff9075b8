import { type BookEvents, EVENT, type LotGrid, SEE } from '../../book/book-events.ts';
import { PriceLadder } from '../../book/ladder.ts';
import { TopView } from '../../book/top-view.ts';
import { seeded } from '../../foundation/rng.ts';
import { midOf } from '../../microstructure/book-top.ts';
import { OrderFlowImbalance } from '../../microstructure/ofi.ts';
import { ParkinsonBlend } from '../../microstructure/parkinson-blend.ts';
import { TradeClassifier } from '../../microstructure/trade-classifier.ts';
import type {
  ClaimsData,
  ClassifierClaim,
  FlowClaim,
  ImbalanceClaim,
  ParkinsonClaim,
} from '../../report/ticks/claims-data.ts';

const LEVELS = 5;
const FLOW_SECONDS = [0.1, 0.5, 1, 2, 5, 10];
const AHEAD_SECONDS = [1, 5, 30];
const SAMPLE_NS = 1e8;
const MUCH = 0.65;

/** Holds the claims of the scalping document against recorded ticks, part by part: memory does not grow with their number. */
export class ClaimsMeter {
  readonly #grid: LotGrid;
  readonly #ladder = new PriceLadder();
  readonly #view: TopView;
  readonly #models = [1, LEVELS].map((levels) => new OrderFlowImbalance({ levels }));
  readonly #flow: [number, number] = [0, 0];
  readonly #spans = FLOW_SECONDS.map((seconds) => new FlowSpan(seconds));
  readonly #aheads = AHEAD_SECONDS.map((seconds) => new MovesAhead(seconds));
  readonly #lee = new TradeClassifier({ mode: 'leeReady' });
  readonly #tick = new TradeClassifier({ mode: 'tick' });
  readonly #classified = { trades: 0, byQuote: 0, rightQuote: 0, rightLeeReady: 0, rightTick: 0 };
  #time = Number.NaN;
  #nextSample = Number.NEGATIVE_INFINITY;
  #from = Number.NaN;
  #to = Number.NaN;
  #rows = 0;
  #trades = 0;

  constructor(grid: LotGrid) {
    this.#grid = grid;
    this.#view = new TopView(this.#ladder, LEVELS, grid);
  }

  /** Goes on through the local feed: the book counts after each message, a trade meets the book before its message changes it. */
  play({ length, see, kind, side, localTime, price, lots, originMs }: BookEvents): void {
    const ladder = this.#ladder;
    for (let i = 0; i < length; i++) {
      if ((see[i]! & SEE.local) === 0) continue;
      const time = localTime[i]!;
      if (time !== this.#time && ladder.hasBoth && !Number.isNaN(this.#time)) this.#onBook(this.#time);
      if (Number.isNaN(this.#from)) this.#from = originMs + time / 1e6;
      this.#to = originMs + time / 1e6;
      this.#time = time;
      this.#rows++;
      const what = kind[i]!;
      if (what === EVENT.trade) this.#onTrade(price[i]!, side[i]!);
      else if (what === EVENT.clear) ladder.clear(0, 0);
      else if (what === EVENT.depth) ladder.set(side[i]!, price[i]!, lots[i]!);
    }
  }

  /** @param windows simulated stretches that Parkinson's estimator is judged on */
  claims(pair: string, windows = 2_000): ClaimsData {
    const classifier: ClassifierClaim | null = this.#classified.trades > 0 ? { ...this.#classified } : null;
    return {
      pair,
      from: this.#from,
      to: this.#to,
      rows: this.#rows,
      trades: this.#trades,
      flow: this.#spans.map((span) => span.claim()),
      classifier,
      imbalance: this.#aheads.map((ahead) => ahead.claim()),
      parkinson: parkinsonClaim(windows),
    };
  }

  #onBook(time: number): void {
    const top = this.#view.refresh(time / 1e6);
    const mid = midOf(top);
    for (let k = 0; k < 2; k++) {
      const model = this.#models[k]!;
      model.update(top);
      if (!Number.isNaN(model.raw)) this.#flow[k]! += model.raw;
    }
    for (const span of this.#spans) span.add(time, mid, this.#flow);
    for (const ahead of this.#aheads) ahead.see(time, mid);
    if (time < this.#nextSample) return;
    this.#nextSample = time + SAMPLE_NS;
    let [bid, ask] = [0, 0];
    for (let k = 0; k < top.bids; k++) bid += top.bidSize[k]!;
    for (let k = 0; k < top.asks; k++) ask += top.askSize[k]!;
    if (bid / (bid + ask) > MUCH) for (const ahead of this.#aheads) ahead.wait(time, mid);
  }

  #onTrade(tick: number, aggressor: number): void {
    this.#trades++;
    const { tickSize } = this.#grid;
    const ladder = this.#ladder;
    if (ladder.hasBoth) this.#lee.quote(ladder.bestBid * tickSize, ladder.bestAsk * tickSize);
    const [lee, byTick] = [this.#lee.classify(tick * tickSize), this.#tick.classify(tick * tickSize)];
    if (aggressor === 0) return;
    const counts = this.#classified;
    counts.trades++;
    if (lee === aggressor) counts.rightLeeReady++;
    if (byTick === aggressor) counts.rightTick++;
    if (this.#lee.lastMethod !== 'quote') return;
    counts.byQuote++;
    if (lee === aggressor) counts.rightQuote++;
  }
}

/** Mid and summed flow at equal distances of time, and how the changes of one explain those of the other. */
class FlowSpan {
  readonly #seconds: number;
  /** Same interval, best price and all levels; then the next interval. */
  readonly #fits = [new Fit(), new Fit(), new Fit(), new Fit()] as const;
  #next = Number.NaN;
  /** The last book. */
  #mid = Number.NaN;
  #flow: readonly [number, number] = [0, 0];
  /** At the last grid point, and the flow of the interval before it. */
  #gridMid = Number.NaN;
  #gridFlow: readonly [number, number] = [0, 0];
  #before: readonly [number, number] | null = null;

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  add(time: number, mid: number, flow: readonly [number, number]): void {
    if (Number.isNaN(this.#next)) [this.#next, this.#mid, this.#flow] = [time, mid, [flow[0], flow[1]]];
    while (time >= this.#next) {
      this.#onGrid();
      this.#next += this.#seconds * 1e9;
    }
    [this.#mid, this.#flow] = [mid, [flow[0], flow[1]]];
  }

  #onGrid(): void {
    if (!Number.isNaN(this.#gridMid)) {
      const move = this.#mid - this.#gridMid;
      const flow = [this.#flow[0] - this.#gridFlow[0], this.#flow[1] - this.#gridFlow[1]] as const;
      this.#fits[0].add(flow[0], move);
      this.#fits[1].add(flow[1], move);
      if (this.#before) {
        this.#fits[2].add(this.#before[0], move);
        this.#fits[3].add(this.#before[1], move);
      }
      this.#before = flow;
    }
    [this.#gridMid, this.#gridFlow] = [this.#mid, this.#flow];
  }

  claim(): FlowClaim {
    const [best, five, bestNext, fiveNext] = this.#fits.map((fit) => fit.rSquared) as [number, number, number, number];
    return { seconds: this.#seconds, n: this.#fits[0].n, best, five, bestNext, fiveNext };
  }
}

/** Squared correlation of pairs that come one by one (Welford). */
class Fit {
  n = 0;
  #x = 0;
  #y = 0;
  #xx = 0;
  #yy = 0;
  #xy = 0;

  add(x: number, y: number): void {
    this.n++;
    const [dx, dy] = [x - this.#x, y - this.#y];
    this.#x += dx / this.n;
    this.#y += dy / this.n;
    this.#xx += dx * (x - this.#x);
    this.#yy += dy * (y - this.#y);
    this.#xy += dx * (y - this.#y);
  }

  get rSquared(): number {
    return this.#xx > 0 && this.#yy > 0 ? this.#xy ** 2 / (this.#xx * this.#yy) : Number.NaN;
  }
}

/** What the mid did some time after moments that were waited from. */
class MovesAhead {
  readonly #seconds: number;
  #waiting: { readonly due: number; readonly mid: number }[] = [];
  #first = 0;
  #up = 0;
  #down = 0;
  #sum = 0;

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  wait(time: number, mid: number): void {
    this.#waiting.push({ due: time + this.#seconds * 1e9, mid });
  }

  see(time: number, mid: number): void {
    for (; this.#first < this.#waiting.length && this.#waiting[this.#first]!.due <= time; this.#first++) {
      const before = this.#waiting[this.#first]!.mid;
      if (mid > before) this.#up++;
      else if (mid < before) this.#down++;
      this.#sum += ((mid - before) / before) * 1e4;
    }
    if (this.#first < 1024) return;
    this.#waiting = this.#waiting.slice(this.#first);
    this.#first = 0;
  }

  claim(): ImbalanceClaim {
    const [up, down] = [this.#up, this.#down];
    return { seconds: this.#seconds, up, down, meanBps: this.#sum / Math.max(1, up + down) };
  }
}

/** Variance of both estimators on simulated paths without drift. */
function parkinsonClaim(windows: number, bars = 20, steps = 200, step = 0.001): ParkinsonClaim {
  const rng = seeded('parkinson');
  const [range, close]: [number[], number[]] = [[], []];
  for (let w = 0; w < windows; w++) {
    const blend = new ParkinsonBlend({ window: bars });
    let price = 100;
    for (let bar = 0; bar <= bars; bar++) {
      let [high, low] = [price, price];
      for (let s = 0; s < steps; s++) {
        price *= Math.exp(step * rng.normal());
        high = Math.max(high, price);
        low = Math.min(low, price);
      }
      blend.add(high, low, price);
    }
    range.push(blend.parkinson ** 2);
    close.push(blend.realizedRms ** 2);
  }
  const mean = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0) / xs.length;
  const relative = (xs: readonly number[]) => {
    const centre = mean(xs);
    return mean(xs.map((x) => (x - centre) ** 2)) / centre ** 2;
  };
  return {
    windows,
    bars,
    steps,
    efficiency: relative(close) / relative(range),
    found: mean(range) / (steps * step ** 2),
  };
}
