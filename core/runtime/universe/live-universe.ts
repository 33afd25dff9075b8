import type { Config } from '../../config/schema.ts';
import { NOT_LISTED } from '../../engine/slot.ts';
import { MarketClock } from '../../exchange/market-clock.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import type { MarketData } from '../../ports/market-data.ts';
import type { ClosedTrades } from '../../ports/trading-modules.ts';
import type { Registry } from '../../registry/registry.ts';
import { exchangeData } from './exchange-data.ts';
import { PairlistChain } from './pairlist-chain.ts';

/** A running session, as far as its pairs go. */
export interface PairSession {
  readonly pairs: readonly string[];
  /** Entries on the pair are refused with this reason; null ends it. */
  block(pair: string, source: string, reason: string | null): void;
  readonly trades: ClosedTrades;
  /** The market's time, ms UTC. */
  readonly now: number;
}

/**
 * The pair lists of a running bot: asked at the start, and again at every multiple of their shortest interval, without making trading wait. Pairs that
 * leave the list take no entries; for pairs that join it, the session has to be started anew.
 */
export class LiveUniverse {
  readonly #chain: PairlistChain;
  readonly #exchange: ExchangePort;
  readonly #given: readonly string[];
  readonly #data: MarketData;
  readonly #clock: MarketClock;
  /** What the chain named last. */
  pairs: readonly string[];
  #askedFor: number;
  #answer: readonly string[] | null = null;
  #problem: unknown = null;

  private constructor(chain: PairlistChain, exchange: ExchangePort, given: readonly string[], clock: MarketClock) {
    this.#chain = chain;
    this.#exchange = exchange;
    this.#given = given;
    this.#clock = clock;
    this.#data = exchangeData(exchange, () => clock.now());
    this.#askedFor = periodOf(chain, clock.now());
    this.pairs = given;
  }

  /**
   * Asks for the first time. `pairs` of the configuration come into the chain; without them, all pairs of the exchange that settle in the stake currency.
   * @param exchange opened; without keys is enough. The universe closes it.
   * @throws TidegateError PAIRLIST_EMPTY, and what the modules throw
   */
  static async start(
    config: Config,
    registry: Registry,
    exchange: ExchangePort,
    trades: ClosedTrades | null,
  ): Promise<LiveUniverse> {
    const chain = await PairlistChain.make(registry, config.pairlists ?? [], config.pairlistRefreshMinutes);
    const markets = await exchange.loadMarkets();
    const tradable = markets.filter(({ status, settle }) => status === 'trading' && settle === config.stakeCurrency);
    const given = config.pairs ?? tradable.map(({ pair }) => pair).sort();
    // A replay's market lives in another time than its clock.
    const clock = new MarketClock(() => exchange.now());
    for (const ticker of await exchange.fetchTickers(given)) clock.heard(ticker.exchangeTime);
    const universe = new LiveUniverse(chain, exchange, given, clock);
    universe.pairs = await universe.#ask(trades);
    // Applied to the session's pairs as soon as there is one: those of open positions may not be on the list.
    universe.#answer = universe.pairs;
    if (universe.pairs.length > 0) return universe;
    throw new TidegateError('PAIRLIST_EMPTY', `the pair lists leave no pair of ${exchange.name}`, {
      where: 'pairlists',
      remedy: '"tidegate pairlist test" shows on stored data which step drops them.',
    });
  }

  /**
   * To be called often. Asks when it is time, and applies the answer once it is there.
   * @returns whether pairs joined that the session does not have, and why asking failed, once
   */
  care(session: PairSession): { readonly needsReload: boolean; readonly problem: unknown } {
    this.#clock.heard(session.now);
    const period = periodOf(this.#chain, this.#clock.now());
    if (period > this.#askedFor) {
      this.#askedFor = period;
      this.#ask(session.trades).then(
        (pairs) => {
          this.#answer = pairs;
        },
        (error: unknown) => {
          this.#problem = error ?? new Error('no reason');
        },
      );
    }
    const problem = this.#problem;
    this.#problem = null;
    const answer = this.#answer;
    this.#answer = null;
    if (answer === null) return { needsReload: false, problem };
    // An empty answer is more likely a fault than a wish: what is traded goes on.
    if (answer.length === 0)
      return { needsReload: false, problem: new Error('the pair lists leave no pair: the ones before stay') };
    this.pairs = answer;
    for (const pair of session.pairs) session.block(pair, 'pairlist', answer.includes(pair) ? null : NOT_LISTED);
    return { needsReload: answer.some((pair) => !session.pairs.includes(pair)), problem };
  }

  close(): Promise<void> {
    return this.#exchange.close();
  }

  #ask(trades: ClosedTrades | null): Promise<readonly string[]> {
    return this.#chain.pairs(this.#given, {
      data: this.#data,
      exchange: this.#exchange.name,
      time: this.#clock.now(),
      trades,
    });
  }
}

function periodOf(chain: PairlistChain, time: number): number {
  return Math.floor(time / chain.refreshMs);
}
