import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { FILL_FIELDS, ORDER_FIELDS, TRADE_FIELDS } from '../../engine/logs.ts';
import { seeded } from '../../foundation/rng.ts';
import type { Bar } from '../../strategy/bar.ts';
import type { Market } from '../../strategy/market.ts';
import { Strategy, type StrategyContext } from '../../strategy/strategy.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { ownLearner } from '../learning/learner.ts';
import { loadRegistry } from '../load-registry.ts';
import { replaySession } from './replay-session.ts';
import { BTC, START, TestBot, testOptions } from './session-fixture.ts';
import type { TradeWiring } from './trade-wiring.ts';
import { TestVenue, type VenueCandle } from './venue-fixture.ts';

const registry = await loadRegistry();
const STEP = 300_000;
/** Candles of history: the window, a schedule, and some. */
const HISTORY = 200;

/** Candles whose volume says, with noise, which way the next close goes. */
function* hints(seed: string): Generator<VenueCandle> {
  const draws = seeded(seed);
  let price = 1000;
  for (let next = draws.normal(); ; ) {
    const move = next;
    next = draws.normal();
    const open = price;
    price = Math.round(price * Math.exp(0.004 * move) * 10) / 10;
    const volume = 1e6 * Math.exp(0.3 * (0.8 * next + 0.6 * draws.normal()));
    yield [open, Math.max(open, price), Math.min(open, price), price, volume];
  }
}

class Learner extends Strategy {
  override timeframe = '5m';
  override canShort = true;
  override stoploss = -0.05;
  learnt = this.train({
    brain: {
      features: [{ name: 'vroc', period: 1 }],
      label: { name: 'direction', horizon: 1, classes: 2 },
      model: 'logistic-regression',
      window: '10h',
      every: '2h',
    },
    market: { regime: { name: 'hmm', restarts: 1 }, window: '10h', every: '4h' },
    calm: { volatility: 'ewma', window: '5h', every: '4h' },
  });
  override features(m: Market) {
    return {
      brain: m.model(this.learnt.brain),
      market: m.regime(this.learnt.market),
      calm: m.volatility(this.learnt.calm),
    };
  }
  override onCandle({ f }: Bar<this>): void {
    const said = f.brain.direction.now;
    if (f.calm.now > 1) return;
    if (said > 0.2) this.enter.long();
    else if (said < -0.2) this.enter.short();
    if (said < 0) this.exit.long();
    if (said > 0) this.exit.short();
  }
}

const options: BacktestOptions = {
  ...testOptions({ name: 'Learner', create: (c: StrategyContext) => new Learner(c), codeHash: 'code' }, [BTC]),
  learning: { registry, jobs: 1, stored: () => expect.unreachable() },
};

let bot: TestBot;
afterEach(() => bot.stop());

function learningBot(): { readonly next: () => VenueCandle } {
  const venue = new TestVenue(START - HISTORY * STEP, [BTC]);
  const candles = hints('live');
  const next = () => candles.next().value as VenueCandle;
  for (let i = 0; i < HISTORY; i++) venue.close('5m', { [BTC]: next() });
  bot = new TestBot(venue, options, { mode: 'dry-run' });
  bot.learner = (pairs, keepMs) => ownLearner({ ...options, pairs }, keepMs);
  return { next };
}

async function candles(count: number, next: () => VenueCandle): Promise<void> {
  for (let i = 0; i < count; i++) {
    await bot.candle({ [BTC]: next() });
    await bot.session.learning!.live.settled();
  }
}

const learning = () =>
  bot.store.reader.decisions().flatMap(({ kind, reason }) => (['learning', 'alert'].includes(kind) ? [reason] : []));

function logsOf({ engine }: Pick<TradeWiring, 'engine'>) {
  const rows = (log: { readonly length: number; get(row: number, field: never): number }, fields: readonly string[]) =>
    Array.from({ length: log.length }, (_, row) => fields.map((field) => log.get(row, field as never)));
  const { orders, fills, trades } = engine.logs;
  return {
    orders: rows(orders, ORDER_FIELDS),
    fills: rows(fills, FILL_FIELDS),
    trades: rows(trades, TRADE_FIELDS),
    equity: engine.ledger.equity,
  };
}

async function expectReplays(session: number): Promise<void> {
  const events = bot.store.reader.journal(0, 1_000_000).filter((event) => event.session === session);
  expect(logsOf(await replaySession(options, events))).toEqual(logsOf(bot.session.wiring));
}

