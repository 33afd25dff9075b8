import type { ExchangePort } from '../../ports/exchange.ts';

/** What a case needs: public data, an account that it only reads, or orders that it places with little money. */
export type CaseNeeds = 'public' | 'account' | 'orders';

/** What a case works with. */
export interface CaseContext {
  readonly exchange: ExchangePort;
  readonly pair: string;
  /** Resolves when something has become true. @throws Error after `ms` of wall time */
  readonly until: (what: string, isSo: () => boolean, ms?: number) => Promise<void>;
  /** A new client order id. */
  readonly newId: () => string;
}

/** One numbered acceptance case. It returns in words what it saw, and throws when the exchange is not as it should be. */
export interface AcceptanceCase {
  /** `M03`: M market data, A account, O orders. Never reused. */
  readonly id: string;
  readonly title: string;
  readonly needs: CaseNeeds;
  /** Why it does not apply to an exchange; null when it does. */
  readonly skip?: (exchange: ExchangePort) => string | null;
  readonly run: (context: CaseContext) => Promise<string>;
}

/** @throws Error saying what was expected */
export function must(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new Error(otherwise);
}
