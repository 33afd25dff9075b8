import { TidegateError } from '../foundation/errors.ts';
import { shown } from '../foundation/message-of.ts';
import type { ExecutionAction, ExecutionEvent, ExecutionModule } from '../ports/trading-modules.ts';
import { type CallSite, isPrice } from './call-site.ts';
import { ORDER_KIND, ORDER_STATE, type Order, PURPOSE } from './order.ts';
import type { OrderDesk } from './order-desk.ts';
import type { Slot } from './slot.ts';
import type { EngineClock } from './time.ts';

/** Modules that work a slot's orders; where one is absent, the order goes out whole, as a market or limit order. */
export interface ExecutionChoice {
  readonly entry?: ExecutionModule;
  readonly exit?: ExecutionModule;
}

/** An order to be worked: the parent. Lots are all that its children may come to. */
export interface WorkedOrder {
  readonly slot: Slot;
  readonly purpose: typeof PURPOSE.entry | typeof PURPOSE.exit;
  readonly sign: number;
  readonly lots: number;
  /** Price when it was decided. */
  readonly rate: number;
  /** Engine time, ns. */
  readonly time: number;
  readonly tag: string | null;
  readonly leverage: number;
  readonly reason: string;
  /** A first entry occupies one of the account's position slots until its first fill. */
  readonly holdsSlot: boolean;
}

/** A parent at work. `state` is plain data: with the ids of the children it is all that a restart needs. */
export class Work {
  readonly parent: Order;
  readonly module: ExecutionModule;
  /** What errors call the module. */
  readonly title: string;
  readonly children = new Map<string, Order>();
  state: unknown;
  holdsSlot: boolean;
  /** Over as soon as no child is left: the module is done, or the order was withdrawn. */
  isEnding = false;

  constructor(parent: Order, module: ExecutionModule, state: unknown, holdsSlot: boolean) {
    this.parent = parent;
    this.module = module;
    this.title = `execution "${module.name}"`;
    this.state = state;
    this.holdsSlot = holdsSlot;
  }

  /** Lots that no fill and no working child accounts for. */
  get freeLots(): number {
    let lots = this.parent.lots - this.parent.filledLots;
    for (const child of this.children.values()) lots -= child.restLots;
    return lots;
  }
}

/**
 * Lets execution modules work orders: it maps their actions to engine orders (the children) and feeds fills, ends and candles back. The parent
 * stands in the slot as its working order but never reaches the broker.
 */
export class ExecutionDesk {
  readonly #desk: OrderDesk;
  readonly #clock: EngineClock;
  readonly #site: CallSite;
  readonly #choose: (slot: Slot) => ExecutionChoice | null;
  readonly #onEntryEnded: () => void;
  readonly #choices: (ExecutionChoice | null)[] = [];
  readonly #byParent = new Map<Order, Work>();
  readonly #byChild = new Map<Order, { readonly work: Work; readonly key: string }>();

  /** @param onEntryEnded called when a first entry ends without a fill */
  constructor(
    desk: OrderDesk,
    clock: EngineClock,
    site: CallSite,
    choose: (slot: Slot) => ExecutionChoice | null,
    onEntryEnded: () => void,
  ) {
    this.#desk = desk;
    this.#clock = clock;
    this.#site = site;
    this.#choose = choose;
    this.#onEntryEnded = onEntryEnded;
  }

  /** Everything at work, in order of its start: what is saved with the orders. */
  get works(): readonly Work[] {
    return [...this.#byParent.values()];
  }

  /** The module for a slot's entries or exits, if one works them. */
  moduleFor(slot: Slot, side: 'entry' | 'exit'): ExecutionModule | null {
    let choice = this.#choices[slot.index];
    if (choice === undefined) {
      choice = this.#choose(slot);
      this.#choices[slot.index] = choice;
    }
    return choice?.[side] ?? null;
  }

  /** The work that an order is a child of. */
  workOf(order: Order): Work | null {
    return this.#byChild.get(order)?.work ?? null;
  }

  isParent(order: Order): boolean {
    return this.#byParent.has(order);
  }

  /** Where it is kept whether a parent at work occupies one of the account's position slots. */
  holderOf(parent: Order): { holdsSlot: boolean } | null {
    return this.#byParent.get(parent) ?? null;
  }

  /** Begins to work an order. The parent that it returns is not open any more when the module gave up at once. */
  start(module: ExecutionModule, order: WorkedOrder): Order {
    const { slot, purpose, sign, lots, time, tag } = order;
    const { instrument, pair } = slot.pair;
    const parent = this.#desk.parent(slot, purpose, sign, lots, time, tag);
    parent.leverage = order.leverage;
    parent.reason = order.reason;
    this.#site.enter(slot, `execution "${module.name}"`);
    const begun = this.#site.turn(
      module.start({
        pair,
        side: sign > 0 ? 'buy' : 'sell',
        amount: instrument.amount(lots),
        rate: order.rate,
        time: this.#clock.toMs(time),
        instrument,
      }),
    );
    const work = new Work(parent, module, begun.state, order.holdsSlot);
    this.#byParent.set(parent, work);
    this.#act(work, begun.actions, time);
    return parent;
  }

