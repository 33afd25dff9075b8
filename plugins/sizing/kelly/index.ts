import { type ClosedTrades, definePlugin, z } from 'tidegate';

/**
 * Kelly's fraction of the closed trades, f = p − (1 − p) / b with win rate p and payoff ratio b = mean win / mean loss (Kelly, 1956), taken in
 * part and capped. Without enough trades it falls back to a stated fraction; with no edge (f <= 0) it does not trade.
 */
export default definePlugin({
  kind: 'sizing',
  name: 'kelly',
  version: '1.0.0',
  doc: "a part of Kelly's fraction of equity, from the latest closed trades, capped",
  options: z.object({
    part: z.number().gt(0).max(1).default(0.5).describe("part of Kelly's fraction that is staked: 0.5 = half Kelly"),
    maxFraction: z.number().gt(0).max(1).default(0.25).describe('most of equity that one entry may take'),
    trades: z.int().min(2).max(100_000).default(100).describe('latest closed trades that count'),
    minTrades: z.int().min(2).max(100_000).default(30).describe('closed trades needed before the fraction is believed'),
    fallback: z.number().min(0).max(1).default(0.02).describe('fraction of equity until then; 0 = do not trade'),
    perPair: z.boolean().default(false).describe('count trades of the same pair only'),
    basis: z
      .enum(['stake', 'loss'])
      .default('stake')
      .describe(
        'stake: the fraction is the stake, as if all of it could be lost; loss: it is what a mean loss costs, so stakes are larger',
      ),
  }),
  create: ({ part, maxFraction, trades, minTrades, fallback, perPair, basis }) => ({
    name: 'kelly',
    stake(intent, { account, closed }) {
      const seen = tally(closed, trades, perPair ? intent.pair : null);
      let fraction = fallback;
      if (seen.wins + seen.losses >= minTrades) {
        const kelly = kellyFraction(seen);
        const worth = basis === 'loss' && seen.meanLoss > 0 ? kelly / seen.meanLoss : kelly;
        fraction = part * worth;
      }
      return Math.max(0, Math.min(Math.min(fraction, maxFraction) * account.equity, account.free));
    },
  }),
});

/** Wins and losses of the latest trades, with their mean sizes as ratios of the stake (both positive). */
interface Tally {
  readonly wins: number;
  readonly losses: number;
  readonly meanWin: number;
  readonly meanLoss: number;
}

function tally(closed: ClosedTrades, most: number, pair: string | null): Tally {
  let wins = 0;
  let losses = 0;
  let won = 0;
  let lost = 0;
  for (let k = 0; k < closed.count && wins + losses < most; k++) {
    if (pair !== null && closed.pair(k) !== pair) continue;
    const ratio = closed.profitRatio(k);
    if (ratio > 0) {
      wins++;
      won += ratio;
    } else {
      losses++;
      lost -= ratio;
    }
  }
  return { wins, losses, meanWin: wins > 0 ? won / wins : 0, meanLoss: losses > 0 ? lost / losses : 0 };
}

/** 0 where there is no edge; the win rate where nothing was ever lost. */
function kellyFraction({ wins, losses, meanWin, meanLoss }: Tally): number {
  const winRate = wins / (wins + losses);
  if (meanLoss === 0) return winRate;
  if (meanWin === 0) return 0;
  return Math.max(0, winRate - (1 - winRate) / (meanWin / meanLoss));
}
