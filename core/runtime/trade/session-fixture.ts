import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedSlippage } from '../../engine/fills/slippage.ts';
import { openTradeStore } from '../../persistence/trade-store/open-trade-store.ts';
import type { TradeStore } from '../../ports/trade-store.ts';
import { Strategy } from '../../strategy/strategy.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { TestExchange } from './exchange-fixture.ts';
import { noStoredData } from './no-stored-data.ts';
import type { MakeLearner } from './session-learning.ts';
import { startSession, type TradeSession } from './trade-session.ts';
import type { TradeSettings } from './trade-settings.ts';
import { TestVenue, type VenueCandle } from './venue-fixture.ts';

export const BTC = 'BTC/USDT:USDT';
export const ETH = 'ETH/USDT:USDT';
export const START = Date.UTC(2024, 0, 2);

/** Says what a strategy does at the close of a pair's candle, by its opening minute since the start. */
export type Plan = (minute: number, act: Strategy, pair: string) => void;

/** A strategy of five-minute candles that follows a plan. */
export function planned(
  plan: Plan,
  attributes: Partial<Strategy> = {},
  name = 'Planned',
): BacktestOptions['strategies'][number] {
  class Planned extends Strategy {
    constructor() {
      super();
      this.canShort = true;
      this.stoploss = -0.05;
      Object.assign(this, attributes);
    }
    override onCandle(bar: { readonly pair: string; readonly candle: { readonly time: number } }): void {
      plan(Math.round((bar.candle.time - START) / 60_000), this, bar.pair);
    }
  }
  return { name, create: () => new Planned(), codeHash: '' };
}

/** A run's options: stake 1,000, three positions, no simulated costs. */
export function testOptions(
  strategy: BacktestOptions['strategies'][number],
  pairs: readonly string[],
): BacktestOptions {
  return {
    strategies: [strategy],
    data: noStoredData,
    exchange: 'test',
    pairs,
    fills: 'honest',
    stakeCurrency: 'USDT',
    startingBalance: 10_000,
    stakeAmount: 1_000,
    tradableBalanceRatio: 0.99,
    maxOpenTrades: 3,
    costs: { latencyMs: 0, spreadBps: 0, slippage: fixedSlippage({ bps: 0 }), volumeShare: 1, roiRests: true },
    liquidationBuffer: 0.05,
    enableProtections: true,
  };
}

/** A venue with an hour of history at 100. */
export function testVenue(pairs: readonly string[] = [BTC]): TestVenue {
  const venue = new TestVenue(START - 3_600_000, pairs);
  for (let i = 0; i < 12; i++) venue.close('5m', Object.fromEntries(pairs.map((pair) => [pair, [100, 100, 100, 100]])));
  return venue;
}

/** A bot on a venue: started, stopped, killed and started again on the same database. */
export class TestBot {
  readonly path = join(mkdtempSync(join(tmpdir(), 'tidegate-')), 'trades.sqlite');
  readonly venue: TestVenue;
  readonly options: BacktestOptions;
  readonly settings: TradeSettings;
  readonly lines: { readonly level: string; readonly event: string; readonly fields: object }[] = [];
  exchange!: TestExchange;
  store!: TradeStore;
  session!: TradeSession;
  ended: (Error | null)[] = [];
  /** Of what learns. */
  learner?: MakeLearner;
  wallMs = 1_000_000;
  /** Timers go off so many times as fast; machine time moves on with them. */
  speed = 1;

  constructor(venue: TestVenue, options: BacktestOptions, settings: Partial<TradeSettings> = {}) {
    this.venue = venue;
    this.options = options;
    this.settings = {
      mode: 'live',
      batchWaitMs: 2_000,
      reconcileMs: 60_000,
      stopGraceMs: 10_000,
      marginMode: 'isolated',
      deadMansSwitchMs: 0,
      ...settings,
    };
  }

  async start(changes: ConstructorParameters<typeof TestExchange>[1] = {}): Promise<void> {
    this.exchange = new TestExchange(this.venue, changes);
    const at = this.venue.now;
    this.store = await openTradeStore(this.path, { mode: this.settings.mode, at, inputs: null });
    this.session = await startSession({
      options: this.options,
      settings: this.settings,
      exchange: this.exchange,
      store: this.store,
      stored: null,
      ...(this.learner && { learner: this.learner }),
      log: (level, event, fields = {}) => void this.lines.push({ level, event, fields }),
      clock: {
        now: () => this.wallMs,
        after: (ms, call) => {
          const due = this.wallMs + ms;
          const timer = setTimeout(() => {
            this.wallMs = Math.max(this.wallMs, due);
            call();
          }, ms / this.speed).unref();
          return () => clearTimeout(timer);
        },
      },
      onEnd: (error) => void this.ended.push(error),
    });
    this.session.run();
  }

  /** Closes a candle and waits until the bot has nothing to do. */
  async candle(rows: Readonly<Record<string, VenueCandle>>): Promise<void> {
    this.venue.close('5m', rows);
    await this.idle();
  }

  async idle(): Promise<void> {
    for (let k = 0; k < 3; k++) {
      this.wallMs += 300;
      await this.session.idle();
    }
  }

  async stop(): Promise<void> {
    await this.session.close();
    await this.store.close(this.venue.now);
    await this.exchange.close();
  }

  /** As a kill: what has not been committed is lost, no word to the venue. */
  async kill(): Promise<void> {
    await this.exchange.close();
    await this.session.close();
    await this.store.close(this.venue.now);
  }
}
