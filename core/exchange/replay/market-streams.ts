import { timeframe } from '../../domain/timeframe.ts';
import { DepthDiff, type DepthEvent, publicLevels } from './depth-view.ts';
import { klineEvent, levelsJson, markPriceEvent, premiumIndexJson, tickerEvent, tradeEvent } from './market-json.ts';
import type { ReplayOrder } from './replay-order.ts';
import type { VenueName } from './replay-symbol.ts';
import type { StreamHub } from './stream-hub.ts';
import type { SymbolMarket } from './symbol-market.ts';

/** What the market streams read. */
export interface StreamSource {
  readonly hub: StreamHub;
  markets(venue: VenueName): ReadonlyMap<string, SymbolMarket>;
  openOrders(venue: VenueName, symbolId: string): readonly ReplayOrder[];
}

/** Alters depth events on their way out (fault F22). */
export type DepthTamper = (event: DepthEvent) => readonly DepthEvent[];

const DEPTH_LEVELS = 1_000;
const SECOND_MS = 1_000;

interface Parsed {
  readonly symbolId: string;
  readonly kind: string;
  readonly arg: string;
}

/** Public stream events of one step of market time. Only what someone listens to is made. */
export class MarketStreams {
  readonly #source: StreamSource;
  readonly #diffs = new Map<SymbolMarket, DepthDiff>();
  readonly #parsed = new Map<string, Parsed>();
  tamperDepth: DepthTamper | null = null;

  constructor(source: StreamSource) {
    this.#source = source;
  }

  /** Call on every subscription: depth streams begin with the book as it is. @returns false for a name that is no stream */
  begin(venue: VenueName, stream: string): boolean {
    const { symbolId, kind } = this.#parse(stream);
    if (symbolId === '') return KINDS.has(kind);
    const market = this.#source.markets(venue).get(symbolId);
    if (!market || !KINDS.has(kind)) return false;
    if (kind === 'depth' && !this.#diffs.has(market)) {
      const [bids, asks] = this.#levels(market);
      this.#diffs.set(market, new DepthDiff(market, bids, asks));
    }
    return true;
  }

  /** The book of one symbol has changed between steps. */
  depth(market: SymbolMarket, now: number): void {
    const { venue, id } = market.symbol;
    const diff = this.#diffs.get(market);
    if (!diff || diff.isCurrent(market)) return;
    const [bids, asks] = this.#levels(market);
    const event = diff.next(market, bids, asks, now);
    if (!event) return;
    for (const out of this.tamperDepth ? this.tamperDepth(event) : [event])
      for (const rate of ['', '@100ms', '@500ms', '@0ms', '@250ms', '@1000ms'])
        this.#source.hub.publish(venue, `${id.toLowerCase()}@depth${rate}`, out);
  }

  /** Everything that one step of `stepMs`, ending at `now`, has to say about all symbols of a market. */
  step(venue: VenueName, now: number, stepMs: number): void {
    const { hub } = this.#source;
    if (hub.isQuiet(venue)) return;
    const markets = this.#source.markets(venue);
    const streams = [...hub.streams(venue)];
    // Trades before the book: a change is what the trade left.
    for (const stream of streams) this.#trades(venue, stream, markets);
    for (const market of markets.values()) this.depth(market, now);
    for (const stream of streams) {
      const parsed = this.#parse(stream);
      if (parsed.kind === 'depth' || TRADES.has(parsed.kind)) continue;
      if (parsed.symbolId === '') hub.publish(venue, stream, this.#all(markets, parsed.kind, now));
      else {
        const market = markets.get(parsed.symbolId);
        if (market) this.#one(venue, stream, parsed, market, now, stepMs);
      }
    }
  }

  #trades(venue: VenueName, stream: string, markets: ReadonlyMap<string, SymbolMarket>): void {
    const { symbolId, kind } = this.#parse(stream);
    const market = TRADES.has(kind) ? markets.get(symbolId) : undefined;
    if (!market) return;
    for (const trade of market.newTrades)
      this.#source.hub.publish(venue, stream, tradeEvent(market.symbol, trade, kind as 'trade' | 'aggTrade'));
  }

