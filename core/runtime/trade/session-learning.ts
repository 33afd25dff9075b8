import { timeframe } from '../../domain/timeframe.ts';
import { messageOf } from '../../foundation/message-of.ts';
import { gatheredCandles } from '../learning/gathered-market.ts';
import type { LearnedRun } from '../learning/learned-run.ts';
import { type Learner, ownLearner } from '../learning/learner.ts';
import { type Activation, LiveLearning } from '../learning/live-learning.ts';
import type { Served, Training } from '../learning/training-log.ts';
import type { CandleTurns } from './candle-turns.ts';
import { learnedName, stateOfBlob, textOfRecord } from './learned-state.ts';
import { loadHistory } from './load-history.ts';
import { gatheredStreamed, loadStreamed } from './load-streamed.ts';
import type { SessionJournal } from './session-journal.ts';
import type { TradeLoop } from './trade-loop.ts';
import type { SessionParts } from './trade-session.ts';
import type { TradeWiring } from './trade-wiring.ts';

/** Makes what learns: for these pairs, on so much market time (ms). */
export type MakeLearner = (pairs: readonly string[], keepMs: number) => Learner;

interface LearningParts {
  readonly session: SessionParts;
  readonly wiring: TradeWiring;
  readonly learned: LearnedRun;
  readonly pairs: readonly string[];
  readonly journal: SessionJournal;
  /** Market time, ms UTC. */
  readonly now: () => number;
  /** Nothing is open: it can wait for its first models. */
  readonly mayWait: boolean;
  readonly loop: () => TradeLoop | undefined;
}

/** What a session learns: taken up from the store, or trained before it begins; then trained on the schedule while it goes on. */
export class SessionLearning {
  readonly live: LiveLearning;
  /** How the models in charge have done, as last looked at. */
  readonly served = new Map<string, Served>();
  readonly #parts: LearningParts;
  #taken: Activation[] = [];
  /** What is told once there is a loop. */
  #early: { readonly kind: 'alert' | 'learning'; readonly reason: string }[] = [];

  private constructor(parts: LearningParts) {
    this.#parts = parts;
    this.live = new LiveLearning({
      learned: parts.learned,
      open: () => this.#open(),
      onProblem: (error) => this.#problem(error),
      onTrained: (log, served) => this.#trained(log, served),
    });
  }

  /** Before history is fed: what answers for it is on the timelines and in the journal. */
  static async start(parts: LearningParts): Promise<SessionLearning> {
    const made = new SessionLearning(parts);
    await made.#restore();
    for (const note of parts.learned.notes) made.#problem(new Error(note));
    if (made.live.isAnswering || !parts.mayWait) return made;
    const { session, journal, now, wiring } = parts;
    session.log('info', 'learning.first', { blocks: parts.learned.nodes.size });
    const trained = await made.live.start(timeframe(wiring.timeframe).openOf(now()));
    for (const { key, record } of trained) journal.add(now(), { type: 'learned', key, record: textOfRecord(record) });
    made.#taken.push(...trained);
    if (!made.live.isAnswering)
      made.#problem(new Error('no model answers yet: what is learned is NaN, and enters nothing, until one does'));
    return made;
  }

  /** What is in charge of each block and pair, with its hits on rows that it had not seen, as last looked at. Times in words. */
  get inCharge() {
    const day = (ms: number) => new Date(ms).toISOString();
    return this.live.inCharge.flatMap(({ node: { ref, market }, record: { hash, trainedAt, from } }) => {
      if (typeof ref === 'string') return [];
      const served = [...this.served.values()].find((row) => row.hash === hash && row.pairs.includes(market.symbol));
      const hits = served && { asked: served.asked, hits: served.hits };
      return [{ block: ref.name, pair: market.symbol, trainedUpTo: day(trainedAt), since: day(from), ...hits }];
    });
  }

  /** In the session's first turn: the engine hears who answers, the journal of decisions what went wrong. */
  begin(loop: TradeLoop, candles: CandleTurns): void {
    for (const activation of this.#taken.splice(0)) candles.takeOver(activation);
    for (const decision of this.#early.splice(0)) loop.decide(decision);
  }

  async #restore(): Promise<void> {
    const { learned, session, journal, now } = this.#parts;
    const { blobs } = session.store.recovered;
    for (const [key, node] of learned.nodes) {
      const blob = blobs.find(({ name }) => name === learnedName(key));
      if (blob === undefined || blob.bytes === null) continue;
      try {
        const state = stateOfBlob(blob);
        const records = await this.live.restore(key, state);
        for (const record of records) journal.add(now(), { type: 'learned', key, record: textOfRecord(record) });
        const record = records.at(-1);
        if (record) this.#taken.push({ key, node, record, state });
        else if (state.hash !== node.hash)
          session.log('info', 'learning.changed', { node: key, what: 'block or modules have changed: trained anew' });
      } catch (error) {
        this.#problem(error);
      }
    }
  }

  async #open(): Promise<Learner> {
    const { session, learned, pairs, wiring, now } = this.#parts;
    const { options, exchange, stored } = session;
    const { ms } = timeframe(wiring.timeframe);
    const seenMs = learned.historyMs(wiring.timeframe) + (wiring.startup + 2) * ms;
    const keepMs = learned.isAnchored ? Number.POSITIVE_INFINITY : seenMs;
    const learner = session.learner?.(pairs, keepMs) ?? ownLearner({ ...options, pairs }, keepMs, true);
    try {
      for (const pair of wiring.grids.pairs) {
        const rows = await loadHistory(exchange, stored, pair, wiring.timeframe, Math.ceil(seenMs / ms), now());
        learner.add(gatheredCandles(pair, wiring.timeframe, rows));
      }
      for (const series of wiring.grids.streamed) {
        const rows = await loadStreamed(exchange, stored, series, wiring.timeframe, now() - seenMs, now());
        learner.add(gatheredStreamed(series, rows, wiring.timeframe));
      }
    } catch (error) {
      await learner.end();
      throw error;
    }
    return learner;
  }

  #problem(error: unknown): void {
    const message = messageOf(error);
    this.#parts.session.log('warn', 'learning.problem', { message });
    this.#tell('alert', `learning: ${message}`);
  }

  #trained(log: readonly Training[], served: readonly Served[]): void {
    for (const { block, pairs, at, failure, cause, rows, verdict } of log) {
      const fields = {
        ...{ block, pairs: pairs.join(), at },
        ...(rows !== undefined && { rows }),
        ...(cause && { cause }),
        ...(failure && { failure }),
      };
      const event = verdict === 'put-back' ? 'put-back' : failure ? 'refused' : 'trained';
      this.#parts.session.log('info', `learning.${event}`, fields);
      const why = [cause, failure].filter((part) => part !== undefined).join('; ');
      if (why) this.#tell('learning', `${block} at ${new Date(at).toISOString()}: ${why}`);
    }
    for (const row of served) {
      const { block, pairs, asked, hits, from } = row;
      this.served.set(`${block} ${pairs.join()}`, row);
      this.#parts.session.log('debug', 'learning.served', { block, pairs: pairs.join(), from, asked, hits });
    }
  }

  #tell(kind: 'alert' | 'learning', reason: string): void {
    const loop = this.#parts.loop();
    if (loop) loop.turn(() => loop.decide({ kind, reason }));
    else this.#early.push({ kind, reason });
  }
}
