import type { TradeState } from './trade-state.ts';

/**
 * The account as the reference engine sees it: fees leave it only with a trade's profit, and an unfilled entry ties its stake.
 * All in stake currency.
 */
export interface Wallet {
  readonly startingBalance: number;
  readonly tradableRatio: number;
  /** Sum of the profits of closed trades. */
  closedProfit: number;
  /** Stake that is tied already and still counts as free: see `fillWaiting`. */
  unseen: number;
}

/** Stakes of open trades. */
export function tiedStake(open: readonly TradeState[]): number {
  let sum = 0;
  for (const trade of open) sum += trade.stake;
  return sum;
}

/** Starting balance plus profits of closed trades plus realised profits of open ones, less open stakes. */
export function freeBalance(wallet: Wallet, open: readonly TradeState[]): number {
  let realised = 0;
  for (const trade of open) realised += trade.realised;
  // Profits first, as the reference engine adds them up: stakes go by the last bit.
  return wallet.startingBalance + (wallet.closedProfit + realised) - tiedStake(open);
}

/** What new stakes may use: the free balance, less what the tradable ratio keeps back. */
export function availableBalance(wallet: Wallet, open: readonly TradeState[]): number {
  const free = freeBalance(wallet, open) + wallet.unseen;
  if (wallet.tradableRatio >= 1) return free;
  const tied = tiedStake(open);
  return Math.min((free + tied) * wallet.tradableRatio - tied, free);
}
