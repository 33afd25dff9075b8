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
  readonly candle: BarCandle;
  readonly position: PositionView | null;
  readonly account: AccountView;
  /** State per pair: persisted and journalled. Keep plain data in it. */
  readonly store: Record<string, unknown>;
}
