import { isDeepStrictEqual } from 'node:util';
import type { Effects } from '../../engine/events.ts';
import type { RequestSink } from '../../engine/fills/book/own-order.ts';
import { Replay } from '../../engine/journal.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { requestsOf } from './live-venue.ts';
import { type PaperOptions, PaperTicks } from './paper-ticks.ts';
import type { SessionOutput } from './session-inputs.ts';
import { codeOf, type KeptInput, type RecordedStart, readRecording } from './session-recording.ts';
import { tapedData } from './taped-data.ts';
import type { RealVenue } from './tick-options.ts';
import type { TickSession } from './tick-session.ts';

/** The code that a recording is replayed with; everything else is in the recording. */
export type ReplayCode = Pick<PaperOptions, 'strategies' | 'modules' | 'learning' | 'registry'>;

/** A recorded session that was run again, to the end of what was recorded, with the same outcome. */
export interface TickReplay {
  readonly session: TickSession;
  readonly isReal: boolean;
  /** ms UTC. */
  readonly from: number;
  readonly to: number;
  /** Rows of the market, and everything else that came to it. */
  readonly rows: number;
  readonly inputs: number;
  /** Quotes and orders by hand, orders of the engine, fills, requests. */
  readonly sent: number;
  readonly orders: number;
  readonly fills: number;
  readonly requests: number;
}

const NOWHERE: RequestSink = { submit() {}, amend() {}, cancel() {} };

/**
 * Feeds a recorded session on books to the backtester: what came to it, in order, nothing else. What it makes of each input (quotes, orders, fills)
 * is held against what the recorded session made of it, to the last bit.
 * @throws TidegateError RECORDING_FILE, JOURNAL_MISMATCH at the first difference
 */
export async function replayTicks(code: ReplayCode, path: string): Promise<TickReplay> {
  const { start, entries } = readRecording(path);
  checkCode(code, start);
  const made: SessionOutput[] = [];
  const venue = start.isReal ? new AnsweredVenue() : null;
  let journal: Replay | null = null;
  const { markets, options, saved, startMs } = start;
  const paper = await PaperTicks.make({
    ...options,
    ...code,
    markets,
    startMs,
    data: tapedData(start.data),
    journal: {
      recorder: { record() {} },
      watch: { sent() {}, answered() {} },
      firstOrderId: start.firstOrderId,
      wallet: start.wallet,
      ...(venue && { live: venue }),
    },
    ...(saved && { saved }),
    tape: { input() {}, output: (output) => void made.push(output) },
    onMade: (session, orders) => {
      const open = new Map([...orders].map((order) => [order.id, order]));
      journal = new Replay(
        session.engine,
        session.markets.map((market) => market.pair),
        session.slots,
        open,
      );
      venue?.begin(session, journal);
    },
  });
  const { session } = paper;
  const count = { rows: 0, inputs: 0, sent: 0, orders: 0, fills: 0, requests: 0 };
  const differs = (what: string, output: unknown, expected: unknown) =>
    new TidegateError('JOURNAL_MISMATCH', `${what} after input ${count.inputs}`, {
      where: `${new Date(session.engine.clock.toMs(session.now)).toISOString()}, ${path}`,
      remedy: 'Replay it with the strategies, the settings and the version that recorded it.',
      details: { recorded: expected, replayed: output },
    });
  for (const entry of entries) {
    if ('output' in entry) {
      const output = made.shift();
      if (!isDeepStrictEqual(output, entry.output))
        throw differs('the session made something else', output, entry.output);
      for (const key of ['sent', 'orders', 'fills'] as const) count[key] += entry.output[key].length;
      count.requests = entry.output.requests;
      continue;
    }
    if (made.length > 0) throw differs('the session made something more', made[0], null);
    const { input } = entry;
    count.inputs++;
    if (input.kind === 'rows') count.rows += input.rows.length;
    repeat(paper, input, journal!);
  }
  return { session, isReal: start.isReal, from: startMs, to: session.engine.clock.toMs(session.now), ...count };
}

function repeat(paper: PaperTicks, input: KeptInput, journal: Replay): void {
  if (input.kind === 'event') paper.repeat({ kind: 'event', event: journal.eventOf(input.entry) });
  else paper.repeat(input);
}

/** @throws TidegateError JOURNAL_MISMATCH */
function checkCode({ strategies }: ReplayCode, { code }: RecordedStart): void {
  if (isDeepStrictEqual(codeOf(strategies), code)) return;
  const names = (list: RecordedStart['code']) => list.map(([name, hash]) => `${name} ${hash.slice(0, 8)}`).join(', ');
  throw new TidegateError(
    'JOURNAL_MISMATCH',
    `this session ran ${names(code)}, these are ${names(codeOf(strategies))}`,
    {
      remedy: 'Give the code and the parameters that it ran.',
    },
  );
}

/** A real account whose answers are among the inputs: requests go nowhere. */
class AnsweredVenue implements RealVenue {
  #session: TickSession | null = null;
  #journal: Replay | null = null;

  begin(session: TickSession, journal: Replay): void {
    this.#session = session;
    this.#journal = journal;
  }

  sinkOf(): RequestSink {
    return NOWHERE;
  }

  accept(effects: Effects): void {
    requestsOf(this.#session!, effects);
    this.#journal!.keep(effects);
  }
}
