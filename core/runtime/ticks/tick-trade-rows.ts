import type { EventRecorder } from '../../engine/engine-options.ts';
import { type EngineEvent, EVENT, type FillEvent } from '../../engine/events.ts';
import type { Order } from '../../engine/order.ts';
import type { EngineClock } from '../../engine/time.ts';
import type { PlainData, StoredFunding } from '../../ports/stored-rows.ts';
import type { StoreBatch } from '../../ports/trade-store.ts';
import type { RowContext } from '../trade/ledger-rows.ts';
import { type FillMeta, SessionJournal } from '../trade/session-journal.ts';
import type { TradeBroker } from '../trade/trade-broker.ts';
import { TurnRows } from '../trade/turn-rows.ts';
import { QuoteRows } from './quote-rows.ts';
import type { TickSession } from './tick-session.ts';

/** Numbers of quotes and orders by hand begin here: above the engine's own, below those of imported rows. */
export const FIRST_QUOTE_ID = 500_000_001;

/** Rows of orders that are nobody's here (a liquidation, a trade by hand) have numbers from the time: above every quote's. */
const LAST_QUOTE_ID = 1e12;

const isQuote = (id: number) => id >= FIRST_QUOTE_ID && id <= LAST_QUOTE_ID;

/** Events that are journalled: what was answered and decided. Trades and books are the market's, and kept by "tidegate record". */
const JOURNALLED: ReadonlySet<number> = new Set([EVENT.fill, EVENT.order, EVENT.funding, EVENT.command]);

/** Turns what a session on books did into rows of the trade store. */
export class TickTradeRows implements EventRecorder {
  readonly quotes: QuoteRows;
  readonly #journal: SessionJournal;
  readonly #context: RowContext;
  readonly #funding: StoredFunding[] = [];
  #session: TickSession | null = null;
  #turns: TurnRows | null = null;
  /** Of real orders; null where the exchange is a simulated one. */
  #live: TradeBroker | null = null;
  /** What the venue said of the fill that is being booked, as far as that has not been done, and its parts so far. */
  #told: { readonly meta: FillMeta; lots: number; parts: number } | null = null;

  constructor(context: RowContext, clock: EngineClock) {
    this.#context = context;
    this.#journal = new SessionJournal(clock);
    this.quotes = new QuoteRows(context.account, clock, () => this.#session?.now ?? 0);
  }

  /** Call once the session is made, before anything is restored. `live`: the broker of real orders. */
  follow(session: TickSession, live: TradeBroker | null): void {
    this.#session = session;
    this.#live = live;
    this.#turns = new TurnRows(session.engine, session.slots, this.#context);
  }

  /** Orders that were open before a restart: their rows stay as they are until something changes. */
  resume(orders: Iterable<Order>): void {
    this.#turns!.resume(orders, this.broker);
  }

  /** The venue's name of the next fill. It may close one position and open another: that is booked in two parts. */
  set nextFill(meta: FillMeta | null) {
    this.#told = meta && { meta, lots: Number.NaN, parts: 0 };
  }

  record(event: EngineEvent): void {
    if (!JOURNALLED.has(event.kind)) return;
    // An exchange books funding itself: reconciliation keeps those rows.
    if (event.kind === EVENT.funding && this.#live === null) this.#fund(event);
    if (event.kind === EVENT.fill) this.#name(event);
    this.#journal.record(event);
  }

  #name({ order, lots }: FillEvent): void {
    const told = this.#told;
    if (told === null) return;
    const { meta } = told;
    const { instrument } = order.slot.pair;
    const amount = instrument.amount(lots);
    if (Number.isNaN(told.lots)) told.lots = Math.round((meta.amount ?? amount) / instrument.lot);
    const share = lots / Math.max(lots, Math.round((meta.amount ?? amount) / instrument.lot));
    const exchangeId = told.parts === 0 ? meta.exchangeId : `${meta.exchangeId}-${told.parts}`;
    this.#journal.nextFill = { exchangeId, amount, fee: meta.fee * share, feeAsset: meta.feeAsset };
    told.lots -= lots;
    told.parts++;
    if (told.lots < 1) this.#told = null;
  }

  decided(...given: Parameters<SessionJournal['decided']>): void {
    this.#journal.decided(...given);
  }

  #fund({ time, pair, rate, mark }: EngineEvent & { readonly kind: typeof EVENT.funding }): void {
    const { account, clock } = this.#context;
    for (const { position } of pair.slots) {
      if (position === null) continue;
      const amount = -rate * position.sign * position.amount * mark;
      this.#funding.push({ trade: position.id, account, pair: pair.pair, at: clock.toMs(time), rate, mark, amount });
    }
  }

  /** Something has happened since the last `take`. */
  get hasChanges(): boolean {
    return !this.#journal.isEmpty || this.quotes.hasChanges || this.#gates.length > 0;
  }

  get #gates() {
    return this.#session!.decisions.kept;
  }

  /** Rows of everything that changed since the last call. `now` in ms UTC. */
  take(now: number): StoreBatch {
    const rows = this.#turns!.take(this.#journal, this.broker, now);
    const { fills = [], intents = [], values, journal = [] } = rows;
    const orders = [...(rows.orders ?? []).filter(({ id }) => !isQuote(id)), ...this.quotes.take(fills)];
    const gates = this.#gates.splice(0).map(({ time, gate, passed, reason, value }) => ({
      at: time,
      kind: 'gate' as const,
      strategy: null,
      pair: null,
      trade: null,
      order: null,
      reason: `${gate}: ${passed ? 'passed' : 'refused'}, ${reason}`,
      data: { gate, passed, value } as PlainData,
    }));
    // The engine's state knows nothing of quotes.
    const isAboutQuotes = journal.length === 0 && intents.every(({ order }) => isQuote(order ?? 0));
    const kept = isAboutQuotes ? undefined : values;
    const isOnlyQuotes = fills.length === 0 && intents.length === 0 && kept === undefined && this.#funding.length === 0;
    const { values: _state, ...others } = rows;
    return {
      ...others,
      ...(kept && { values: kept }),
      orders,
      decisions: [...(rows.decisions ?? []), ...gates],
      funding: this.#funding.splice(0),
      ...(isOnlyQuotes && { durability: 'quotes' as const }),
    };
  }

  /** The exchange, as rows see a broker: the engine's own orders. */
  readonly broker: TradeBroker = {
    accept() {},
    advanceTo() {},
    names: (order) => this.#live?.names(order) ?? { clientId: `paper-${order.id}`, exchangeId: null },
    takeIntents: () => this.#live?.takeIntents() ?? [],
    takeSends: () => [],
    open: {
      [Symbol.iterator]: () => {
        const own = this.#live
          ? [...this.#live.open].filter(({ id }) => !isQuote(id))
          : (this.#session?.desks ?? []).flatMap((desk) => [...desk.engineOrders]);
        return own[Symbol.iterator]();
      },
    },
  };
}
