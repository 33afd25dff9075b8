import type { AccountView, PositionView } from '../domain/views.ts';
import type { Strategy } from './strategy.ts';
import type { Views } from './view.ts';

/** The candle that just closed. Times ms UTC; `time` is its opening. */
export interface BarCandle {
  readonly time: number;
  readonly closeTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** What `onCandle` receives at the close of each candle. */
export interface Bar<S extends Strategy = Strategy> {
  readonly f: Views<ReturnType<S['features']>>;
  readonly pair: string;
  /** When it is asked: the candle's close, ms UTC, as in every other callback. */
  readonly time: number;
  readonly candle: BarCandle;
  readonly position: PositionView | null;
  readonly account: AccountView;
  /** State per pair: persisted and journalled. Keep plain data in it. */
  readonly store: Record<string, unknown>;
}

/** The bar of a pair: one object for a run, whose candle and views move. */
export class PairBar implements Bar {
  declare readonly f: Bar['f'];
  declare readonly pair: string;
  declare readonly candle: BarCandle;
  position: PositionView | null = null;
  declare readonly account: AccountView;
  readonly store: Record<string, unknown> = {};

  constructor(f: Bar['f'], pair: string, candle: BarCandle, account: AccountView) {
    this.f = f;
    this.pair = pair;
    this.candle = candle;
    this.account = account;
  }

  get time(): number {
    return this.candle.closeTime;
  }
}
