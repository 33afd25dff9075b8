import { type FillView, real, Strategy } from 'tidegate';

interface PendingFill {
  readonly at: number;
  readonly sign: number;
  readonly price: number;
}

interface Memory {
  spreadFactor: number;
  fills: PendingFill[];
  pausedUntil: number;
  best: number;
}

/**
 * The adaptive market maker: spread by volatility and confidence, prices and sizes skewed by prediction and inventory target, position limits
 * by regime, a trailing stop on the inventory's result, and a spread factor that its own markouts drive: worse fills, wider quotes.
 */
export default class MarketMakerAdaptive extends Strategy {
  override canShort = true;
  override stoploss = -1;

  p = this.tune({
    notional: real(10, 1e6, 500, { log: true }),
    maxOrders: real(1, 100, 6),
    leastBps: real(0, 50, 0.5),
    volSeconds: real(0.1, 600, 5, { log: true }),
    targetShare: real(0, 1, 0.3),
    stopVols: real(0.5, 50, 8),
    pauseMs: real(0, 600_000, 10_000),
    markoutMs: real(100, 60_000, 5000),
    learningRate: real(0, 1, 0.1),
  });

  /** What it remembers of the pair at hand. */
  get memory(): Memory {
    const store = this.pairStore as Partial<Memory>;
    store.spreadFactor ??= 1;
    store.fills ??= [];
    store.pausedUntil ??= 0;
    store.best ??= 0;
    return store as Memory;
  }

  override ticks() {
    return { timerMs: 500, micro: {} };
  }

  override onFill({ time, side, price }: FillView) {
    this.memory.fills.push({ at: time + this.p.markoutMs, sign: side === 'buy' ? 1 : -1, price });
  }

  override onTimer(time: number) {
    const { mid, volatility, regime, vpin, liquidity } = this.micro;
    this.learn(time);
    const state = this.bookState;
    const isOpen = state === 'live' && !liquidity.isDepthShock;
    const isKnown = volatility > 0;
    if (
      !this.gate('book', isOpen, liquidity.isDepthShock ? 'depth shock' : state) ||
      !this.gate('volatility', isKnown, isKnown ? 'known' : 'not known yet', volatility)
    )
      return this.quote({ bids: [], asks: [] });
    const isStopped = this.isStopped(time);
    if (!this.gate('inventory-stop', !isStopped, isStopped ? 'trailing stop on inventory' : 'within the trailing stop'))
      return;
    const { direction, confidence } = this.prediction(time);
    const toxicity = vpin?.isReady ? vpin.multiplier : 0.25;
    const limit = this.p.maxOrders * regime.multiplier * toxicity;
    this.gate(
      'limit',
      limit >= 1,
      `${regime.spread}, ${regime.depth}, ${regime.activity}, VPIN ${vpin?.regime ?? 'unknown'}`,
      limit,
    );
    const amount = this.p.notional / mid;
    const q = this.inventory / amount;
    const away = q - direction * confidence * this.p.targetShare * limit;
    const factor = this.memory.spreadFactor * (1.5 - confidence);
    const half = Math.max(volatility * Math.sqrt(this.p.volSeconds) * factor, (mid * this.p.leastBps) / 1e4);
    const skew = (half * away) / Math.max(1, limit) - half * 0.5 * direction * confidence;
    const size = amount * (0.5 + 0.5 * confidence);
    this.quote({
      bids: q < limit ? [{ price: Math.min(mid, mid - half - skew), amount: away > 0 ? size * 0.5 : size }] : [],
      asks:
        q > -limit
          ? [{ price: Math.max(mid * (1 + 1e-9), mid + half - skew), amount: away < 0 ? size * 0.5 : size }]
          : [],
    });
  }

  /** Flow, reversion and book together; without agreement there is no prediction. */
  prediction(time: number): { direction: number; confidence: number } {
    const { ofi, ou } = this.micro;
    const signals = [Math.tanh((ofi.z || 0) / 2), ou.signal, this.micro.bookDirection(time)];
    const { accepted, confidence, direction } = this.micro.agreementOf(signals);
    this.gate('prediction', accepted, accepted ? 'the models agree' : 'the models disagree', confidence);
    return accepted ? { direction, confidence } : { direction: 0, confidence: 0 };
  }

  /** True while quoting pauses after the inventory lost more than `stopVols` deviations from its best. */
  isStopped(time: number): boolean {
    const { position } = this;
    const { mid, volatility } = this.micro;
    if (time < this.memory.pausedUntil) return true;
    if (!position) {
      this.memory.best = 0;
      return false;
    }
    const gain = position.sign * (mid - position.openRate);
    this.memory.best = Math.max(this.memory.best, gain);
    if (this.memory.best - gain < this.p.stopVols * volatility) return false;
    this.memory.pausedUntil = time + this.p.pauseMs;
    this.quote({ bids: [], asks: [] });
    this.orders.submit({
      side: position.sign > 0 ? 'sell' : 'buy',
      amount: position.amount,
      reduceOnly: true,
      tag: 'inventory-stop',
    });
    return true;
  }

  /** Moves the spread factor by how prices went on after own fills. */
  learn(time: number) {
    const { fills } = this.memory;
    const { mid } = this.micro;
    while (fills.length > 0 && fills[0]!.at <= time) {
      const { sign, price } = fills.shift()!;
      const isGood = sign * (mid - price) > 0;
      const factor = this.memory.spreadFactor * (1 + this.p.learningRate * (isGood ? -0.1 : 0.1));
      this.memory.spreadFactor = Math.min(3, Math.max(0.5, factor));
    }
  }
}
