import { timeframe } from '../../domain/timeframe.ts';
import { EVENT } from '../../engine/events.ts';
import type { MarketClock } from '../../exchange/market-clock.ts';
import type { CandleEvent, ExchangePort, StreamState, Subscription } from '../../ports/exchange.ts';
import { CandleBatches, type ReadyBatch } from './candle-batches.ts';
import type { CandleTurns } from './candle-turns.ts';
import type { PaperBroker } from './paper-broker.ts';
import { PerpetualFeed } from './perpetual-feed.ts';
import type { TradeLoop } from './trade-loop.ts';
import type { TradeLog, TradeSettings } from './trade-settings.ts';
import type { TradeWiring } from './trade-wiring.ts';

/** Market time between timer events of strategies that listen, and of a silent feed. */
const TIMER_MS = 1_000;
const SILENT_TIMER_MS = 60_000;
const STALE_CANDLE = 'stale_candle';

interface MarketFeedParts {
  readonly exchange: ExchangePort;
  readonly wiring: TradeWiring;
  readonly loop: TradeLoop;
  readonly candles: CandleTurns;
  readonly market: MarketClock;
  readonly paper: PaperBroker | null;
  readonly settings: TradeSettings;
  readonly log: TradeLog;
  readonly wall: () => number;
  readonly block: (pair: string, source: string, reason: string | null) => void;
}

/** The market's streams on their way to the loop: candles in batches, trades and books where strategies listen, timers when all is silent. */
export class MarketFeed {
  readonly #parts: MarketFeedParts;
  readonly #batches: CandleBatches;
  /** Of the detail timeframe; null where there is none. */
  readonly #details: CandleBatches | null;
  readonly #timerMs: number;
  readonly #perpetual: PerpetualFeed;
  #streams: Subscription[] = [];
  #nextTimer = Number.NaN;
  /** Candles processed, and those that came late. */
  readonly counts = { candles: 0, late: 0, refused: 0, revised: 0 };

