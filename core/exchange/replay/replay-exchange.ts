import type { PartSource } from '../../book/event-parts.ts';
import type { QueueModel } from '../../book/queue-models.ts';
import type { CandleTable, EventTable } from '../../domain/candles.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { FaultDesk } from './fault-desk.ts';
import { accountUpdateJson, algoUpdateJson, orderUpdateJson } from './futures-json.ts';
import { FuturesVenue } from './futures-venue.ts';
import { Ledger } from './ledger.ts';
import { liquidate } from './liquidation.ts';
import { ListenKeys } from './listen-keys.ts';
import { MarketStreams } from './market-streams.ts';
import { candleWalk } from './price-walk.ts';
import { type RateLimitOptions, RateLimits, USUAL_LIMITS } from './rate-limits.ts';
import { RecordedBook } from './recorded-book.ts';
import { type MarketBook, SyntheticBook } from './replay-book.ts';
import { lotsText, priceText, type ReplaySymbol, type VenueName } from './replay-symbol.ts';
import { type ReplayKey, Session } from './session.ts';
import { accountPositionJson, executionReportJson, listStatusJson } from './spot-json.ts';
import { SpotVenue } from './spot-venue.ts';
import { StreamHub } from './stream-hub.ts';
import { MINUTE_MS, SymbolMarket } from './symbol-market.ts';

/** One symbol and the candles its prices come from. Candles before the start are its history. */
export interface ReplayListing {
  readonly symbol: ReplaySymbol;
  readonly candles: CandleTable;
  /** Length of the given candles; default one minute. */
  readonly candleMs?: number;
  /** Funding payments with a `rate`; without them rates are drawn from the seed. */
  readonly funding?: EventTable;
  /** Mean size of a book level in base units; default: a level is worth about 20,000 quote. */
  readonly levelSize?: number;
  /** Recorded trades and books, in the symbol's ticks and lots, which are played instead of candles; those are its history only. */
  readonly recording?: { readonly parts: PartSource; readonly queue: QueueModel };
}

/** What a replay exchange is made of. */
export interface ReplayOptions {
  readonly listings: readonly ReplayListing[];
  readonly seed: string | number;
  /** First market time, ms UTC. */
  readonly startTime: number;
  /** Market time of one step, ms; must divide a minute. Default 1,000. */
  readonly stepMs?: number;
  /** Levels on each side of a book. Default 40. */
  readonly depth?: number;
  readonly keys: readonly ReplayKey[];
  readonly spotDeposits?: Readonly<Record<string, number>>;
  readonly futuresDeposit?: number;
  readonly limits?: Partial<Record<VenueName, RateLimitOptions>>;
  /** Wall time, ms: signatures, listen keys and rate limits live by it. */
  readonly sessionClock: () => number;
  /** The first order id lies above it. Default 2^53, so that clients which parse ids as doubles are found out. */
  readonly firstOrderId?: bigint;
}

/**
 * The replay exchange without its sockets: a spot and a futures market that move only by `advance`. The same options, calls and session
 * clock give the same bytes (`hub.digest()`).
 */
export class ReplayExchange {
  readonly seed: string | number;
  readonly stepMs: number;
  readonly session: Session;
  readonly ledger = new Ledger();
  readonly hub: StreamHub;
  readonly streams: MarketStreams;
  readonly spot: SpotVenue;
  readonly futures: FuturesVenue;
  readonly limits: Readonly<Record<VenueName, RateLimits>>;
  readonly listenKeys: ListenKeys;
  readonly faults: FaultDesk;
  readonly fundingHistory: {
    readonly symbol: string;
    readonly time: number;
    readonly rate: number;
    readonly mark: number;
  }[] = [];
  readonly #markets: Readonly<Record<VenueName, Map<string, SymbolMarket>>> = { spot: new Map(), futures: new Map() };
  readonly #recordings: RecordedBook[] = [];
  readonly #later: { readonly time: number; readonly run: () => void }[] = [];
  #now: number;
  isDown = false;
  liquidations = 0;

