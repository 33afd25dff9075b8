import { definePlugin, type PositionView, z } from 'tidegate';

const notionalOf = (position: PositionView) => position.amount * position.openRate;

/**
 * Hard limits on what may be open. Counts and leverage deny; notionals shrink the stake to what still fits, or deny when that is below
 * `minStake`. Notionals of open positions are at their entry prices.
 */
export default definePlugin({
  kind: 'risk',
  name: 'limits',
  version: '1.0.0',
  doc: 'limits on open positions, per pair and side, on notional, leverage and gross exposure',
  options: z.object({
    maxOpen: z.int().min(0).optional().describe('most open positions'),
    maxSameSide: z.int().min(0).optional().describe('most open positions of one side'),
    maxPerPair: z.int().min(0).optional().describe('most open positions of one pair'),
    maxLeverage: z.number().min(1).optional().describe('highest leverage of an entry'),
    maxNotional: z.number().positive().optional().describe('largest notional of one entry, stake currency'),
    maxPairNotional: z.number().positive().optional().describe('largest notional held in one pair, stake currency'),
    maxGrossExposure: z.number().positive().optional().describe('largest sum of notionals as a multiple of equity'),
    minStake: z.number().min(0).default(0).describe('a stake shrunk below this is denied'),
  }),
  create: (limits) => ({
    name: 'limits',
    review({ kind, pair, side, leverage }, stake, { account, openPositions }) {
      const deny = (reason: string) => ({ verdict: 'deny', reason }) as const;
      let open = 0;
      let sameSide = 0;
      let ofPair = 0;
      let gross = 0;
      let pairNotional = 0;
      for (const position of openPositions) {
        const notional = notionalOf(position);
        open++;
        gross += notional;
        if (position.side === side) sameSide++;
        if (position.pair !== pair) continue;
        ofPair++;
        pairNotional += notional;
      }
      if (kind === 'entry') {
        if (open >= (limits.maxOpen ?? Number.POSITIVE_INFINITY)) return deny('limit_open_positions');
        if (sameSide >= (limits.maxSameSide ?? Number.POSITIVE_INFINITY)) return deny('limit_same_side');
        if (ofPair >= (limits.maxPerPair ?? Number.POSITIVE_INFINITY)) return deny('limit_per_pair');
      }
      if (leverage > (limits.maxLeverage ?? Number.POSITIVE_INFINITY)) return deny('limit_leverage');
      const room = [
        ['limit_notional', limits.maxNotional ?? Number.POSITIVE_INFINITY],
        ['limit_pair_notional', (limits.maxPairNotional ?? Number.POSITIVE_INFINITY) - pairNotional],
        ['limit_gross_exposure', (limits.maxGrossExposure ?? Number.POSITIVE_INFINITY) * account.equity - gross],
      ] as const;
      let fits = stake;
      let reason = '';
      for (const [name, notional] of room)
        if (notional / leverage < fits) {
          fits = notional / leverage;
          reason = name;
        }
      if (reason === '') return { verdict: 'allow' };
      return fits > 0 && fits >= limits.minStake ? { verdict: 'shrink', stake: fits, reason } : deny(reason);
    },
  }),
});
