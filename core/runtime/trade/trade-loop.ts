import type { Engine } from '../../engine/engine.ts';
import { type CommandEvent, type EngineEvent, EVENT } from '../../engine/events.ts';
import type { Decision } from '../../ports/stored-rows.ts';
import type { StoreBatch, TradeStore } from '../../ports/trade-store.ts';
import type { SessionJournal } from './session-journal.ts';
import type { TradeBroker } from './trade-broker.ts';

/** What a loop is made of. */
export interface LoopParts {
  readonly engine: Engine;
  readonly broker: TradeBroker;
  readonly store: TradeStore;
  /** Rows of what changed since the last call, `now` in ms UTC; null when nothing did. */
  readonly rows: (now: number) => StoreBatch | null;
  /** Is told the venue's name of a fill just before the fill. */
  readonly journal: Pick<SessionJournal, 'nextFill'>;
  /** How rows call the account. */
  readonly account: string;
  /** The market's clock, ms UTC. */
  readonly now: () => number;
  /** Engine time of the next event, ns; the market's clock unless given. */
  readonly time?: () => number;
  /** Around the work of each turn: what has to happen before it and after it, in the same turn. */
  readonly around?: (work: () => void) => void;
  /** Gives an event to the engine in place of the loop itself. */
  readonly process?: (event: EngineEvent) => void;
  /** The store refused a write: nothing more is sent. */
  readonly onStoreFailure: (error: Error) => void;
}

/** How long a turn took from its event to its requests leaving, ms; `commitMs` of it was the disk's. */
export interface TurnTiming {
  readonly requests: number;
  readonly totalMs: number;
  readonly commitMs: number;
}

/**
 * The heart of a live session. Every event goes through `turn`: the engine processes it, the broker takes what the engine wants, everything that
 * changed becomes durable in one commit, and only then do orders leave.
 */
export class TradeLoop {
  readonly engine: Engine;
  readonly journal: LoopParts['journal'];
  readonly #parts: LoopParts;
  #kept = nothingKept();
  #depth = 0;
  #inCommit = 0;
  #idle: (() => void)[] = [];
  #isFailed = false;
  /** Told after the requests of a turn have left. */
  onTiming: ((timing: TurnTiming) => void) | null = null;

  constructor(parts: LoopParts) {
    this.#parts = parts;
    this.engine = parts.engine;
    this.journal = parts.journal;
  }

  /** Engine time of the next event: the market's clock, which never goes back. */
  get time(): number {
    const { time, now } = this.#parts;
    return Math.max(this.engine.now, time?.() ?? this.engine.clock.toEngine(now()));
  }

  /** Runs `work` and makes what it did durable, then sends. Turns inside a turn belong to it. */
  turn(work: () => void): void {
    if (this.#isFailed) return;
    const began = performance.now();
    const { around } = this.#parts;
    this.#depth++;
    try {
      if (this.#depth === 1 && around) around(work);
      else work();
    } finally {
      this.#depth--;
    }
    if (this.#depth === 0) this.#settle(began);
  }

  /** Gives the engine an event and the broker what comes of it. */
  process(event: EngineEvent): void {
    const { process, broker } = this.#parts;
    if (process) process(event);
    else broker.accept(this.engine.process(event), event.time);
  }

  /** A turn of one event that happens now. */
  command(command: CommandEvent['command']): void {
    this.turn(() => {
      const { time } = this;
      this.#parts.broker.advanceTo(time);
      this.process({ kind: EVENT.command, time, command });
    });
  }

  timer(): void {
    this.turn(() => {
      const { time } = this;
      this.#parts.broker.advanceTo(time);
      this.process({ kind: EVENT.timer, time });
    });
  }

  /** Adds a line to the decision journal with the turn at hand. */
  decide(decision: Partial<Decision> & Pick<Decision, 'kind' | 'reason'>): void {
    const about = { strategy: null, pair: null, trade: null, order: null, data: null };
    this.keep({ decisions: [{ at: this.#parts.now(), ...about, ...decision }] });
  }

  /** Adds rows to what the turn at hand stores. */
  keep(batch: Partial<Kept>): void {
    for (const key of KEPT) (this.#kept[key] as unknown[]).push(...((batch[key] ?? []) as readonly unknown[]));
  }

  keepCursor(stream: string, position: string): void {
    this.keep({ cursors: [{ account: this.#parts.account, stream, position }] });
  }

  /** Resolves once everything so far is durable. */
  async settled(): Promise<void> {
    if (this.#inCommit > 0 && !this.#isFailed) await new Promise<void>((done) => this.#idle.push(done));
  }

  #settle(began: number): void {
    const { broker, store, now } = this.#parts;
    const rows = this.#parts.rows(now());
    const sends = broker.takeSends();
    const kept = this.#kept;
    if (rows === null && sends.length === 0 && KEPT.every((key) => kept[key].length === 0)) return;
    this.#kept = nothingKept();
    const batch: StoreBatch = {
      ...rows,
      ...kept,
      intents: [...kept.intents, ...(rows?.intents ?? [])],
      decisions: [...(rows?.decisions ?? []), ...kept.decisions],
      values: [...(rows?.values ?? []), ...kept.values],
      locks: [...(rows?.locks ?? []), ...kept.locks],
      funding: [...(rows?.funding ?? []), ...kept.funding],
      equity: [...(rows?.equity ?? []), ...kept.equity],
    };
    this.#inCommit++;
    store.commit(batch).then(
      (ack) => {
        if (!this.#isFailed) for (const send of sends) send();
        if (sends.length > 0)
          this.onTiming?.({ requests: sends.length, totalMs: performance.now() - began, commitMs: ack.commitMs });
        this.#committed();
      },
      (error: Error) => {
        const isFirst = !this.#isFailed;
        this.#isFailed = true;
        this.#committed();
        if (isFirst) this.#parts.onStoreFailure(error);
      },
    );
  }

  #committed(): void {
    this.#inCommit--;
    if (this.#inCommit > 0 && !this.#isFailed) return;
    for (const done of this.#idle.splice(0)) done();
  }
}

const KEPT = ['intents', 'decisions', 'cursors', 'values', 'blobs', 'funding', 'equity', 'locks'] as const;
type Kept = { readonly [K in (typeof KEPT)[number]]: NonNullable<StoreBatch[K]> };

function nothingKept(): Kept {
  return { intents: [], decisions: [], cursors: [], values: [], blobs: [], funding: [], equity: [], locks: [] };
}
