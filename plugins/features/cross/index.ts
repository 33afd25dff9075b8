import {
  beta,
  correl,
  definePlugin,
  historicalVolatility,
  logReturn,
  type Market,
  returnCorrelation,
  type Series,
  sma,
  spreadZscore,
  z,
} from 'tidegate';

/** A pair against others: strength, beta, correlation, who leads, and how many of the others rise. */
export default definePlugin({
  kind: 'feature',
  name: 'cross',
  version: '1.1.0',
  doc: 'a pair against others: relative strength, beta, correlation, lead and lag, market breadth',
  options: z.object({
    pairs: z
      .array(z.string().min(3))
      .min(1)
      .max(100)
      .optional()
      .describe(
        'the other pairs, the traded one left out; absent: BTC and ETH against the same currency, of the same kind (BTC/USDT:USDT for a perpetual)',
      ),
    period: z.int().min(3).max(10_000).default(48).describe('window of strength, beta and correlation, candles'),
    lags: z.array(z.int().min(1).max(500)).max(10).default([1, 3]).describe('how many candles the others may lead by'),
  }),
  create: ({ pairs, period, lags }) => ({
    name: 'cross',
    define(given) {
      const market = given as Market;
      const { close } = market.candles;
      const own = logReturn(close, 1);
      const others = (pairs ?? leadersFor(market.symbol)).filter((pair) => pair !== market.symbol);
      const out: Record<string, Series> = {};
      const above: Series[] = [];
      const rising: Series[] = [];
      for (const pair of others) {
        const other = market.pair(pair, (candles) => candles.close);
        const change = logReturn(other, 1);
        const name = (what: string) => `${what}_${pair}`;
        out[name('strength')] = logReturn(close, period).sub(logReturn(other, period));
        out[name('beta')] = beta(other, close, period);
        out[name('correlation')] = returnCorrelation(close, other, period);
        out[name('spreadZ')] = spreadZscore(close, other, period).z;
        out[name('volatilityRatio')] = historicalVolatility(close, period).vol.div(
          historicalVolatility(other, period).vol,
        );
        // How far what the other did some candles ago goes with what this one does now, against the reverse.
        for (const lag of lags)
          out[`${name('lead')}_${lag}`] = correl(own, change.shift(lag), period).sub(
            correl(own.shift(lag), change, period),
          );
        above.push(other.gt(sma(other, period)));
        rising.push(change.gt(0));
      }
      const share = (parts: readonly Series[]) => parts.reduce((sum, x) => sum.add(x)).div(parts.length);
      if (others.length === 0) out.rising = own.gt(0);
      else {
        out.breadth = share(above);
        out.rising = share(rising);
        out.marketReturn = share(
          others.map((pair) =>
            logReturn(
              market.pair(pair, (c) => c.close),
              period,
            ),
          ),
        );
        out.againstMarket = logReturn(close, period).sub(out.marketReturn);
      }
      return out;
    },
  }),
});

/** BTC and ETH quoted and settled as a pair is: `BTC/USDT:USDT` for `SOL/USDT:USDT`. */
function leadersFor(symbol: string): readonly string[] {
  const [, quoted = '/USDT'] = /^[^/]+(\/.+)$/.exec(symbol) ?? [];
  return [`BTC${quoted}`, `ETH${quoted}`];
}
