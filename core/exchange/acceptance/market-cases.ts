import { timeframe } from '../../domain/timeframe.ts';
import type { BookStreamEvent, CandleEvent, ExchangePort } from '../../ports/exchange.ts';
import { type AcceptanceCase, type CaseContext, must } from './acceptance-case.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const stream = (name: keyof ExchangePort['capabilities']['streams']) => (exchange: ExchangePort) =>
  exchange.capabilities.streams[name] ? null : 'not offered';

/** Watches until some events came. */
async function watched<Event>(
  { until }: CaseContext,
  what: string,
  open: (sink: { event(event: Event): void }) => { close(): void },
  count = 2,
): Promise<readonly Event[]> {
  const events: Event[] = [];
  const subscription = open({ event: (event) => events.push(event) });
  try {
    await until(`${count} events of ${what}`, () => events.length >= count);
    return events;
  } finally {
    subscription.close();
  }
}

/** The time of the market, which on a replay is another than the exchange's clock, ms UTC. */
async function marketTime(exchange: ExchangePort, pair: string): Promise<number> {
  const [ticker] = await exchange.fetchTickers([pair]);
  return ticker?.exchangeTime ?? exchange.now();
}

/** Market data. */
export const MARKET_CASES: readonly AcceptanceCase[] = [
  {
    id: 'M01',
    title: 'the clock is asked and kept',
    needs: 'public',
    async run({ exchange }) {
      const told = await exchange.serverTime();
      const apart = Math.abs(told - exchange.now());
      must(apart < 2_000, `our estimate is ${apart} ms off`);
      return `${Math.round(apart)} ms apart`;
    },
  },
  {
    id: 'M02',
    title: 'markets have tick, step, minima and fees',
    needs: 'public',
    async run({ exchange, pair }) {
      const specs = await exchange.loadMarkets([pair]);
      const spec = specs.find((one) => one.pair === pair);
      must(spec !== undefined, `there is no ${pair}`);
      must(
        spec.priceTick > 0 && spec.amountStep > 0 && spec.minAmount >= spec.amountStep,
        'tick, step or minimum missing',
      );
      must(spec.takerFee > 0 && spec.takerFee < 0.02, `a taker fee of ${spec.takerFee} is no fee`);
      return `${specs.length} markets; ${pair}: tick ${spec.priceTick}, step ${spec.amountStep}, taker ${spec.takerFee}`;
    },
  },
  {
    id: 'M03',
    title: 'candles over REST are closed, in order and on the grid',
    needs: 'public',
    async run({ exchange, pair }) {
      const probe = await exchange.fetchCandles(pair, '1h', exchange.now() - 48 * 60 * MINUTE, 24);
      const candles = probe.length > 0 ? probe : await exchange.fetchCandles(pair, '1h', 0, 24);
      must(candles.length > 2, `${candles.length} candles`);
      const frame = timeframe('1h');
      for (const [i, candle] of candles.entries()) {
        must(candle.openTime === frame.openOf(candle.openTime), 'a candle is off the grid');
        must(i === 0 || candle.openTime > candles[i - 1]!.openTime, 'candles are out of order');
        must(candle.high >= Math.max(candle.open, candle.close) && candle.low > 0, 'a candle is no candle');
      }
      return `${candles.length} candles of an hour`;
    },
  },
  {
    id: 'M04',
    title: 'the candle stream delivers a closed candle that REST confirms',
    needs: 'public',
    async run(context) {
      const { exchange, pair } = context;
      const events: CandleEvent[] = [];
      const subscription = exchange.watchCandles([pair], '1m', { event: (candle) => events.push(candle) });
      try {
        await context.until('a closed candle', () => events.length > 0, 150_000);
        const [live] = events;
        const rest = await exchange.fetchCandles(pair, '1m', live!.openTime, 3);
        const same = rest.find(({ openTime }) => openTime === live!.openTime);
        must(same !== undefined, 'REST does not know it');
        must(
          same.close === live!.close && same.high === live!.high,
          `REST closes at ${same.close}, the stream at ${live!.close}`,
        );
        return `closed by ${live!.closedBy}, close ${live!.close}`;
      } finally {
        subscription.close();
      }
    },
  },
  {
    id: 'M05',
    title: 'the trade stream',
    needs: 'public',
    skip: stream('trades'),
    async run(context) {
      const trades = await watched(context, 'trades', (sink: Parameters<ExchangePort['watchTrades']>[1]) =>
        context.exchange.watchTrades([context.pair], sink),
      );
      must(
        trades.every(({ price, amount }) => price > 0 && amount > 0),
        'a trade without price or amount',
      );
      return `last at ${trades.at(-1)!.price}`;
    },
  },
  {
    id: 'M06',
    title: 'the book stream is in order and not crossed',
    needs: 'public',
    skip: stream('book'),
    async run(context) {
      const books = await watched<BookStreamEvent>(context, 'books', (sink) =>
        context.exchange.watchBook([context.pair], 20, sink),
      );
      for (const { bids, asks } of books) {
        must(bids.length > 0 && asks.length > 0, 'an empty side');
        must(bids[0]![0] < asks[0]![0], 'crossed');
        must(
          bids.every(([price], i) => i === 0 || price < bids[i - 1]![0]),
          'bids are out of order',
        );
        must(
          asks.every(([price], i) => i === 0 || price > asks[i - 1]![0]),
          'asks are out of order',
        );
      }
      const { bids, asks } = books.at(-1)!;
      return `${bids[0]![0]} / ${asks[0]![0]}`;
    },
  },
  {
    id: 'M07',
    title: 'the ticker stream',
    needs: 'public',
    skip: stream('tickers'),
    async run(context) {
      const tickers = await watched(context, 'tickers', (sink: Parameters<ExchangePort['watchTickers']>[1]) =>
        context.exchange.watchTickers([context.pair], sink),
      );
      must(tickers.at(-1)!.last > 0, 'no last price');
      return `last ${tickers.at(-1)!.last}`;
    },
  },
  {
    id: 'M08',
    title: 'mark price and funding rate',
    needs: 'public',
    skip: (exchange) => (exchange.kind === 'spot' ? 'not on spot' : null),
    async run(context) {
      const told = await watched(
        context,
        'funding',
        (sink: Parameters<ExchangePort['watchFunding']>[1]) => context.exchange.watchFunding([context.pair], sink),
        1,
      );
      const { mark, rate, nextAt } = told.at(-1)!;
      must(Number.isFinite(rate) && Math.abs(rate) < 0.05, `a rate of ${rate} is no rate`);
      return `rate ${rate}, mark ${mark}, next ${Number.isFinite(nextAt) ? new Date(nextAt).toISOString() : 'unknown'}`;
    },
  },
  {
    id: 'M09',
    title: 'open interest',
    needs: 'public',
    skip: (exchange) => (exchange.capabilities.openInterest ? null : 'not offered'),
    async run(context) {
      const told = await watched(
        context,
        'open interest',
        (sink: Parameters<ExchangePort['watchOpenInterest']>[1]) =>
          context.exchange.watchOpenInterest([context.pair], sink),
        1,
      );
      must(told[0]!.amount > 0 || told[0]!.value > 0, 'neither amount nor value');
      return `${told[0]!.amount}`;
    },
  },
  {
    id: 'M10',
    title: 'tickers over REST',
    needs: 'public',
    async run({ exchange, pair }) {
      const tickers = await exchange.fetchTickers([pair]);
      const [ticker] = tickers;
      must(ticker !== undefined && ticker.last > 0, `no ticker of ${pair}`);
      return `last ${ticker.last}`;
    },
  },
  {
    id: 'M11',
    title: 'settled funding rates',
    needs: 'public',
    skip: (exchange) => (exchange.kind === 'spot' ? 'not on spot' : null),
    async run({ exchange, pair }) {
      const rates = await exchange.fetchFundingRates(pair, 0);
      must(
        rates.every(({ at, rate }) => at > 0 && Math.abs(rate) < 0.1),
        'a rate is no rate',
      );
      return `${rates.length} rates`;
    },
  },
  {
    id: 'M12',
    title: 'candles of the mark price are closed, in order and on the grid, and near what is traded',
    needs: 'public',
    skip: (exchange) => (exchange.kind === 'spot' ? 'not on spot' : null),
    async run({ exchange, pair }) {
      const probe = await exchange.fetchCandles(pair, '1h', (await marketTime(exchange, pair)) - DAY, 24);
      must(probe.length > 0, 'there are no candles to hold them against');
      const since = probe[0]!.openTime;
      const rows = await exchange.fetchMarkCandles(pair, '1h', since, 12);
      must(rows.length > 0 && rows.length <= 12, `${rows.length} candles came for a limit of 12`);
      const frame = timeframe('1h');
      for (const [i, { openTime, low, high, close, exchangeTime }] of rows.entries()) {
        must(frame.openOf(openTime) === openTime && openTime >= since, `${openTime} is off the grid, or too early`);
        must(exchangeTime === frame.closeOf(openTime), 'a candle does not say when it closed');
        must(i === 0 || openTime > rows[i - 1]!.openTime, 'they are out of order');
        must(low > 0 && low <= close && close <= high, `${low}, ${close}, ${high} are no candle`);
        const traded = probe.find((one) => one.openTime === openTime)?.close ?? close;
        must(Math.abs(close / traded - 1) < 0.05, `a mark of ${close} where ${traded} was traded`);
      }
      return `${rows.length} candles, the last at ${rows.at(-1)!.close}`;
    },
  },
  {
    id: 'M13',
    title: 'open interest of the past, in order',
    needs: 'public',
    skip: (exchange) => (exchange.capabilities.openInterest ? null : 'not offered'),
    async run({ exchange, pair }) {
      const since = (await marketTime(exchange, pair)) - DAY / 2;
      const rows = await exchange.fetchOpenInterestHistory(pair, since, 12);
      must(rows.length > 0 && rows.length <= 12, `${rows.length} values came for a limit of 12`);
      for (const [i, { exchangeTime, amount, value }] of rows.entries()) {
        must(exchangeTime >= since, 'one is from before');
        must(i === 0 || exchangeTime > rows[i - 1]!.exchangeTime, 'they are out of order');
        must(amount > 0 || value > 0, 'neither amount nor value');
      }
      return `${rows.length} values, the last ${rows.at(-1)!.amount}`;
    },
  },
];