describe('a session that learns', () => {
  it('trains before it trades, again on its schedule, and its journal gives the same orders and fills', async () => {
    const { next } = learningBot();
    await bot.start();
    expect(bot.session.learning!.live.isAnswering).toBe(true);
    await candles(60, next);
    const taken = learning();
    // Three blocks at the start, the model at two more moments of its schedule, the others at one.
    expect(taken.filter((reason) => reason.startsWith('brain trained up to'))).toHaveLength(3);
    expect(taken.filter((reason) => reason.startsWith('market trained up to'))).toHaveLength(2);
    expect(taken.filter((reason) => reason.startsWith('calm trained up to'))).toHaveLength(2);
    expect(bot.session.loop.engine.logs.fills.length).toBeGreaterThan(20);
    expect(bot.ended).toEqual([]);
    await expectReplays(1);
    // How the model in charge has done was looked at every twelve minutes, last before the newest one took over.
    const [served] = [...bot.session.learning!.served.values()];
    expect(served).toMatchObject({ block: 'brain', pairs: [BTC], asked: 11, hits: 6 });
    expect(bot.session.learning!.inCharge).toMatchObject([
      { block: 'brain', pair: BTC, trainedUpTo: '2024-01-02T04:00:00.000Z', since: '2024-01-02T04:05:00.000Z' },
      { block: 'market', trainedUpTo: '2024-01-02T04:00:00.000Z' },
      { block: 'calm', trainedUpTo: '2024-01-02T04:00:00.000Z' },
    ]);
  });

  it('goes on after a kill with the models that it had, without training them again', async () => {
    const { next } = learningBot();
    await bot.start();
    await candles(30, next);
    const said = bot.session.wiring.learned!.nodes;
    const before = [...said.values()].map((node) => node.timeline.learned.at(-1)!.hash);
    await bot.kill();
    bot.lines.length = 0;
    await bot.start();
    const after = [...bot.session.wiring.learned!.nodes.values()].map((node) => node.timeline.learned.at(-1)!.hash);
    expect(after).toEqual(before);
    expect(bot.session.learning!.inCharge[0]!.since).toBe('2024-01-02T02:05:00.000Z');
    expect(bot.lines.filter(({ event }) => event.startsWith('learning'))).toEqual([]);
    await candles(26, next);
    expect(bot.session.wiring.learned!.nodes.values().next().value!.timeline.learned.length).toBe(2);
    await expectReplays(2);
  });

  it('tells of a model that was damaged, and trades on without an opinion until one is trained anew', async () => {
    const { next } = learningBot();
    await bot.start();
    await candles(3, next);
    bot.session.loop.command({ name: 'force-enter', slot: bot.session.slotOf(BTC), side: 'long' });
    await candles(1, next);
    await bot.kill();
    const db = new Database(bot.path);
    const { changes } = db.prepare("UPDATE blob SET bytes = x'7b' WHERE name LIKE 'learned:%'").run();
    db.close();
    expect(changes).toBe(3);
    await bot.start();
    expect(bot.lines.filter(({ event }) => event === 'learning.problem')).toHaveLength(3);
    expect(bot.lines.find(({ event }) => event === 'learning.problem')!.fields).toMatchObject({
      message: expect.stringContaining('MODEL_CORRUPT'),
    });
    const answers = () => bot.session.wiring.learned!.nodes.values().next().value!.timeline.learned.length;
    expect(answers()).toBe(0);
    await candles(2, next);
    expect(answers()).toBe(1);
    expect(bot.ended).toEqual([]);
    await expectReplays(2);
  });

  it('of an anchored block learns from ever more', async () => {
    const { next } = learningBot();
    const anchored = { brain: { anchored: true } };
    const [source] = options.strategies;
    const create = (context: StrategyContext) => source!.create({ ...context, train: anchored });
    const given = { ...options, strategies: [{ ...source!, create }] };
    bot = new TestBot(bot.venue, given, { mode: 'dry-run' });
    bot.learner = (pairs, keepMs) => {
      expect(keepMs).toBe(Number.POSITIVE_INFINITY);
      return ownLearner({ ...given, pairs }, keepMs);
    };
    await bot.start();
    await candles(30, next);
    const rows = bot.lines.flatMap(({ event, fields }) =>
      event === 'learning.trained' && (fields as { block: string }).block === 'brain'
        ? [(fields as { rows: number }).rows]
        : [],
    );
    expect(rows.length).toBe(2);
    expect(rows[1]! - rows[0]!).toBe(24);
  });
});
