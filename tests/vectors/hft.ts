import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { makerTaker } from '../../core/book/account.ts';
import { BookBroker } from '../../core/book/book-broker.ts';
import { type BookEvents, EVENT, EventBuilder, fromUnits, SEE, toUnits } from '../../core/book/book-events.ts';
import type { Answer } from '../../core/book/book-order.ts';
import { constantLatency } from '../../core/book/latency.ts';
import { queueModel } from '../../core/book/queue-models.ts';
import { runQuoter } from '../../core/book/quoter.ts';

interface Settings {
  readonly tickSize: number;
  readonly lotSize: number;
  readonly entryLatencyNs: number;
  readonly responseLatencyNs: number;
  readonly makerFee: number;
  readonly takerFee: number;
  readonly stepNs: number;
  readonly offsetTicks: number;
  readonly qty: number;
  readonly maxPosition: number;
  readonly queueModel: string;
  readonly exchange: string;
  readonly steps: number;
}

/** A quoting vector; see the README beside the files. */
export interface HftFile {
  readonly name: string;
  readonly events: string;
  readonly settings: Settings;
  readonly requests: readonly (readonly [number, number, string, number?])[];
  readonly fills: readonly Readonly<Record<string, number | string>>[];
  readonly final: Readonly<Record<string, number>>;
}

/** What a run computes, in the shape of the file. Times are ns since 1970; exact in `exact`, rounded to doubles in `computed`. */
export interface HftRun {
  readonly computed: Pick<HftFile, 'requests' | 'fills' | 'final'>;
  /** Every request and fill as one line of text with its times to the nanosecond, for exact comparison. */
  readonly exact: readonly string[];
}

/** Runs the quoter of a vector file on its events, which are read from `folder`. */
export function runHftFile(json: unknown, folder: string): HftRun {
  const { settings, events: name } = json as HftFile;
  const events = readEvents(join(folder, name), settings);
  return quote(events, settings);
}

function quote(events: BookEvents, settings: Settings): HftRun {
  const { tickSize, lotSize } = settings;
  const origin = BigInt(events.originMs) * 1_000_000n;
  const stamp = (time: number): bigint => origin + BigInt(time);
  const requests: [number, number, string, number?][] = [];
  const fills: Record<string, number | string>[] = [];
  const exact: string[] = [];
  const onAnswer = (answer: Answer): void => {
    if (answer.lots === 0) return;
    const [exchange, local] = [stamp(answer.exchangeTime), stamp(answer.localTime)];
    const side = answer.side > 0 ? 'buy' : 'sell';
    const price = fromUnits(answer.price, tickSize);
    const qty = fromUnits(answer.lots, lotSize);
    fills.push({ order: answer.orderId, exchNs: Number(exchange), localNs: Number(local), side, price, qty });
    exact.push(`fill ${answer.orderId} ${exchange} ${local} ${side} ${price} ${qty}`);
  };
  const broker = new BookBroker({
    events,
    grid: settings,
    latency: constantLatency({ entryNs: settings.entryLatencyNs, responseNs: settings.responseLatencyNs }),
    queue: queueModel(settings.queueModel, lotSize),
    fee: makerTaker({ maker: settings.makerFee, taker: settings.takerFee }),
    fills: settings.exchange === 'noPartialFill' ? 'whole' : 'partial',
    selfTrade: 'none',
    onAnswer,
  });
  let startTime = Number.POSITIVE_INFINITY;
  for (let i = 0; i < events.length; i++) {
    startTime = Math.min(startTime, events.exchangeTime[i]!, events.localTime[i]!);
  }
  runQuoter(broker, {
    offsetTicks: settings.offsetTicks,
    lots: toUnits(settings.qty, lotSize),
    maxLots: toUnits(settings.maxPosition, lotSize),
    startTime: startTime + 1,
    stepNs: settings.stepNs,
    steps: settings.steps,
    onRequest(time, id, kind, ticks) {
      const price = fromUnits(ticks, tickSize);
      requests.push(kind === 'cancel' ? [Number(stamp(time)), id, kind] : [Number(stamp(time)), id, kind, price]);
      exact.push(`request ${stamp(time)} ${id} ${kind}${kind === 'cancel' ? '' : ` ${price}`}`);
    },
  });
  const { account } = broker.trader;
  const unit = tickSize * lotSize;
  const final = {
    position: fromUnits(account.position, lotSize),
    balance: account.cash * unit,
    fee: account.fees * unit,
    numTrades: account.fills,
    tradingVolume: fromUnits(account.volume, lotSize),
    tradingValue: account.value * unit,
    endNs: Number(stamp(broker.now)),
  };
  return { computed: { requests, fills, final }, exact };
}

/** Reads `see,kind,side,exch_ns,local_ns,price,qty` rows. */
export function readEvents(path: string, grid: { readonly tickSize: number; readonly lotSize: number }): BookEvents {
  const lines = gunzipSync(readFileSync(path)).toString('latin1').trimEnd().split('\n');
  const [header, ...rows] = lines;
  if (header !== 'see,kind,side,exch_ns,local_ns,price,qty') throw new Error(`${path}: unexpected header ${header}`);
  const originMs = Number(rows[0]!.split(',')[3]!.slice(0, -6));
  const sinceOrigin = (ns: string): number => (Number(ns.slice(0, -6)) - originMs) * 1e6 + Number(ns.slice(-6));
  const builder = new EventBuilder(originMs);
  for (const row of rows) {
    const [see, kind, side, exchange, local, price, qty] = row.split(',') as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    builder.push(
      see === 'both' ? SEE.both : see.startsWith('exch') ? SEE.exchange : SEE.local,
      kind === 'trade' ? EVENT.trade : EVENT.depth,
      side === 'bid' || side === 'buy' ? 1 : -1,
      sinceOrigin(exchange),
      sinceOrigin(local),
      toUnits(Number(price), grid.tickSize),
      toUnits(Number(qty), grid.lotSize),
    );
  }
  return builder.events();
}

/** The same lines as `HftRun.exact` from the text of a vector file, whose times JSON.parse would round. */
export function expectedLines(text: string): string[] {
  const exactInteger = (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && context?.source && /^\d{16,}$/.test(context.source) ? BigInt(context.source) : value;
  const file = JSON.parse(text, exactInteger as Parameters<typeof JSON.parse>[1]) as HftFile;
  const fills = file.fills.map((f) => `fill ${f.order} ${f.exchNs} ${f.localNs} ${f.side} ${f.price} ${f.qty}`);
  return [...fills, ...file.requests.map((request) => `request ${request.join(' ')}`)];
}
