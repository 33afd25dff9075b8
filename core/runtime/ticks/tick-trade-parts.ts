import type { ExchangeClock } from '../../exchange/exchange-clock.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import type { TradeStore } from '../../ports/trade-store.ts';
import type { LiveDesk } from '../trade/live-desk.ts';
import type { TradeLog, TradeSettings } from '../trade/trade-settings.ts';
import type { LiveVenue } from './live-venue.ts';
import type { PaperOptions, PaperTicks } from './paper-ticks.ts';
import type { RecordingSettings, SessionRecorder } from './session-recording.ts';
import type { TickTradeRows } from './tick-trade-rows.ts';

/** What a session on live books is started from. */
export interface TickTradeParts {
  readonly options: Omit<PaperOptions, 'markets' | 'exchange' | 'startMs' | 'journal'>;
  readonly pairs: readonly string[];
  readonly fee?: number;
  readonly settings: TradeSettings;
  /** Opened. */
  readonly exchange: ExchangePort;
  readonly store: TradeStore;
  readonly log: TradeLog;
  readonly clock: ExchangeClock;
  readonly onEnd: (error: Error | null) => void;
  /** Levels of the book to follow. */
  readonly levels?: number;
  /** All that comes to the session is recorded; absent: nothing is. */
  readonly recording?: RecordingSettings;
}

/** What a session on live books has been made of. */
export interface TickTradeMade {
  readonly paper: PaperTicks;
  readonly rows: TickTradeRows;
  readonly pairs: readonly string[];
  /** With real orders; null on paper. */
  readonly real: { readonly desk: LiveDesk; readonly venue: LiveVenue } | null;
  readonly recorder: SessionRecorder | null;
}
