import { real, Strategy } from 'tidegate';

/**
 * Quotes around the reservation price of Avellaneda and Stoikov (Quantitative Finance 8(3), 2008):
 * r = mid - q γ σ² τ and half spread = γ σ² τ / 2 + ln(1 + γ / k) / γ, with q in orders held, σ per √s measured, k fitted from trades.
 * The horizon τ does not run out: it is the time over which inventory should be worked off.
 */
export default class MarketMakerAvellanedaStoikov extends Strategy {
  override canShort = true;
  override stoploss = -1;

  p = this.tune({
    gamma: real(0.001, 10, 0.05, { log: true }),
    horizonSeconds: real(1, 3600, 30, { log: true }),
    notional: real(10, 1e6, 500, { log: true }),
    maxOrders: real(1, 100, 5),
    leastBps: real(0, 50, 0.5),
  });

  override ticks() {
    return { timerMs: 500, micro: {} };
  }

  override onTimer() {
    const { mid, volatility, intensity, liquidity } = this.micro;
    const state = this.bookState;
    const isOpen = state === 'live' && !liquidity.isDepthShock;
    const isKnown = volatility > 0;
    if (
      !this.gate('book', isOpen, liquidity.isDepthShock ? 'depth shock' : state) ||
      !this.gate('volatility', isKnown, isKnown ? 'known' : 'not known yet', volatility)
    )
      return this.quote({ bids: [], asks: [] });
    const { gamma, horizonSeconds, notional, maxOrders, leastBps } = this.p;
    const amount = notional / mid;
    const q = this.inventory / amount;
    const risk = gamma * volatility ** 2 * horizonSeconds;
    const { k } = intensity.fit;
    const half = Math.max(risk / 2 + (k > 0 ? Math.log(1 + gamma / k) / gamma : 0), (mid * leastBps) / 1e4);
    const reservation = mid - q * risk;
    this.quote({
      // Never beyond mid: a quote that would take is refused by post-only anyway.
      bids: q < maxOrders ? [{ price: Math.min(mid, reservation - half), amount }] : [],
      asks: q > -maxOrders ? [{ price: Math.max(mid * (1 + 1e-9), reservation + half), amount }] : [],
    });
  }
}
