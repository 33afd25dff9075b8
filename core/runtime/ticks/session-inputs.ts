import type { BookEvents } from '../../book/book-events.ts';
import type { Answer, OrderRequest } from '../../book/book-order.ts';
import type { EngineEvent } from '../../engine/events.ts';
import { EVENT } from '../../engine/events.ts';
import { FILL_FIELDS, ORDER_FIELDS } from '../../engine/logs.ts';
import type { Slot } from '../../engine/slot.ts';
import type { TickSession } from './tick-session.ts';

/** What comes to a session on books from outside. Engine time, ns; pairs and slots by index. */
export type SessionInput =
  | { readonly kind: 'rows'; readonly market: number; readonly rows: BookEvents }
  /** The clock: everything up to then happens. */
  | { readonly kind: 'until'; readonly time: number }
  | { readonly kind: 'event'; readonly event: EngineEvent }
  /** What a real account says of a quote or an order by hand. */
  | {
      readonly kind: 'told';
      readonly slot: number;
      readonly answer: Answer;
      readonly fee: number | undefined;
      readonly text: string | null;
    }
  | { readonly kind: 'hold'; readonly slot: number; readonly isHeld: boolean }
  | { readonly kind: 'refused'; readonly slot: number; readonly sign: 1 | -1; readonly until: number }
  | { readonly kind: 'settle'; readonly time: number }
  | { readonly kind: 'last'; readonly market: number; readonly price: number };

/** What a session made of an input: quotes and orders by hand, rows of the engine's orders and fills, requests so far. */
export interface SessionOutput {
  readonly sent: readonly (readonly number[])[];
  readonly orders: readonly (readonly number[])[];
  readonly fills: readonly (readonly number[])[];
  readonly requests: number;
}

/** Hears of everything that comes to a session, in order, and of what it made of it. */
export interface SessionTape {
  input(input: SessionInput): void;
  output(output: SessionOutput): void;
}

/**
 * The only way by which a session on books hears of anything: with the same code, what came this way makes the same orders and fills again. Without
 * a tape it costs nothing beyond the calls.
 */
export class SessionInputs {
  readonly #tape: SessionTape | null;
  #session: TickSession | null = null;
  #sent: number[][] = [];
  #orders = 0;
  #fills = 0;
  #requests = 0;
  /** The clock went on and nothing happened: told with what comes next. */
  #quiet = Number.NaN;

  constructor(tape: SessionTape | null) {
    this.#tape = tape;
  }

  follow(session: TickSession): void {
    this.#session = session;
    this.#orders = session.engine.logs.orders.length;
    this.#fills = session.engine.logs.fills.length;
  }

  /** A quote or an order by hand leaves. */
  sent({ index }: Slot, { id, side, lots, price = Number.NaN }: OrderRequest): void {
    if (this.#tape) this.#sent.push([index, id, side, lots, price]);
  }

  rows(market: number, rows: BookEvents): void {
    this.#input({ kind: 'rows', market, rows });
  }

  /** Everything up to `time` happens. */
  until(time: number): void {
    const session = this.#session!;
    const before = session.steps;
    while (session.step(time));
    if (this.#tape === null) return;
    if (session.steps === before && !this.#hasOutput) this.#quiet = time;
    else {
      this.#quiet = Number.NaN;
      this.#tape.input({ kind: 'until', time });
      this.#output();
    }
  }

  /** Carries out anything else than rows and the clock. */
  take(input: Exclude<SessionInput, { readonly kind: 'rows' | 'until' }>): void {
    const session = this.#session!;
    this.#input(input);
    switch (input.kind) {
      case 'event': {
        const { event } = input;
        if (event.kind === EVENT.fill && event.order.id > 0) session.meter.fills++;
        session.process(event);
        break;
      }
      case 'told':
        session.desks[input.slot]!.told(input.answer, input.fee, input.text);
        for (const { own } of session.desks) {
          own.reconsider();
          own.settle(input.answer.localTime);
        }
        break;
      case 'hold':
        session.desks[input.slot]!.hold(input.isHeld);
        break;
      case 'refused':
        session.desks[input.slot]!.own.holdBack(input.sign, input.until);
        break;
      case 'settle':
        for (const { own } of session.desks) own.settle(input.time);
        break;
      case 'last':
        session.markets[input.market]!.pair.last = input.price;
    }
    this.#output();
  }

  #input(input: SessionInput): void {
    if (this.#tape === null) return;
    if (!Number.isNaN(this.#quiet)) this.#tape.input({ kind: 'until', time: this.#quiet });
    this.#quiet = Number.NaN;
    this.#tape.input(input);
  }

  get #hasOutput(): boolean {
    const { engine, meter } = this.#session!;
    const { orders, fills } = engine.logs;
    const isSame = orders.length === this.#orders && fills.length === this.#fills && meter.messages === this.#requests;
    return !isSame || this.#sent.length > 0;
  }

  #output(): void {
    if (this.#tape === null || !this.#hasOutput) return;
    const { engine, meter } = this.#session!;
    const { orders, fills } = engine.logs;
    const [hadOrders, hadFills] = [this.#orders, this.#fills];
    this.#tape.output({
      sent: this.#sent,
      orders: rowsOf(orders.length - hadOrders, (k) => ORDER_FIELDS.map((field) => orders.get(hadOrders + k, field))),
      fills: rowsOf(fills.length - hadFills, (k) => FILL_FIELDS.map((field) => fills.get(hadFills + k, field))),
      requests: meter.messages,
    });
    this.#sent = [];
    this.#orders = orders.length;
    this.#fills = fills.length;
    this.#requests = meter.messages;
  }
}

const rowsOf = (length: number, row: (k: number) => number[]) => Array.from({ length }, (_, k) => row(k));
