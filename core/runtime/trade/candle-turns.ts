import { EVENT } from '../../engine/events.ts';
import type { PairState } from '../../engine/slot.ts';
import type { CandleEvent } from '../../ports/exchange.ts';
import { gatheredCandles } from '../learning/gathered-market.ts';
import type { Activation, LiveLearning } from '../learning/live-learning.ts';
import type { ReadyBatch } from './candle-batches.ts';
import { learnedBlob, textOfRecord } from './learned-state.ts';
import type { CandleRow, StreamedRow } from './live-grids.ts';
import { gatheredStreamed } from './load-streamed.ts';
import type { SessionJournal } from './session-journal.ts';
import type { ClosedCandle, TradeBroker } from './trade-broker.ts';
import type { TradeLoop } from './trade-loop.ts';
import type { TradeWiring } from './trade-wiring.ts';

interface CandleTurnsParts {
  readonly wiring: TradeWiring;
  readonly journal: SessionJournal;
  readonly broker: TradeBroker;
  readonly learning: LiveLearning | null;
  /** How rows call the account. */
  readonly account: string;
}

/** The turns that candles take, and what is streamed beside them: features advance, the engine hears of it. */
export class CandleTurns {
  readonly #loop: TradeLoop;
  readonly #parts: CandleTurnsParts;
  readonly #states: ReadonlyMap<string, PairState>;
  /** Last closing times of candles and of detail candles, ms UTC. */
  #closed = Number.NEGATIVE_INFINITY;
  #managed = Number.NEGATIVE_INFINITY;

  constructor(loop: TradeLoop, parts: CandleTurnsParts) {
    this.#loop = loop;
    this.#parts = parts;
    this.#states = new Map(parts.wiring.states.map((state) => [state.pair, state]));
  }

