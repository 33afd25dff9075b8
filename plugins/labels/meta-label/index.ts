import { barrierLabels, definePlugin, ema, historicalVolatility, metaLabels, runFeature, z } from 'tidegate';

/**
 * Whether a primary rule's trade would make money: a model that learns this says when to follow the rule, and how sure (López de Prado 2018). The rule
 * is a crossing of two averages, its trade ends at barriers; only candles at which it would enter have a label.
 */
export default definePlugin({
  kind: 'label',
  name: 'meta-label',
  version: '1.0.0',
  doc: 'whether the trade of a primary rule (a crossing of averages) would make money',
  options: z.object({
    fast: z.int().min(2).max(10_000).default(12).describe('candles of the fast average'),
    slow: z.int().min(3).max(10_000).default(26).describe('candles of the slow average'),
    profit: z.number().positive().default(2).describe('distance of the profit barrier, in volatilities of one candle'),
    stop: z.number().positive().default(1).describe('distance of the stop barrier, in volatilities of one candle'),
    horizon: z.int().min(1).max(100_000).default(24).describe('candles ahead at most'),
    period: z.int().min(2).max(100_000).default(50).describe('past candles that the volatility is taken over'),
    events: z
      .enum(['crossings', 'all'])
      .default('crossings')
      .describe('all: every candle, on the side of the averages'),
  }),
  create: ({ fast, slow, profit, stop, horizon, period, events }) => ({
    name: 'meta-label',
    horizon,
    classes: 2,
    label({ close, high, low, length }) {
      const average = (n: number) => runFeature(ema.definition, { period: n }, [close])[0]!;
      const [quick, calm] = [average(fast), average(slow)];
      const [volatility] = runFeature(historicalVolatility.definition, { period }, [close]);
      const side = quick.map((x, i) => Math.sign(x - calm[i]!));
      const rows: number[] = [];
      for (let i = 1; i < length; i++) {
        const isSided = side[i] === 1 || side[i] === -1;
        const hasCrossed = side[i - 1] === -side[i]! || side[i - 1] === 0;
        if (isSided && (events === 'all' || hasCrossed)) rows.push(i);
      }
      const found = metaLabels(
        barrierLabels({ close, high, low, volatility: volatility! }, Int32Array.from(rows), {
          profit,
          stop,
          horizon,
          side,
        }),
      );
      const out = new Float64Array(length).fill(Number.NaN);
      for (const [k, i] of rows.entries()) out[i] = found[k]!;
      return out;
    },
  }),
});