  /** Goes on with a parent that was at work before a restart; its module is the one chosen now. */
  resume(
    parent: Order,
    state: unknown,
    holdsSlot: boolean,
    isEnding: boolean,
    children: readonly (readonly [key: string, order: Order])[],
  ): void {
    const side = parent.purpose === PURPOSE.entry ? 'entry' : 'exit';
    const module = this.moduleFor(parent.slot, side);
    if (module === null)
      throw new TidegateError('ENGINE_RESTORE', `an ${side} of ${parent.slot.pair.pair} is being worked by a module`, {
        where: parent.slot.strategyName,
        remedy: `Start with the execution module that worked it until it is done.`,
      });
    const work = new Work(parent, module, structuredClone(state), holdsSlot);
    work.isEnding = isEnding;
    this.#byParent.set(parent, work);
    for (const [key, order] of children) {
      work.children.set(key, order);
      this.#byChild.set(order, { work, key });
    }
  }

  /** Withdraws a parent: its children are cancelled, and it ends when the last of them is gone. False when the order is no parent. */
  cancel(order: Order, time: number): boolean {
    const work = this.#byParent.get(order);
    if (work === undefined) return false;
    this.#wind(work, time);
    return true;
  }

  /** After a child's fill has been booked, the parent's `filledLots` included. */
  filled(order: Order, lots: number, price: number, time: number): void {
    const found = this.#byChild.get(order);
    if (found === undefined) return;
    const { work, key } = found;
    const { instrument } = order.slot.pair;
    this.#tell(
      work,
      { event: 'fill', key, amount: instrument.amount(lots), price, time: this.#clock.toMs(time) },
      time,
    );
    if (!order.isOpen) this.#childEnded(work, key, order, time);
  }

  /** After a child ended without (or after part of) its fill. A refusal by the venue ends the work. */
  closed(order: Order, time: number): void {
    const found = this.#byChild.get(order);
    if (found === undefined) return;
    const { work, key } = found;
    if (order.state !== ORDER_STATE.rejected) return this.#childEnded(work, key, order, time);
    this.#byChild.delete(order);
    work.children.delete(key);
    this.#wind(work, time);
  }

  /** At the close of a manage candle of the slot's pair. */
  candle(slot: Slot, time: number): void {
    const { close, volume } = slot.pair;
    const event = { event: 'candle', last: close, volume, time: this.#clock.toMs(time) } as const;
    for (const order of [slot.entry, slot.exit]) {
      const work = order === null ? undefined : this.#byParent.get(order);
      if (work !== undefined) this.#tell(work, event, time);
    }
  }

  /** A module of the slot wants to hear of every price. */
  followsPrice(slot: Slot): boolean {
    return Boolean(this.moduleFor(slot, 'entry')?.price ?? this.moduleFor(slot, 'exit')?.price);
  }

  /** At a trade or a change of the book. */
  price(slot: Slot, time: number): void {
    for (const order of [slot.entry, slot.exit]) {
      const work = order === null ? undefined : this.#byParent.get(order);
      if (work === undefined || work.isEnding || !work.module.price) continue;
      this.#site.enter(slot, work.title);
      const now = { last: slot.pair.last, time: this.#clock.toMs(time) };
      const { state, actions } = this.#site.turn(work.module.price(work.state, now));
      work.state = state;
      this.#act(work, actions, time);
    }
  }

  #tell(work: Work, event: ExecutionEvent, time: number): void {
    if (work.isEnding) return;
    this.#site.enter(work.parent.slot, work.title);
    const { state, actions } = this.#site.turn(work.module.step(work.state, event));
    work.state = state;
    this.#act(work, actions, time);
  }

  #act(work: Work, actions: readonly ExecutionAction[], time: number): void {
    for (const action of actions) {
      if (work.isEnding) break;
      if (action?.action === 'done') this.#wind(work, time);
      else if (action?.action === 'place') this.#place(work, action, time);
      else if (action?.action === 'cancel') this.#cancelChild(work, action.key, time);
      else refuse(work, 'EXECUTION_ACTION', `has the action ${shown(action)}, which is none of place, cancel and done`);
    }
    this.#endIfOver(work);
  }

