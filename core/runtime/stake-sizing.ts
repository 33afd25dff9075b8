import type { SizingModule } from '../ports/trading-modules.ts';

/** The sizing that `stakeAmount` in the configuration means: a fixed stake, or equity shared among the slots. */
export function stakeSizing(stakeAmount: number | 'unlimited', tradableBalanceRatio: number): SizingModule {
  if (stakeAmount === 'unlimited')
    return {
      name: 'unlimited',
      stake: (_intent, { account, maxOpenPositions }) =>
        Math.min((account.equity * tradableBalanceRatio) / maxOpenPositions, account.free * tradableBalanceRatio),
    };
  return { name: 'fixed-stake', stake: () => stakeAmount };
}