  #one(
    venue: VenueName,
    stream: string,
    { kind, arg }: Parsed,
    market: SymbolMarket,
    now: number,
    stepMs: number,
  ): void {
    const { hub } = this.#source;
    const { symbol } = market;
    if (kind === 'kline') this.#kline(venue, stream, arg, market, now);
    else if (kind === 'bookTicker') hub.publish(venue, stream, tickerEvent(market, kind, now));
    else if (kind === 'ticker' || kind === 'miniTicker') {
      if (isDue(now, stepMs, SECOND_MS)) hub.publish(venue, stream, tickerEvent(market, kind, now));
    } else if (kind === 'markPrice') {
      if (isDue(now, stepMs, arg === '1s' ? SECOND_MS : 3 * SECOND_MS))
        hub.publish(venue, stream, markPriceEvent(market, now));
    } else if (/^depth\d+$/.test(kind)) {
      const [bids, asks] = this.#levels(market);
      const limit = Number(kind.slice(5));
      const [b, a] = [levelsJson(symbol, bids.slice(0, limit)), levelsJson(symbol, asks.slice(0, limit))];
      const { lastUpdateId: u, previousUpdateId: pu } = market;
      hub.publish(
        venue,
        stream,
        venue === 'spot'
          ? { lastUpdateId: u, bids: b, asks: a }
          : { e: 'depthUpdate', E: now, T: now, s: symbol.id, U: pu, u, pu, b, a },
      );
    }
  }

  /** A kline at every step, closed (x) at the last one of the candle. */
  #kline(venue: VenueName, stream: string, interval: string, market: SymbolMarket, now: number): void {
    const frame = timeframe(interval);
    const open = frame.openOf(now - 1);
    const isClosed = frame.closeOf(open) === now;
    const tamper = market.tampered.get(open);
    if (isClosed && tamper && tamper.kind !== 'revised') return;
    const k = market.candles(interval, open, Number.POSITIVE_INFINITY, 1, now)[0];
    if (k) this.#source.hub.publish(venue, stream, klineEvent(market.symbol, k, interval, isClosed, now));
  }

  #all(markets: ReadonlyMap<string, SymbolMarket>, kind: string, now: number): object {
    return [...markets.values()].map((m) =>
      kind === 'markPrice'
        ? markPriceEvent(m, now)
        : kind === 'premium'
          ? premiumIndexJson(m, now)
          : tickerEvent(m, kind as 'ticker' | 'miniTicker' | 'bookTicker', now),
    );
  }

  #levels(market: SymbolMarket) {
    const own = this.#source.openOrders(market.symbol.venue, market.symbol.id);
    return [publicLevels(market, 1, own, DEPTH_LEVELS), publicLevels(market, -1, own, DEPTH_LEVELS)] as const;
  }

  #parse(stream: string): Parsed {
    const known = this.#parsed.get(stream);
    if (known) return known;
    const parsed = parseStream(stream);
    this.#parsed.set(stream, parsed);
    return parsed;
  }
}

const TRADES = new Set(['trade', 'aggTrade']);
const KINDS = new Set(
  'kline trade aggTrade bookTicker ticker miniTicker markPrice depth depth5 depth10 depth20 forceOrder'.split(' '),
);

/** `btcusdt@kline_1m`, `btcusdt@depth@100ms`, `!miniTicker@arr`, `!markPrice@arr@1s`. */
function parseStream(stream: string): Parsed {
  if (stream.startsWith('!')) {
    const [kind, , arg = ''] = stream.slice(1).split('@');
    return { symbolId: '', kind: kind!, arg };
  }
  const [symbol, what = '', rate = ''] = stream.split('@');
  const [kind, interval] = what.split('_');
  return { symbolId: symbol!.toUpperCase(), kind: kind!, arg: interval ?? rate };
}

function isDue(now: number, stepMs: number, everyMs: number): boolean {
  return Math.floor(now / everyMs) !== Math.floor((now - stepMs) / everyMs);
}
