import { money, number, signedMoney } from '../../report/format.ts';
import type { TickPageData } from '../../report/ticks/tick-page-data.ts';
import type { TickSample } from './tick-recorder.ts';
import type { TickRun } from './tick-run.ts';

/** Most columns of a page: more than a screen has pixels would only make it slow. */
const MAX_COLUMNS = 2000;
const MAX_DECISIONS = 500;

/** What the page of one market of a run on ticks shows, thinned evenly where there are too many samples. */
export function tickPageData({ result, session }: TickRun, market = 0): TickPageData {
  const { pair, recorder } = session.markets[market]!;
  const { instrument } = pair;
  const all = recorder.samples;
  const fills = result.fills.filter((fill) => fill.pair === pair.pair);
  const trades = result.trades.filter((trade) => trade.pair === pair.pair).length;
  const own = result.byPair[market];
  const every = Math.max(1, Math.ceil(all.length / MAX_COLUMNS));
  const samples = all.filter((_, i) => i % every === 0);
  const levels = (rows: TickSample['bids']) =>
    rows.map(([t, l]) => [instrument.price(t), instrument.amount(l)] as const);
  const line = (of: (s: TickSample) => number) => samples.map((s) => (Number.isFinite(of(s)) ? of(s) : null));
  const { messages } = result;
  const currency = result.inputs.stakeCurrency;
  const { split, markouts } = own ?? result;
  const features = Object.keys(samples[0]?.features ?? {});
  return {
    title: result.inputs.strategies.join(', '),
    pair: pair.pair,
    dataKind: result.inputs.dataKind,
    currency,
    base: pair.pair.split('/')[0]!,
    from: result.from,
    to: result.to,
    tick: instrument.tick,
    numbers: [
      {
        name: 'Result',
        value: signedMoney(result.finalBalance - result.startingBalance),
        under: `${currency}, balance ${money(result.finalBalance)}`,
      },
      { name: 'Spread earned', value: signedMoney(split.spread), under: 'fills against mid' },
      { name: 'Inventory', value: signedMoney(split.inventory), under: 'what was held as mid moved' },
      {
        name: 'Fees and funding',
        value: signedMoney(split.funding - split.fees),
        under: `funding ${signedMoney(split.funding)}`,
      },
      {
        name: 'Fills',
        value: number(fills.length, 0),
        under: `${number(fills.filter((f) => f.isMaker).length, 0)} as maker, ${number(trades, 0)} trade${trades === 1 ? '' : 's'}`,
      },
      {
        name: 'Requests per fill',
        value: number(messages.orderToTradeRatio, 1),
        under: `${number(messages.requests, 0)} requests, ${number(messages.held, 0)} held back`,
      },
    ],
    notes: result.notes,
    hash: result.hash,
    time: samples.map((s) => s.time),
    bids: samples.map((s) => levels(s.bids)),
    asks: samples.map((s) => levels(s.asks)),
    own: samples.map((s) =>
      s.own.map(
        ([sign, t, l, front]) => [sign, instrument.price(t), instrument.amount(l), instrument.amount(front)] as const,
      ),
    ),
    lines: {
      inventory: line((s) => s.inventory),
      total: line((s) => s.equity - result.startingBalance),
      spread: line((s) => s.spreadPnl),
      'inventory result': line((s) => s.inventoryPnl),
      fees: line((s) => -s.fees),
      'ahead of bids': line((s) => ahead(s, 1, instrument.lot)),
      'ahead of asks': line((s) => ahead(s, -1, instrument.lot)),
    },
    features: Object.fromEntries(features.map((name) => [name, line((s) => s.features[name] ?? Number.NaN)])),
    fills: fills.map(({ time, side, price, amount, isMaker }) => ({ time, side, price, amount, isMaker })),
    markouts,
    gates: Object.entries(result.decisionCounts)
      .map(([name, c]) => ({ name, ...c }))
      .sort((a, b) => b.refused - a.refused),
    decisions: result.decisions
      .slice(0, MAX_DECISIONS)
      .map((d) => ({ ...d, value: Number.isFinite(d.value) ? d.value : null })),
  };
}

/** Base units ahead of the best own order of a side; NaN without one. */
function ahead({ own }: TickSample, sign: 1 | -1, lot: number): number {
  let best: TickSample['own'][number] | undefined;
  for (const order of own) if (order[0] === sign && (!best || sign * (order[1] - best[1]) > 0)) best = order;
  return best ? best[3] * lot : Number.NaN;
}