  /** Candles of the detail timeframe: positions are looked after, nothing is decided. Those of a candle that is over come too late. */
  manage(batch: ReadyBatch, closeTime: number): void {
    const loop = this.#loop;
    if (closeTime <= this.#closed) return;
    this.#managed = Math.max(this.#managed, closeTime);
    loop.turn(() => {
      const { time } = loop;
      this.#tellBroker(batch);
      this.#parts.broker.advanceTo(time);
      const pairs = batch.candles.flatMap((candle) => {
        const state = this.#states.get(candle.pair);
        return state ? [showCandle(state, candle)] : [];
      });
      loop.process({ kind: EVENT.manage, time, manages: true, pairs });
    });
  }

  /** Candles of one close time: features advance by a row, then the engine hears of it. */
  candles(batch: ReadyBatch): void {
    const loop = this.#loop;
    loop.turn(() => {
      const { grids } = this.#parts.wiring;
      const { time } = loop;
      if (this.#parts.wiring.detail === null) this.#tellBroker(batch);
      this.#parts.broker.advanceTo(time);
      const { learning } = this.#parts;
      const known = grids.closeOf(batch.openTime);
      for (const activation of (!batch.isLate && learning?.advance(known)) || []) {
        const { key, record } = activation;
        this.#parts.journal.add(loop.engine.clock.toMs(time), { type: 'learned', key, record: textOfRecord(record) });
        this.takeOver(activation);
      }
      const pairs = [];
      for (const candle of batch.candles) {
        const row = rowOf(candle);
        grids.append(candle.pair, row);
        learning?.hear(gatheredCandles(candle.pair, this.#parts.wiring.timeframe, [row]));
        const state = this.#states.get(candle.pair);
        if (state === undefined) {
          this.#parts.journal.add(loop.engine.clock.toMs(time), { type: 'row', pair: candle.pair, row });
          continue;
        }
        state.cursor.row = grids.row(candle.pair);
        pairs.push(showCandle(state, candle));
      }
      grids.advance();
      if (!batch.isLate) learning?.heard(known);
      this.#closed = Math.max(this.#closed, known);
      // The last detail candle ends with it, and was acted on.
      const manages = this.#managed < known;
      if (pairs.length > 0) loop.process({ kind: EVENT.candles, time, manages, pairs });
    });
  }

  /** Engine time of a moment that is over (ms UTC): time never goes back. */
  #past(at: number): number {
    const { now, clock } = this.#loop.engine;
    return Math.max(now, clock.toEngine(at));
  }

  /** Stops move at the closes of the shortest candles that are followed: those tell what else was traded between two of them. */
  #tellBroker({ candles, openTime }: ReadyBatch): void {
    const { broker } = this.#parts;
    const openedAt = this.#loop.engine.clock.toEngine(openTime);
    for (const candle of candles) {
      const state = this.#states.get(candle.pair);
      if (state) broker.candle?.(state, candle, openedAt);
    }
  }

  /** A row of what is streamed beside candles: features see it from the first candle on that closes at or after it became known. */
  streamed(row: StreamedRow): void {
    const loop = this.#loop;
    const { grids, timeframe: frame } = this.#parts.wiring;
    if (!(row.row[0]! > grids.lastStreamed(row))) return;
    loop.turn(() => {
      grids.appendStreamed(row);
      this.#parts.journal.add(loop.engine.clock.toMs(loop.time), { type: 'streamed', row });
      this.#parts.learning?.hear(gatheredStreamed(row, [row], frame));
    });
  }

  /** A settlement of funding that no exchange books: that of a dry-run. What it slept through is booked as of then. */
  settleFunding(pair: string, at: number, rate: number, mark: number, isMissed = false): void {
    const loop = this.#loop;
    const time = isMissed ? this.#past(at) : loop.time;
    const state = this.#states.get(pair);
    if (state === undefined || !(mark > 0)) return;
    loop.turn(() => {
      this.#parts.broker.advanceTo(time);
      const { account } = this.#parts;
      for (const { position } of state.slots)
        if (position !== null) {
          const amount = -position.sign * rate * mark * position.amount;
          loop.keep({ funding: [{ trade: position.id, account, pair, at, rate, mark, amount }] });
        }
      loop.process({ kind: EVENT.funding, time, pair: state, rate, mark });
    });
  }

  /** A candle that closed while a dry-run was away: nothing is decided on it, but what rested at the simulated venue meets its prices. */
  missed(candle: ClosedCandle, closeTime: number): void {
    const { broker } = this.#parts;
    const state = this.#states.get(candle.pair)!;
    this.#loop.turn(() => {
      broker.candle?.(state, candle, this.#loop.engine.clock.toEngine(candle.openTime));
      broker.advanceTo(this.#past(closeTime));
    });
  }

  /** A model takes over: it is kept, the engine hears of it, and it is told. It stands in the journal already. */
  takeOver({ key, node: { market, ref }, record, state }: Activation): void {
    const loop = this.#loop;
    const { time } = loop;
    const { hash, trainedAt, from } = record;
    const block = typeof ref === 'string' ? ref : ref.name;
    const pair = this.#states.get(market.symbol);
    loop.keep({ blobs: [learnedBlob(key, state, loop.engine.clock.toMs(time))] });
    if (pair) loop.process({ kind: EVENT.model, time, block, pair, hash, trainedAt });
    const reason = `${block} trained up to ${new Date(trainedAt).toISOString()} takes over`;
    loop.decide({ kind: 'learning', pair: market.symbol, reason, data: { block, hash, trainedAt, from } });
  }
}

/** The pair's state with a candle as its latest. */
function showCandle(state: PairState, { open, high, low, close, volume }: CandleEvent): PairState {
  return Object.assign(state, { open, high, low, close, volume, markHigh: high, markLow: low });
}

/** A candle event as the grids take it. */
function rowOf({ openTime, open, high, low, close, volume }: CandleEvent): CandleRow {
  return [openTime, open, high, low, close, volume];
}
