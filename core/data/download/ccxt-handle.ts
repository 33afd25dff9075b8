import type { LeverageTier } from '../../domain/instrument.ts';

type Rows = Promise<readonly (readonly (number | undefined)[])[]>;
type Page = { readonly timestamp?: number | undefined };

/** The part of a ccxt exchange that downloading uses. */
export interface CcxtHandle {
  readonly rateLimit: number;
  /** ccxt's precision mode: 4 = tick sizes, 2 = decimals. */
  readonly precisionMode: number;
  readonly last_response_headers?: Readonly<Record<string, string>> | undefined;
  readonly last_http_response?: unknown;
  readonly markets: Readonly<Record<string, CcxtMarket>> | undefined;
  readonly has: Readonly<Record<string, unknown>>;
  fetchTime(): Promise<number | undefined>;
  loadMarkets(reload: boolean): Promise<unknown>;
  fetchOHLCV(symbol: string, timeframe: string, since: number, limit: number, params?: object): Rows;
  fetchFundingRateHistory(
    symbol: string,
    since: number,
    limit: number,
  ): Promise<readonly (Page & { fundingRate?: number | undefined })[]>;
  fetchOpenInterestHistory(
    symbol: string,
    timeframe: string,
    since: number,
    limit: number,
  ): Promise<readonly (Page & { openInterestAmount?: number | undefined; openInterestValue?: number | undefined })[]>;
  fetchTrades(
    symbol: string,
    since: number,
    limit: number,
  ): Promise<
    readonly (Page & { price?: number | undefined; amount?: number | undefined; side?: string | undefined })[]
  >;
  fetchOrderBook(
    symbol: string,
    limit: number,
  ): Promise<Page & { bids: readonly number[][]; asks: readonly number[][] }>;
  close(): Promise<unknown>;
}

/** What is used of a market as ccxt describes it. */
export interface CcxtMarket {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly settle?: string | undefined;
  readonly spot?: boolean | undefined;
  readonly swap?: boolean | undefined;
  readonly linear?: boolean | undefined;
  readonly active?: boolean | undefined;
  readonly contractSize?: number | undefined;
  readonly maker?: number | undefined;
  readonly taker?: number | undefined;
  readonly precision?: { readonly price?: number | undefined; readonly amount?: number | undefined } | undefined;
  readonly limits?:
    | {
        readonly amount?: { readonly min?: number | undefined } | undefined;
        readonly cost?: { readonly min?: number | undefined } | undefined;
        readonly leverage?: { readonly max?: number | undefined } | undefined;
      }
    | undefined;
  readonly tiers?: readonly LeverageTier[] | undefined;
}
