/** Why money moved, as `/fapi/v1/income` names it; spot rows use the last two. */
export type IncomeType =
  | 'TRANSFER'
  | 'REALIZED_PNL'
  | 'COMMISSION'
  | 'FUNDING_FEE'
  | 'INSURANCE_CLEAR'
  | 'SPOT_TRADE'
  | 'SPOT_COMMISSION';

/** One movement of money, in units of 1e-8 of its asset. */
export interface IncomeRow {
  readonly tranId: number;
  readonly venue: 'spot' | 'futures';
  readonly symbol: string;
  readonly type: IncomeType;
  readonly asset: string;
  readonly money: number;
  readonly time: number;
  readonly tradeId: number | null;
}

/** The ground truth of money: every movement, in order. Sums of it are the balances, exactly. */
export class Ledger {
  readonly rows: IncomeRow[] = [];

  add(row: Omit<IncomeRow, 'tranId'>): void {
    if (row.money === 0) return;
    this.rows.push({ tranId: this.rows.length + 1, ...row });
  }

  /** Sum of all movements of an asset in one market, units of 1e-8. */
  sum(venue: 'spot' | 'futures', asset: string): number {
    let sum = 0;
    for (const row of this.rows) if (row.venue === venue && row.asset === asset) sum += row.money;
    return sum;
  }
}
