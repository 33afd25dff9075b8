import { isDeepStrictEqual } from 'node:util';
import { Instrument } from '../domain/tradable.ts';
import { type Rng, seeded } from '../foundation/rng.ts';
import type { ExecutionAction, ExecutionEvent, ExecutionModule, ExecutionOrder } from '../ports/trading-modules.ts';
import type { AnyPlugin } from '../registry/define-plugin.ts';
import { testSpec } from './trading-fakes.ts';
import { type ContractViolation, checkDeclaration, Findings, type ModuleContract, make } from './violation.ts';

/** Minutes of market after which a module must have ended, filled or not. */
const LONGEST = 14 * 1440;

/**
 * Runs an execution module against its contract in a made-up market: it never has more at work than the order has left; amounts and limit prices
 * are positive; keys of working orders differ; states are plain JSON, not changed in place, and all that the module knows (one read back from
 * text goes on the same); it ends within two weeks, filled or not. An empty list is a pass.
 */
export function checkExecution(plugin: AnyPlugin, contract: ModuleContract = {}): ContractViolation[] {
  const found = new Findings();
  const options = checkDeclaration(plugin, contract, found);
  if (options === undefined) return found.list;
  const rng = seeded(`execution-${contract.seed ?? 1}`);
  for (let round = 0; round < 60; round++) runOne(plugin, options, rng.fork(round), round, found);
  return found.list;
}

function runOne(plugin: AnyPlugin, options: unknown, rng: Rng, round: number, found: Findings): void {
  const instrument = new Instrument(testSpec());
  const rate = 50 + 100 * rng.next();
  const order: ExecutionOrder = {
    pair: instrument.pair,
    side: rng.next() < 0.5 ? 'buy' : 'sell',
    amount: instrument.amount(1 + rng.int(round % 3 === 0 ? 200 : 100_000)),
    rate,
    time: Date.UTC(2024, 0, 1),
    instrument,
  };
  const desk = new ContractDesk(plugin, options, order, found);
  /** 0: nothing ever trades; 1: everything does. */
  const liquidity = [0, 1, rng.next()][round % 3]!;
  let last = rate;
  for (let minute = 1; minute <= LONGEST && !desk.isDone; minute++) {
    const time = order.time + minute * 60_000;
    for (const key of [...desk.working.keys()]) {
      if (desk.isDone) return;
      desk.trade(key, rng, liquidity, last, time);
    }
    last *= Math.exp(0.001 * rng.normal());
    if (!desk.isDone) desk.price(last, time - 30_000);
    if (!desk.isDone) desk.tell({ event: 'candle', last, volume: 1000 * rng.next(), time });
  }
  if (!desk.isDone) found.add('ends', `${order.side} ${order.amount}: still at work after ${LONGEST / 1440} days`);
}

/** Takes a module's actions, holds them to the laws, and feeds back what happens to its orders. */
class ContractDesk {
  readonly working = new Map<string, { readonly type: 'market' | 'limit'; rest: number }>();
  readonly #module: ExecutionModule;
  readonly #make: () => ExecutionModule;
  #steps = 0;
  readonly #order: ExecutionOrder;
  readonly #found: Findings;
  #state: unknown;
  #filled = 0;
  isDone = false;

  constructor(plugin: AnyPlugin, options: unknown, order: ExecutionOrder, found: Findings) {
    this.#make = () => make<ExecutionModule>(plugin, options);
    this.#module = this.#make();
    this.#order = order;
    this.#found = found;
    if (this.#module.name !== plugin.name) found.add('name', `the module calls itself "${this.#module.name}"`);
    const begun = this.#module.start(order);
    if (!isDeepStrictEqual(begun, this.#make().start(order))) found.add('determinism', 'two starts differ');
    this.#take(begun.state, begun.actions, order.time);
  }

  /** A price between candles. */
  price(last: number, time: number): void {
    if (!this.#module.price) return;
    const text = JSON.stringify(this.#state);
    const { state, actions } = this.#module.price(freeze(this.#state), { last, time });
    const read = this.#make().price?.(JSON.parse(text), { last, time });
    if (!isDeepStrictEqual({ state, actions }, read))
      this.#found.add('the state is all there is', `at a price of ${last} a restarted module goes on otherwise`);
    this.#take(state, actions, time);
  }

  /** Something may happen to a working order: markets fill whole, limits in part or not at all. */
  trade(key: string, rng: Rng, liquidity: number, price: number, time: number): void {
    const order = this.working.get(key);
    if (order === undefined || (order.type === 'limit' && rng.next() >= liquidity)) return;
    const whole = order.type === 'market' || rng.next() < 0.5;
    const { instrument } = this.#order;
    const amount = whole ? order.rest : instrument.amount(Math.floor(instrument.lots(order.rest) * rng.next()));
    if (amount <= 0) return;
    this.#filled += amount;
    order.rest = instrument.amount(instrument.lots(order.rest) - instrument.lots(amount));
    this.tell({ event: 'fill', key, amount, price, time });
    if (order.rest <= 0 && this.working.delete(key)) this.tell({ event: 'closed', key, time });
  }

  tell(event: ExecutionEvent): void {
    if (this.isDone) return;
    const text = JSON.stringify(this.#state);
    const { state, actions } = this.#module.step(freeze(this.#state), event);
    // A module made anew for each of the first events and now and then later: what it hides in variables is missed soon.
    const isChecked = this.#steps < 40 || this.#steps % 64 === 0;
    this.#steps++;
    const read = isChecked ? this.#make().step(JSON.parse(text), event) : null;
    if (read && !isDeepStrictEqual({ state, actions }, { state: read.state, actions: read.actions }))
      this.#found.add(
        'the state is all there is',
        `after ${JSON.stringify(event)} a restarted module goes on otherwise`,
      );
    this.#take(state, actions, event.time);
  }

  #take(state: unknown, actions: readonly ExecutionAction[], time: number): void {
    this.#state = state;
    const text = JSON.stringify(state);
    if (text === undefined || !isDeepStrictEqual(JSON.parse(text), state))
      this.#found.add('plain state', `the state is not what JSON makes of it: ${text}`);
    for (const action of actions) {
      if (this.isDone) this.#found.add('nothing after done', JSON.stringify(action));
      if (action.action === 'done') this.isDone = true;
      else if (action.action === 'place') this.#place(action);
      else if (this.working.delete(action.key)) this.tell({ event: 'closed', key: action.key, time });
    }
  }

  #place(action: ExecutionAction & { readonly action: 'place' }): void {
    const { key, type, amount, price } = action;
    const said = JSON.stringify(action);
    let atWork = this.#filled;
    for (const order of this.working.values()) atWork += order.rest;
    const { instrument } = this.#order;
    if (!(instrument.lots(amount) >= 1)) this.#found.add('amounts are a lot or more', said);
    if (atWork + amount > this.#order.amount + instrument.lot / 2)
      this.#found.add('never more than the order', `${said} with ${atWork} of ${this.#order.amount} filled or at work`);
    if (type === 'limit' && !((price ?? 0) > 0)) this.#found.add('limit orders have a price', said);
    if (this.working.has(key)) this.#found.add('keys of working orders differ', said);
    this.working.set(key, { type, rest: instrument.amount(instrument.lots(amount)) });
  }
}

function freeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}
