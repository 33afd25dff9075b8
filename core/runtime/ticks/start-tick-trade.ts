import type { SavedEngine } from '../../engine/snapshot.ts';
import { EngineClock } from '../../engine/time.ts';
import type { PlainData, StoredOrder } from '../../ports/stored-rows.ts';
import { LiveDesk } from '../trade/live-desk.ts';
import { readSince } from '../trade/read-since.ts';
import {
  closedTrades,
  keyRefused,
  pairsOf,
  savedEngine,
  specOf,
  stakeBalance,
  storedOffset,
  takesFeesInBase,
} from '../trade/session-start.ts';
import { checkRealTicks } from './check-real-ticks.ts';
import { LiveVenue } from './live-venue.ts';
import { PaperTicks } from './paper-ticks.ts';
import { recordedStart, SessionRecorder } from './session-recording.ts';
import { type TapedData, tapingData } from './taped-data.ts';
import type { TickSession } from './tick-session.ts';
import { EQUITY_MS, TickTrade } from './tick-trade.ts';
import type { TickTradeParts } from './tick-trade-parts.ts';
import { FIRST_QUOTE_ID, TickTradeRows } from './tick-trade-rows.ts';

/**
 * Starts a session on live books: what was stored is loaded, books and venue are held against each other where orders are real, then the market is
 * followed. Quotes that rested when the last session ended are withdrawn (on paper: ended in the store): a wish from before a restart is nobody's
 * wish any more.
 * @throws TidegateError for pairs, strategies, keys or an exchange that do not allow it
 */
export async function startTickTrade(parts: TickTradeParts): Promise<TickTrade> {
  const { options, exchange, store, clock, log, settings } = parts;
  const isReal = settings.mode !== 'dry-run';
  if (isReal) checkRealTicks(exchange, options.strategies, settings);
  const saved = savedEngine(store);
  const closed = saved === null ? [] : closedTrades(store);
  const rested = store.recovered.orders.filter(({ id }) => id >= FIRST_QUOTE_ID);
  const pairs = [...new Set([...pairsOf(parts.pairs, saved), ...(isReal ? rested.map(({ pair }) => pair) : [])])];
  const startMs = clock.now();
  const origin = saved?.origin ?? Math.floor(startMs) - 1_000;
  const engineClock = new EngineClock(origin);
  const context = { account: exchange.account, timeframe: options.timeframe ?? '1m', clock: engineClock };
  const rows = new TickTradeRows(context, engineClock);
  const balance = isReal ? await stakeBalance(exchange, options.stakeCurrency) : options.startingBalance;
  const capital = isReal ? Math.min(settings.capital ?? balance, balance) : balance;
  const offset = { value: storedOffset(store) ?? balance - capital };
  const startingBalance = saved?.startingBalance ?? capital;
  const [, free = startingBalance, locked = 0] = saved?.assets.find(([asset]) => asset === options.stakeCurrency) ?? [];
  const markets = pairs.map((pair) => {
    const spec = specOf(exchange, pair, parts.fee, !isReal);
    // A real account's orders are part of the book that it is shown.
    return { pair, spec, grid: { tickSize: spec.priceTick, lotSize: spec.amountStep }, showsOwn: isReal };
  });
  const made: { trade?: TickTrade; desk?: LiveDesk; paper?: PaperTicks } = {};
  const venue = isReal
    ? new LiveVenue(
        () => made.trade!.loop.time,
        () => made.paper?.isStepping ?? false,
      )
    : null;
  const data: TapedData = new Map();
  const recorder = recorderOf(parts, startMs);
  const given = {
    ...options,
    exchange: exchange.name,
    startingBalance,
    feesInBase: isReal && takesFeesInBase(exchange),
    originMs: origin,
    sampleMs: EQUITY_MS,
    ...(recorder && options.data && { data: tapingData(options.data, data) }),
  };
  const firstOrderId = Math.max(FIRST_QUOTE_ID, store.recovered.next.order);
  const wallet = free + locked;
  const before = saved && { engine: saved, closed };
  const paper = await PaperTicks.make({
    ...given,
    markets,
    startMs,
    journal: { recorder: rows, watch: rows.quotes, firstOrderId, wallet, ...(venue && { live: venue }) },
    ...(before && { saved: before }),
    ...(recorder && { tape: recorder }),
    onMade: (session, orders, inputs) => {
      recorder?.begin(recordedStart(given, { isReal, startMs, markets, firstOrderId, wallet, saved: before, data }));
      if (venue) made.desk = deskOf(parts, session, venue, made);
      rows.follow(session, made.desk?.broker ?? null);
      if (venue) {
        venue.begin(session, made.desk!.broker, inputs);
        rows.quotes.names = (id) => venue.names(id);
      }
      const quotes = venue ? adopt(rested, session, venue, rows, engineClock) : [];
      made.desk?.resume([...orders, ...quotes]);
      rows.resume(orders);
    },
  });
  made.paper = paper;
  // Until the first book, what is held is worth the last price.
  if (saved !== null && saved.positions.length > 0)
    for (const { pair, last } of await exchange.fetchTickers(pairs)) {
      const market = paper.session.markets.find((m) => m.pair.pair === pair);
      if (market !== undefined && Number.isNaN(market.pair.last))
        paper.inputs.take({ kind: 'last', market: market.pair.index, price: last });
    }
  const real = venue && { desk: made.desk!, venue };
  const trade = new TickTrade(parts, { paper, rows, pairs, real, recorder });
  made.trade = trade;
  const body = { type: 'ticks', terms: { pairs, origin, startingBalance }, saved, closed };
  const ended = isReal ? [] : rested;
  await store.commit({
    orders: ended.map((order) => ({ ...order, state: 'cancelled', reason: 'restart', updatedAt: startMs })),
    journal: [{ at: startMs, body: body as unknown as PlainData }],
    values: [{ scope: 'engine', key: 'offset', value: offset.value }],
  });
  if (real) await recover(parts, trade, real.desk, venue, pairs, saved, offset);
  log('info', 'session.started', {
    mode: settings.mode,
    pairs: pairs.length,
    open: paper.session.engine.ledger.openPositions,
    withdrawn: rested.length,
  });
  return trade;
}

