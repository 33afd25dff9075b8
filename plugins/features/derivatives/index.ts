import {
  definePlugin,
  joinSeries,
  logReturn,
  type Market,
  percentileRank,
  type Series,
  sma,
  sourceSeries,
  z,
  zscore,
} from 'tidegate';
import { liquidationClusters } from './liquidation-clusters.ts';

const part = z.enum(['funding', 'openInterest', 'basis', 'liquidations']);

/** What perpetual futures tell: who pays to hold, how much is held, how far the contract is from its mark, where positions were closed by force. */
export default definePlugin({
  kind: 'feature',
  name: 'derivatives',
  version: '1.0.0',
  doc: 'funding and squeeze flags, open interest and coil flag, basis, liquidation clusters',
  options: z.object({
    parts: z
      .array(part)
      .min(1)
      .default(['funding', 'openInterest', 'basis', 'liquidations'])
      .describe('which of funding, openInterest, basis and liquidations; each needs its data'),
    period: z.int().min(2).max(10_000).default(24).describe('window of price and open interest, candles'),
    fundingPeriod: z.int().min(3).max(5000).default(90).describe('window of the funding z-score, settlements'),
    squeeze: z.number().positive().default(1.5).describe('deviations of funding from which one side is crowded'),
    coilPeriod: z.int().min(10).max(20_000).default(200).describe('window in which the coil compares itself, candles'),
    coilRank: z.number().min(50).max(100).default(80).describe('percent rank of open interest per volume for a coil'),
    coilMove: z.number().min(0).max(100).default(40).describe('highest percent rank of the price movement in a coil'),
    levelWidth: z.number().min(0.0001).max(0.2).default(0.005).describe('height of a liquidation level, of its price'),
    levelHalfLife: z.number().positive().default(72).describe('hours in which a liquidation loses half its weight'),
  }),
  create: (options) => ({
    name: 'derivatives',
    define(given) {
      const market = given as Market;
      const { close, volume } = market.candles;
      const { period } = options;
      const out: Record<string, Series> = {};
      const events = (type: string, field: string) => sourceSeries({ pair: market.symbol, timeframe: '', type }, field);
      const bring = (series: Series) => joinSeries(series, close.grid);
      const move = logReturn(close, period);

      if (options.parts.includes('funding')) {
        // Over settlements, not candles: a rate that stands for eight hours counts once.
        const score = bring(zscore(events('funding', 'rate'), options.fundingPeriod));
        out.funding = market.funding;
        out.fundingZ = score;
        out.fundingDivergence = zscore(move, Math.max(2, 4 * period)).sub(score);
        // Shorts pay to stay while price rises: they will have to buy. And the reverse.
        out.shortSqueeze = score.lt(-options.squeeze).and(move.gt(0));
        out.longSqueeze = score.gt(options.squeeze).and(move.lt(0));
      }
      if (options.parts.includes('openInterest')) {
        const held = market.openInterest;
        const perVolume = held.div(sma(volume, period));
        out.openInterestDelta = held.sub(held.shift(1)).div(held);
        out.openInterestChange = held.div(held.shift(period)).sub(1);
        // New money behind a move (above 0), or positions being closed (below).
        out.openInterestPrice = out.openInterestChange.mul(iffSign(move));
        out.openInterestVolume = perVolume;
        out.coil = percentileRank(perVolume, options.coilPeriod)
          .gte(options.coilRank)
          .and(percentileRank(move.abs(), options.coilPeriod).lte(options.coilMove));
      }
      if (options.parts.includes('basis')) {
        out.basis = close.div(market.mark.close).sub(1);
        out.basisZ = zscore(out.basis, 4 * period);
      }
      if (options.parts.includes('liquidations')) {
        const clusters = liquidationClusters(
          close,
          {
            when: events('liquidations', 'time'),
            price: events('liquidations', 'price'),
            amount: events('liquidations', 'amount'),
          },
          bring,
          { width: options.levelWidth, halfLife: options.levelHalfLife },
        );
        out.liquidationsAbove = clusters.above;
        out.liquidationsAboveShare = clusters.aboveShare;
        out.liquidationsBelow = clusters.below;
        out.liquidationsBelowShare = clusters.belowShare;
      }
      return out;
    },
  }),
});

/** 1 where x > 0, -1 where x < 0, else 0. */
const iffSign = (x: Series) => x.gt(0).sub(x.lt(0));