  constructor(parts: MarketFeedParts) {
    this.#parts = parts;
    const { grids, slots } = parts.wiring;
    this.#batches = new CandleBatches(grids.pairs, parts.settings.batchWaitMs);
    for (const pair of grids.pairs) this.#batches.begin(pair, grids.lastTime(pair));
    const { exchange, candles, market, log, block, paper, wiring } = parts;
    const traded = wiring.states.map((s) => s.pair);
    this.#details = wiring.detail === null ? null : new CandleBatches(traded, parts.settings.batchWaitMs);
    // An exchange books the funding of its own positions.
    const isPaying = paper !== null && exchange.kind === 'perpetual' && exchange.capabilities.streams.funding;
    const settles = isPaying ? traded : [];
    const { streamed } = grids;
    this.#perpetual = new PerpetualFeed({
      exchange,
      candles,
      market,
      timeframe: wiring.timeframe,
      streamed,
      settles,
      marked: (pair, price) => {
        const state = wiring.states.find((s) => s.pair === pair);
        if (state) paper?.mark(state, price);
      },
      log,
      block,
    });
    this.#timerMs = slots.some((s) => s.strategy.onTimer) ? TIMER_MS : SILENT_TIMER_MS;
  }

  open(): void {
    const { exchange, wiring, paper } = this.#parts;
    this.#perpetual.open();
    const traded = wiring.states.map((s) => s.pair);
    const { slots } = wiring;
    this.#streams.push(
      exchange.watchCandles(wiring.grids.pairs, wiring.timeframe, {
        event: (candle) => this.#onCandle(candle),
        state: (state) => this.#onState(state),
        revised: (delivered, later) => this.#onRevised(delivered, later),
      }),
    );
    if (wiring.detail !== null)
      this.#streams.push(
        exchange.watchCandles(traded, wiring.detail, {
          event: (candle) => {
            this.#parts.market.heard(candle.exchangeTime);
            if (this.#details!.add(candle, this.#parts.wall())) this.tick();
          },
        }),
      );
    const { execution } = wiring.engine.parts;
    const hearsTrades = slots.some((s) => s.strategy.onTrade || execution?.followsPrice(s));
    if (paper || hearsTrades)
      this.#streams.push(exchange.watchTrades(traded, { event: (trade) => this.#onTrade(trade, hearsTrades) }));
    if (slots.some((s) => s.strategy.onBook))
      this.#streams.push(exchange.watchBook(traded, 1, { event: (book) => this.#onBook(book) }));
  }

  close(): void {
    this.#perpetual.close();
    for (const stream of this.#streams.splice(0)) stream.close();
  }

  /** Processes batches that are due, and timers. */
  tick(): void {
    const { loop, candles, market, wall, paper } = this.#parts;
    this.#perpetual.settle();
    const { detail } = this.#parts.wiring;
    // Before the candles that end with them.
    for (const batch of this.#details?.take(wall()) ?? [])
      candles.manage(batch, timeframe(detail!).closeOf(batch.openTime));
    for (const batch of this.#batches.take(wall())) {
      this.counts.candles += batch.candles.length;
      if (batch.isLate) this.#note('late', batch.candles[0]!);
      this.#doubt(batch);
      candles.candles(batch);
    }
    const now = market.now();
    if (Number.isNaN(this.#nextTimer)) this.#nextTimer = now + this.#timerMs;
    if (now < this.#nextTimer) {
      if (paper && loop.engine.ledger.openPositions + paper.waiting > 0 && loop.time > loop.engine.now)
        loop.turn(() => paper.advanceTo(loop.time));
      return;
    }
    this.#nextTimer = now + this.#timerMs;
    loop.timer();
  }

  /**
   * What was decided on a candle that came a whole candle late, after an outage, was decided for prices that are gone: its entries are refused, also
   * those that wait for an exit, until the next one comes in time. Exits are not.
   */
  #doubt({ openTime, candles }: ReadyBatch): void {
    const { market, wiring, block } = this.#parts;
    const { grids } = wiring;
    const isStale = market.isVenues && grids.closeOf(grids.closeOf(openTime)) <= market.now();
    for (const { pair } of candles) {
      const isHeld = wiring.states.some((state) => state.pair === pair && state.blocked === STALE_CANDLE);
      if (isStale || isHeld) block(pair, 'candle', isStale ? STALE_CANDLE : null);
    }
  }

  #onCandle(candle: CandleEvent): void {
    const { market, wall } = this.#parts;
    market.heard(candle.exchangeTime);
    if (!this.#batches.add(candle, wall())) {
      this.counts.refused++;
      return;
    }
    this.tick();
  }

  /** A delivered candle is final: what the venue says later is logged, never applied. */
  #onRevised(delivered: CandleEvent, later: CandleEvent): void {
    this.counts.revised++;
    const { pair, openTime } = delivered;
    this.#parts.log('warn', 'candle.revised', { pair, openTime, close: delivered.close, later: later.close });
    this.#parts.loop.turn(() =>
      this.#parts.loop.decide({
        kind: 'reconcile',
        pair,
        reason: `the candle of ${new Date(openTime).toISOString()} was revised after it had been acted on: close ${delivered.close}, later ${later.close}`,
      }),
    );
  }

  #note(what: 'late', candle: CandleEvent): void {
    this.counts[what]++;
    this.#parts.log('info', `candle.${what}`, { pair: candle.pair, openTime: candle.openTime });
  }

  #onState({ pair, state, reason }: StreamState): void {
    this.#parts.log(state === 'live' ? 'debug' : 'warn', 'stream', { pair, state, reason });
    this.#parts.block(pair, 'stream', state === 'stale' ? 'stale_data' : null);
  }

  #onTrade(
    trade: {
      readonly pair: string;
      readonly price: number;
      readonly amount: number;
      readonly side: 'buy' | 'sell';
      readonly exchangeTime: number;
    },
    isHeard: boolean,
  ): void {
    const { market, wiring, paper, loop } = this.#parts;
    market.heard(trade.exchangeTime);
    const state = wiring.states.find((s) => s.pair === trade.pair);
    if (state === undefined) return;
    paper?.price(state, trade.price, trade.amount);
    if (!isHeard) return;
    loop.turn(() => {
      const { time } = loop;
      paper?.advanceTo(time);
      const { pair, price, amount, side } = trade;
      const tick = { pair, time: loop.engine.clock.toMs(time), price, amount, side };
      loop.process({ kind: EVENT.trade, time, pair: state, tick });
    });
  }

  #onBook(book: {
    readonly pair: string;
    readonly exchangeTime: number;
    readonly bids: readonly (readonly [number, number])[];
    readonly asks: readonly (readonly [number, number])[];
  }): void {
    const { market, wiring, loop, paper } = this.#parts;
    market.heard(book.exchangeTime);
    const state = wiring.states.find((s) => s.pair === book.pair);
    const [bid] = book.bids;
    const [ask] = book.asks;
    if (state === undefined || bid === undefined || ask === undefined) return;
    loop.turn(() => {
      const { time } = loop;
      paper?.advanceTo(time);
      const top = {
        pair: book.pair,
        time: loop.engine.clock.toMs(time),
        bid: bid[0],
        bidAmount: bid[1],
        ask: ask[0],
        askAmount: ask[1],
      };
      loop.process({ kind: EVENT.book, time, pair: state, top });
    });
  }
}
