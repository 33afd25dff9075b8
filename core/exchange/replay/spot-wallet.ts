/** One asset of a spot account, money units of 1e-8. */
export interface SpotBalance {
  free: number;
  locked: number;
}

/** Balances of a spot account by asset. */
export class SpotWallet {
  readonly balances = new Map<string, SpotBalance>();

  of(asset: string): SpotBalance {
    let found = this.balances.get(asset);
    if (!found) {
      found = { free: 0, locked: 0 };
      this.balances.set(asset, found);
    }
    return found;
  }
}