  constructor(options: ReplayOptions) {
    const { seed, startTime, stepMs = 1_000, keys, sessionClock, firstOrderId = 2n ** 53n } = options;
    if (!(stepMs > 0) || MINUTE_MS % stepMs !== 0 || stepMs > MINUTE_MS / 4)
      throw new TidegateError('REPLAY_STEP', `a step of ${stepMs} ms does not divide a minute into four or more`, {
        remedy: 'Use 100, 250, 1000, 5000 or 15000.',
      });
    this.seed = seed;
    this.stepMs = stepMs;
    // A recording is not to be rushed through up to the next full minute.
    const isRecorded = options.listings.some((listing) => listing.recording);
    this.#now = isRecorded ? Math.floor(startTime / stepMs) * stepMs : Math.ceil(startTime / MINUTE_MS) * MINUTE_MS;
    this.session = new Session(keys, sessionClock);
    this.listenKeys = new ListenKeys(seed, () => this.session.now());
    this.hub = new StreamHub((key) => this.listenKeys.isValid(key));
    for (const listing of options.listings) this.#list(listing, options.depth ?? 40);
    const limits = (venue: VenueName) =>
      new RateLimits(options.limits?.[venue] ?? USUAL_LIMITS[venue], () => this.session.now());
    this.limits = { spot: limits('spot'), futures: limits('futures') };
    this.streams = new MarketStreams({
      hub: this.hub,
      markets: (venue) => this.#markets[venue],
      openOrders: (venue, id) => (venue === 'spot' ? this.spot : this.futures).orders.open(id),
    });
    const now = () => this.#now;
    const book = (market: SymbolMarket) => this.streams.depth(market, this.#now);
    this.spot = new SpotVenue({
      markets: this.#markets.spot,
      now,
      ledger: this.ledger,
      firstOrderId: firstOrderId + 500_000n,
      deposits: options.spotDeposits ?? { USDT: 10_000 },
      output: {
        order: (order, execution, fill, reason) =>
          this.hub.publishUser('spot', executionReportJson(order, execution, fill, this.#now, reason)),
        list: (list) => this.hub.publishUser('spot', listStatusJson(list, this.#now)),
        account: (assets) => this.hub.publishUser('spot', accountPositionJson(this.spot.wallet, assets, this.#now)),
        balance: (asset, change) =>
          this.hub.publishUser('spot', {
            e: 'balanceUpdate',
            E: this.#now,
            a: asset,
            d: (change / 1e8).toFixed(8),
            T: this.#now,
          }),
        book,
      },
    });
    this.futures = new FuturesVenue({
      markets: this.#markets.futures,
      now,
      ledger: this.ledger,
      firstOrderId,
      deposit: options.futuresDeposit ?? 10_000,
      output: {
        order: (order, execution, fill, status) =>
          this.hub.publishUser('futures', orderUpdateJson(order, execution, fill, this.#now, status)),
        account: (reason, positions, change) =>
          this.hub.publishUser(
            'futures',
            accountUpdateJson(this.futures.account, reason, positions, change, this.#now),
          ),
        algo: (algo) =>
          this.hub.publishUser(
            'futures',
            algoUpdateJson(algo, this.futures.orders.find(algo.symbol.id, algo.childId ?? -1n, null), this.#now),
          ),
        settings: (s, l) =>
          this.hub.publishUser('futures', { e: 'ACCOUNT_CONFIG_UPDATE', E: this.#now, T: this.#now, ac: { s, l } }),
        forced: (order, fill) => this.#forceOrder(order.symbol, order.side, fill.tick, fill.lots),
        book,
      },
    });
    this.faults = new FaultDesk(this);
  }

  /** Market time, ms UTC. */
  get now(): number {
    return this.#now;
  }

  markets(venue: VenueName): ReadonlyMap<string, SymbolMarket> {
    return this.#markets[venue];
  }

  /** Runs `run` when market time reaches `time`. */
  at(time: number, run: () => void): void {
    this.#later.push({ time, run });
    this.#later.sort((a, b) => a.time - b.time);
  }

  /** The next step may be taken: no part of a recording has to be read before. */
  get isReady(): boolean {
    return this.#recordings.every((book) => book.isReady);
  }

  /** Every recording has been played to its end: from here on the market stands still. */
  get isPlayedOut(): boolean {
    return this.#recordings.length > 0 && this.#recordings.every((book) => book.isOver);
  }

  /** Reads the parts of recordings that the next step may need. @throws TidegateError those of reading */
  async ready(): Promise<void> {
    for (const book of this.#recordings) await book.ready();
  }

  /** Moves market time on by `ms`, in whole steps (rounded up). */
  advance(ms: number): void {
    const end = this.#now + Math.ceil(ms / this.stepMs) * this.stepMs;
    while (this.#now < end) this.#step();
  }

  /** `advance` that waits for the parts of recordings on the way; without any it is done at once. */
  async advanceReading(ms: number): Promise<void> {
    const end = this.#now + Math.ceil(ms / this.stepMs) * this.stepMs;
    while (this.#now < end) {
      if (!this.isReady) await this.ready();
      this.#step();
    }
  }

  #step(): void {
    const { stepMs } = this;
    this.#now += stepMs;
    const now = this.#now;
    while (this.#later.length > 0 && this.#later[0]!.time <= now) this.#later.shift()!.run();
    for (const venue of ['spot', 'futures'] as const)
      for (const market of this.#markets[venue].values()) market.step(now, stepMs, this[venue]);
    this.liquidations += liquidate(this.futures);
    this.#fund(now);
    this.streams.step('spot', now, stepMs);
    this.streams.step('futures', now, stepMs);
  }

  #fund(now: number): void {
    for (const market of this.#markets.futures.values()) {
      if (market.nextFunding(now - 1) !== now) continue;
      const rate = market.fundingRate(now - 1);
      this.fundingHistory.push({ symbol: market.symbol.id, time: now, rate, mark: market.mark });
      this.futures.fund(market, rate);
    }
  }

  #list(listing: ReplayListing, depth: number): void {
    const { symbol, candles, candleMs = MINUTE_MS, funding } = listing;
    const lastClose = candles.close[candles.length - 1];
    if (lastClose === undefined || candles.time[0]! > this.#now)
      throw new TidegateError('REPLAY_NO_CANDLES', `${symbol.id} has no candles at the start of the replay`, {
        remedy: 'Start later, or give candles that begin earlier.',
        details: { start: this.#now, first: candles.time[0] },
      });
    const book = this.#bookOf(listing, depth, lastClose);
    const market = new SymbolMarket(symbol, candleWalk(candles, candleMs), book, this.seed, funding ?? null);
    for (let i = 0; i < candles.length && candles.time[i]! + candleMs <= this.#now; i++)
      market.klines.push({
        time: candles.time[i]!,
        open: candles.open[i]!,
        high: candles.high[i]!,
        low: candles.low[i]!,
        close: candles.close[i]!,
        volume: candles.volume[i]!,
        trades: 60,
      });
    market.setPrice(market.klines[market.klines.length - 1]?.close ?? candles.open[0]!);
    this.#markets[symbol.venue].set(symbol.id, market);
    if (funding) this.#rememberFunding(market, funding);
  }

  #bookOf({ symbol, levelSize, recording }: ReplayListing, depth: number, lastClose: number): MarketBook {
    if (recording) {
      const book = new RecordedBook(recording.parts, recording.queue);
      this.#recordings.push(book);
      return book;
    }
    const price = lastClose / symbol.tickSize;
    return new SyntheticBook({
      seed: this.seed,
      name: symbol.id,
      depth,
      lots: Math.max(10, Math.round((levelSize ?? 20_000 / lastClose) / symbol.stepSize)),
      spreadTicks: Math.max(1, Math.round(price * 0.00002)),
      gapTicks: Math.max(1, Math.round(price * 0.00005)),
    });
  }

  /** Payments from before the replay, which a client may ask for as history; their marks are the closes of the candles before them. */
  #rememberFunding({ symbol, klines }: SymbolMarket, { time, values, length }: EventTable): void {
    let k = 0;
    for (let i = 0; i < length && time[i]! < this.#now; i++) {
      while (k + 1 < klines.length && klines[k + 1]!.time < time[i]!) k++;
      const mark = klines[k]?.close;
      if (mark !== undefined)
        this.fundingHistory.push({ symbol: symbol.id, time: time[i]!, rate: values.rate![i]!, mark });
    }
    this.fundingHistory.sort((a, b) => a.time - b.time);
  }

  #forceOrder(symbol: ReplaySymbol, side: 1 | -1, tick: number, lots: number): void {
    const price = priceText(symbol, tick);
    const qty = lotsText(symbol, lots);
    const o = {
      s: symbol.id,
      S: side > 0 ? 'BUY' : 'SELL',
      o: 'LIMIT',
      f: 'IOC',
      q: qty,
      p: price,
      ap: price,
      X: 'FILLED',
      l: qty,
      z: qty,
      T: this.#now,
    };
    const event = { e: 'forceOrder', E: this.#now, o };
    this.hub.publish('futures', `${symbol.id.toLowerCase()}@forceOrder`, event);
    this.hub.publish('futures', '!forceOrder@arr', event);
  }
}
