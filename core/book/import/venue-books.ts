import { type BookEvents, EVENT, EventBuilder, SEE } from '../book-events.ts';
import { unpacked } from './csv.ts';
import { isPlausible, ticksOf } from './fields.ts';
import { importError } from './import-error.ts';
import type { VenueOptions } from './import-options.ts';
import { LotReader } from './lot-reader.ts';
import { Sequence } from './sequence.ts';

/** Price and size as text; more fields may follow. */
type Level = readonly [price: string, size: string, ...rest: string[]];

/** One line of a dump: the whole book, or what changed in it. Times in ms UTC. */
interface Message {
  readonly isSnapshot: boolean;
  /** By the matching engine, and when it was sent. */
  readonly made: number;
  readonly sent: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  /** Consecutive number of the message, NaN where the dump has none. */
  readonly number: number;
  readonly symbol: string | undefined;
}

/**
 * Reads order book dumps of Bybit (`…_ob500.data.zip`) and OKX (`…-L2orderbook-400lv-….tar.gz`): a JSON message per line, snapshots and changes. A book starts
 * at its first snapshot; a later snapshot clears it. Messages that are there twice (Bybit numbers them) are left out, and told, as are missing ones. Receive times are made up from a constant feed latency after the message was sent.
 * @throws TidegateError BOOK_IMPORT naming file and line
 */
export function importVenueBook(bytes: Uint8Array, venue: 'bybit' | 'okx', options: VenueOptions): BookEvents {
  const where = options.where ?? `${venue} book`;
  const { tickSize } = options.grid;
  const reader = new LotReader(options, where);
  const { feedLatencyNs = 1_000_000, contractSize = 1 } = options;
  const read = venue === 'bybit' ? bybitMessage : okxMessage;
  let builder: EventBuilder | null = null;
  const sequence = new Sequence();
  let hasStarted = false;
  let symbol: string | undefined;
  let messages = 0;
  eachLine(inTar(unpacked(bytes, where)), (text, line) => {
    const refuse = (what: string) => importError(`Line ${line} ${what}`, where, 'Repair or cut the file there.');
    const message = messageOf(text, read);
    if (message === null) throw refuse(`is no ${venue} order book message: ${text.slice(0, 60)}`);
    messages++;
    symbol ??= message.symbol;
    if (message.symbol !== undefined && message.symbol !== symbol)
      throw refuse(`is about ${message.symbol}, the lines before about ${symbol}`);
    if (!isPlausible(message.made)) throw refuse(`has the time ${message.made}`);
    hasStarted ||= message.isSnapshot;
    if (!hasStarted) return;
    if (message.isSnapshot) sequence.restart(message.number);
    else if (!sequence.take(message.number)) return;
    builder ??= new EventBuilder(options.originMs ?? Math.floor(message.made) - 1000);
    const made = Math.round((message.made - builder.originMs) * 1e6);
    const received = Math.round((Math.max(message.sent, message.made) - builder.originMs) * 1e6) + feedLatencyNs;
    if (message.isSnapshot) builder.push(SEE.both, EVENT.clear, 0, made, received, 0, 0);
    for (const [side, levels] of [
      [1, message.bids],
      [-1, message.asks],
    ] as const)
      for (const [price, size] of levels) {
        if (!(Number(price) > 0 && Number(size) >= 0)) throw refuse(`has the level ${price}, ${size}`);
        const ticks = ticksOf(Number(price), tickSize, where, () => `Line ${line}`);
        const lots = reader.lots(Number(size) * contractSize, line);
        builder.push(SEE.both, EVENT.depth, side, made, received, ticks, lots);
      }
  });
  reader.finish();
  if (messages > 0 && !hasStarted)
    throw importError(
      `None of the ${messages} messages is a snapshot`,
      where,
      'Give the file that begins with one: what changed is not known without what stood.',
    );
  const { gaps, repeated } = sequence;
  if (repeated > 0)
    options.onNote?.(`${repeated} of ${messages} messages stand there twice (the same number): read once`);
  if (gaps > 0)
    options.onNote?.(
      `messages are missing in ${gaps} place${gaps === 1 ? '' : 's'} (their numbers jump): levels may be wrong from there to the next snapshot`,
    );
  return ((builder as EventBuilder | null) ?? new EventBuilder(options.originMs ?? 0)).events();
}

function messageOf(text: string, read: (value: Record<string, unknown>) => Message): Message | null {
  try {
    const message = read(JSON.parse(text) as Record<string, unknown>);
    return Number.isFinite(message.made) && Array.isArray(message.bids) && Array.isArray(message.asks) ? message : null;
  } catch {
    return null;
  }
}

function bybitMessage({ type, ts, cts, data }: Record<string, unknown>): Message {
  const { b, a, u, s } = data as Readonly<Record<'b' | 'a', readonly Level[]>> & {
    readonly u?: number;
    readonly s?: string;
  };
  const sent = Number(ts);
  return {
    isSnapshot: type === 'snapshot',
    made: cts === undefined ? sent : Number(cts),
    sent,
    bids: b,
    asks: a,
    number: u ?? Number.NaN,
    symbol: s,
  };
}

function okxMessage({ action, ts, bids, asks, instId }: Record<string, unknown>): Message {
  const made = Number(ts);
  return {
    isSnapshot: action === 'snapshot',
    made,
    sent: made,
    bids: bids as readonly Level[],
    asks: asks as readonly Level[],
    number: Number.NaN,
    symbol: instId as string | undefined,
  };
}

/** Line by line: a day as one text would be longer than a text may be. */
function eachLine(bytes: Uint8Array, onLine: (text: string, line: number) => void): void {
  const decoder = new TextDecoder('latin1');
  let line = 1;
  for (let from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, from);
    const to = end < 0 ? bytes.length : end;
    if (to > from + 1) onLine(decoder.decode(bytes.subarray(from, to)), line);
    from = to + 1;
  }
}

const BLOCK = 512;

/** The first file of a tar archive; other bytes as they are. */
function inTar(bytes: Uint8Array): Uint8Array {
  const text = (from: number, length: number) => String.fromCharCode(...bytes.subarray(from, from + length));
  for (let at = 0; at + BLOCK <= bytes.length && text(at + 257, 5) === 'ustar'; ) {
    const size = Number.parseInt(text(at + 124, 12), 8);
    const isFile = text(at + 156, 1) === '0' || bytes[at + 156] === 0;
    if (isFile && size > 0) return bytes.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK * (1 + Math.ceil((size || 0) / BLOCK));
  }
  return bytes;
}
