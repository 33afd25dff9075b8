import { real, Strategy } from 'tidegate';

/**
 * Quotes by the asymptotic solution of Guéant, Lehalle and Fernandez-Tapia (Mathematics and Financial Economics 7(4), 2013):
 * half spread = c1 + σ c2 / 2, skew per order held = σ c2, with c1 = ln(1 + γ/k) / γ and
 * c2 = sqrt(γ / (2 A k) (1 + γ/k)^(1 + k/γ)). A and k are fitted to how far trades reach, σ is measured, γ is the risk aversion.
 */
export default class MarketMakerGlft extends Strategy {
  override canShort = true;
  override stoploss = -1;

  p = this.tune({
    gamma: real(0.001, 10, 0.05, { log: true }),
    notional: real(10, 1e6, 500, { log: true }),
    maxOrders: real(1, 100, 10),
    spreadFactor: real(0.1, 10, 1, { log: true }),
    leastBps: real(0, 50, 0.5),
  });

  override ticks() {
    return { timerMs: 500, micro: {} };
  }

  override onTimer() {
    const { mid, volatility, intensity, liquidity } = this.micro;
    const { a, k } = intensity.fit;
    const state = this.bookState;
    if (!this.gate('book', state === 'live' && !liquidity.isDepthShock, liquidity.isDepthShock ? 'depth shock' : state))
      return this.quote({ bids: [], asks: [] });
    const isFitted = a > 0 && k > 0 && volatility > 0;
    if (!this.gate('calibration', isFitted, isFitted ? 'fitted' : 'trades are too few yet', k)) return;
    const { gamma, notional, maxOrders, spreadFactor, leastBps } = this.p;
    const amount = notional / mid;
    const c1 = Math.log(1 + gamma / k) / gamma;
    const c2 = Math.sqrt((gamma / (2 * a * k)) * (1 + gamma / k) ** (1 + k / gamma));
    const half = Math.max(spreadFactor * (c1 + (volatility * c2) / 2), (mid * leastBps) / 1e4);
    const q = this.inventory / amount;
    const skew = volatility * c2 * q;
    this.quote({
      bids: q < maxOrders ? [{ price: Math.min(mid, mid - half - skew), amount }] : [],
      asks: q > -maxOrders ? [{ price: Math.max(mid * (1 + 1e-9), mid + half - skew), amount }] : [],
    });
  }
}