/** Books and venue are held against each other; what still rests of the quotes before is withdrawn. */
async function recover(
  { store, exchange }: TickTradeParts,
  trade: TickTrade,
  desk: LiveDesk,
  venue: LiveVenue | null,
  pairs: readonly string[],
  saved: SavedEngine | null,
  offset: { value: number },
): Promise<void> {
  trade.loop.turn(() => venue!.withdrawAll());
  const starts = store.reader.sessions().map(({ at }) => at);
  const soFar = { cursors: store.recovered.cursors, starts, origin: saved?.origin ?? null };
  await desk.recover(readSince(soFar, pairs, exchange.account, exchange.now()), offset);
  trade.blockAdopted();
}

function recorderOf({ recording, exchange, log }: TickTradeParts, startMs: number): SessionRecorder | null {
  if (recording === undefined) return null;
  const name = `${exchange.account}-${new Date(startMs).toISOString()}`;
  const recorder: SessionRecorder = new SessionRecorder(recording, name, () =>
    log('warn', 'recording.full', { file: recorder.path, next: 'raise ticks.recordMb to record more' }),
  );
  log('info', 'recording', { file: recorder.path });
  return recorder;
}

/** What deals with the real account. */
function deskOf(
  parts: TickTradeParts,
  session: TickSession,
  venue: LiveVenue,
  made: { readonly trade?: TickTrade },
): LiveDesk {
  const { exchange, store, settings, options, clock, log, onEnd } = parts;
  return new LiveDesk({
    exchange,
    store,
    states: session.markets.map((market) => market.pair),
    slots: session.slots,
    settings,
    netting: false,
    stakeCurrency: options.stakeCurrency,
    clock,
    log,
    loop: () => made.trade!.loop,
    block: (pair, source, reason) => made.trade!.block(pair, source, reason),
    onKeyRefused: (reason) => onEnd(keyRefused(reason)),
    oppositeLeverage: (slot) => venue.leverageOf(slot),
  });
}

/** Quotes of the session before, as orders to be taken off. Those of a strategy that is gone are strays, which reconciliation takes off. */
function adopt(
  rested: readonly StoredOrder[],
  session: TickSession,
  venue: LiveVenue,
  rows: TickTradeRows,
  clock: EngineClock,
) {
  return rested.flatMap((row) => {
    const here = session.slots.filter((slot) => slot.pair.pair === row.pair);
    const slot = here.find((s) => s.strategyName === row.strategy) ?? here[0];
    if (slot === undefined) return [];
    rows.quotes.resume(slot, row);
    return [venue.adopt(row, slot, clock.toEngine(row.createdAt))];
  });
}