  #place(work: Work, action: ExecutionAction & { readonly action: 'place' }, time: number): void {
    const { parent, children } = work;
    const { slot, sign } = parent;
    const { instrument, last } = slot.pair;
    const { key, type, amount } = action;
    if (typeof key !== 'string') refuse(work, 'EXECUTION_KEY', `placed an order under the key ${shown(key)}`);
    if (children.has(key)) refuse(work, 'EXECUTION_KEY', `placed "${key}" while an order of that key works`);
    if (type !== 'market' && type !== 'limit')
      refuse(work, 'EXECUTION_ACTION', `placed an order of type ${shown(type)}, which is neither market nor limit`);
    if (type === 'limit' && !(typeof action.price === 'number' && isPrice(action.price)))
      refuse(work, 'EXECUTION_PRICE', `placed a limit order at ${shown(action.price)}`);
    const lots = instrument.lots(amount);
    if (typeof amount !== 'number' || !(amount >= 0) || !(lots <= work.freeLots))
      refuse(
        work,
        'EXECUTION_AMOUNT',
        `placed ${shown(amount)} of an order that has ${instrument.amount(work.freeLots)} left`,
      );
    const price = action.price ?? last;
    const isTooSmall =
      lots < 1 ||
      (parent.purpose === PURPOSE.entry &&
        (lots < instrument.minLots || instrument.amount(lots) * price < instrument.minCost));
    if (isTooSmall) return this.#wind(work, time);
    const isLimit = type === 'limit';
    const child = this.#desk.submit(
      slot,
      parent.purpose,
      isLimit ? ORDER_KIND.limit : ORDER_KIND.market,
      sign,
      isLimit ? (sign > 0 ? instrument.ticksDown(price) : instrument.ticksUp(price)) : 0,
      lots,
      time,
      parent.tag,
    );
    child.leverage = parent.leverage;
    child.postOnly = isLimit && action.postOnly === true;
    child.reason = parent.reason;
    children.set(key, child);
    this.#byChild.set(child, { work, key });
  }

  #cancelChild(work: Work, key: string, time: number): void {
    const child = work.children.get(key);
    if (child === undefined) return;
    this.#desk.cancel(child);
    // One that was never sent is gone at once, without an event of the broker.
    if (!child.isOpen) this.#childEnded(work, key, child, time);
  }

  #childEnded(work: Work, key: string, child: Order, time: number): void {
    this.#byChild.delete(child);
    work.children.delete(key);
    this.#tell(work, { event: 'closed', key, time: this.#clock.toMs(time) }, time);
    this.#endIfOver(work);
  }

  #wind(work: Work, time: number): void {
    if (!work.isEnding) {
      work.isEnding = true;
      for (const key of [...work.children.keys()]) this.#cancelChild(work, key, time);
    }
    this.#endIfOver(work);
  }

  #endIfOver(work: Work): void {
    const { parent, children } = work;
    if (children.size > 0 || !parent.isOpen) return;
    const isFilled = parent.filledLots >= parent.lots;
    if (!work.isEnding && !isFilled) return;
    work.isEnding = true;
    parent.state = isFilled ? ORDER_STATE.filled : ORDER_STATE.cancelled;
    this.#byParent.delete(parent);
    const { slot } = parent;
    if (slot.entry === parent) {
      slot.entry = null;
      if (work.holdsSlot) this.#onEntryEnded();
    }
    if (slot.exit === parent) slot.exit = null;
  }
}

/** @throws TidegateError with the module that is at fault */
function refuse(work: Work, code: string, what: string): never {
  const { slot } = work.parent;
  throw new TidegateError(code, `${work.title} ${what}`, {
    where: `${slot.strategyName}, ${slot.pair.pair}`,
    remedy: 'This is a fault of the module: see its contract in docs/guides/plugins.md.',
  });
}
