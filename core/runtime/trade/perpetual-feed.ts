import { timeframe } from '../../domain/timeframe.ts';
import type { MarketClock } from '../../exchange/market-clock.ts';
import type {
  ExchangePort,
  FundingRateEvent,
  OpenInterestEvent,
  StreamState,
  Subscription,
} from '../../ports/exchange.ts';
import type { CandleTurns } from './candle-turns.ts';
import type { StreamedSeries } from './live-grids.ts';
import type { TradeLog } from './trade-settings.ts';

/** A mark candle of which a longer stretch was not heard is asked for. */
const MOST_SILENCE_MS = 30_000;

interface PerpetualFeedParts {
  readonly exchange: ExchangePort;
  readonly candles: CandleTurns;
  readonly market: MarketClock;
  readonly timeframe: string;
  /** What features read. */
  readonly streamed: readonly StreamedSeries[];
  /** Pairs whose settlements nobody else books: those of a dry-run on perpetuals, told of mark prices as well. */
  readonly settles: readonly string[];
  readonly marked: (pair: string, price: number) => void;
  readonly log: TradeLog;
  readonly block: (pair: string, source: string, reason: string | null) => void;
}

interface MarkCandle {
  readonly openTime: number;
  readonly open: number;
  high: number;
  low: number;
  close: number;
  /** All of it was heard. */
  isWhole: boolean;
}

interface PairStream {
  /** What the stream told last. */
  last: FundingRateEvent | null;
  candle: MarkCandle | null;
}

/**
 * Funding, mark prices and open interest of perpetuals on their way to the loop, each row as of when a backtest would know it: a rate at its settlement
 * (the last one that was told for it), a mark candle at its close, open interest as it is published.
 */
export class PerpetualFeed {
  readonly #parts: PerpetualFeedParts;
  readonly #pairs = new Map<string, PairStream>();
  readonly #ofType: Readonly<Record<StreamedSeries['type'], ReadonlySet<string>>>;
  #streams: Subscription[] = [];

  constructor(parts: PerpetualFeedParts) {
    this.#parts = parts;
    const of = (type: StreamedSeries['type']) =>
      new Set(parts.streamed.filter((series) => series.type === type).map(({ pair }) => pair));
    this.#ofType = { funding: of('funding'), mark: of('mark'), oi: of('oi') };
    const heard = new Set([...this.#ofType.funding, ...this.#ofType.mark, ...parts.settles]);
    for (const pair of heard) this.#pairs.set(pair, { last: null, candle: null });
  }

  open(): void {
    const { exchange } = this.#parts;
    const { funding, mark, oi } = this.#ofType;
    if (this.#pairs.size > 0)
      this.#streams.push(
        exchange.watchFunding([...this.#pairs.keys()], {
          event: (event) => this.#onFunding(event),
          state: (state) => this.#onState('funding', state, funding.has(state.pair) || mark.has(state.pair)),
        }),
      );
    if (oi.size > 0)
      this.#streams.push(
        exchange.watchOpenInterest([...oi], {
          event: (event) => this.#onOpenInterest(event),
          state: (state) => this.#onState('open interest', state, true),
        }),
      );
  }

  close(): void {
    for (const stream of this.#streams.splice(0)) stream.close();
  }

  /** Ends the periods and mark candles that are over by now. */
  settle(): void {
    const now = this.#parts.market.now();
    for (const [pair, stream] of this.#pairs) {
      const { last, candle } = stream;
      if (last !== null && last.nextAt <= now) this.#settled(pair, stream, last);
      if (candle !== null && this.#closeOf(candle.openTime) <= now) this.#closed(pair, stream, candle);
    }
  }

  #onFunding(event: FundingRateEvent): void {
    const { market } = this.#parts;
    market.heard(event.exchangeTime);
    this.settle();
    const { pair } = event;
    const stream = this.#pairs.get(pair);
    if (stream === undefined) return;
    this.#parts.marked(pair, event.mark);
    // A rate that was told late belongs to a period that is over.
    const { last } = stream;
    if (Number.isFinite(event.rate) && event.nextAt > market.now()) stream.last = event;
    else if (last !== null && event.mark > 0) stream.last = { ...last, mark: event.mark };
    if (this.#ofType.mark.has(pair) && event.mark > 0) this.#priced(stream, event.exchangeTime, event.mark);
  }

  #settled(pair: string, stream: PairStream, { nextAt, rate, mark }: FundingRateEvent): void {
    const { candles, settles } = this.#parts;
    stream.last = null;
    if (this.#ofType.funding.has(pair))
      candles.streamed({ pair, type: 'funding', row: [nextAt, rate], available: nextAt });
    if (settles.includes(pair)) candles.settleFunding(pair, nextAt, rate, mark);
  }

  #priced(stream: PairStream, time: number, price: number): void {
    const { candle } = stream;
    const openTime = timeframe(this.#parts.timeframe).openOf(time);
    if (candle !== null && openTime < candle.openTime) return;
    if (candle === null || openTime > candle.openTime) {
      const isWhole = time - openTime <= MOST_SILENCE_MS;
      stream.candle = { openTime, open: price, high: price, low: price, close: price, isWhole };
      return;
    }
    candle.high = Math.max(candle.high, price);
    candle.low = Math.min(candle.low, price);
    candle.close = price;
  }

  #closed(pair: string, stream: PairStream, { openTime, open, high, low, close, isWhole }: MarkCandle): void {
    stream.candle = null;
    if (isWhole) this.#marked(pair, [openTime, open, high, low, close, 0], this.#closeOf(openTime));
    else void this.#ask(pair, openTime);
  }

  /** A candle that was not heard whole comes from REST, known when it comes. */
  async #ask(pair: string, openTime: number): Promise<void> {
    const { exchange, timeframe: frame, market, log } = this.#parts;
    try {
      for (const candle of await exchange.fetchMarkCandles(pair, frame, openTime, 1)) {
        const { open, high, low, close } = candle;
        if (candle.openTime === openTime) this.#marked(pair, [openTime, open, high, low, close, 0], market.now());
      }
    } catch (error) {
      log('warn', 'mark.missing', { pair, openTime, reason: (error as Error).message });
    }
  }

  #marked(pair: string, row: readonly number[], available: number): void {
    this.#parts.candles.streamed({ pair, type: 'mark', row, available });
  }

  #onOpenInterest({ pair, exchangeTime, amount, value }: OpenInterestEvent): void {
    this.#parts.market.heard(exchangeTime);
    this.#parts.candles.streamed({ pair, type: 'oi', row: [exchangeTime, amount, value], available: exchangeTime });
  }

  #onState(source: string, { pair, state, reason }: StreamState, isRead: boolean): void {
    this.#parts.log(state === 'live' ? 'debug' : 'warn', 'stream', { source, pair, state, reason });
    const candle = this.#pairs.get(pair)?.candle;
    if (state === 'stale' && candle) candle.isWhole = false;
    if (isRead) this.#parts.block(pair, source, state === 'stale' ? 'stale_data' : null);
  }

  #closeOf(openTime: number): number {
    return timeframe(this.#parts.timeframe).closeOf(openTime);
  }
}
