import { Replay } from '../../engine/journal.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { JournalledEvent } from '../../ports/stored-rows.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { reviveLearned } from '../learning/revive-learned.ts';
import { recordOfText } from './learned-state.ts';
import type { CandleRow, StreamedRow } from './live-grids.ts';
import type { JournalBody } from './session-journal.ts';
import { beginSession, codeOf } from './trade-session.ts';
import { type TradeWiring, wireTrade } from './trade-wiring.ts';

/**
 * Feeds one session's journal to a fresh engine of the same strategies and settings. No exchange and no simulated venue: what they answered is in
 * the journal. The engine makes the same orders and books the same fills, bit for bit.
 * @param events of one session, in order, its start first
 * @throws TidegateError JOURNAL_MISMATCH when the journal does not begin with a start, or answers an order that this engine never made
 */
export async function replaySession(options: BacktestOptions, events: Iterable<JournalledEvent>): Promise<TradeWiring> {
  const bodies = [...events].map((event) => event.body as unknown as JournalBody);
  const [start] = bodies;
  if (start?.type !== 'start')
    throw new TidegateError('JOURNAL_MISMATCH', 'this journal does not begin with the start of a session', {
      remedy: 'Give the events of one session, from its first on.',
    });
  if (start.code && JSON.stringify(start.code) !== JSON.stringify(codeOf(options)))
    throw new TidegateError('JOURNAL_MISMATCH', 'this session ran other code than that of these strategies', {
      remedy: 'Give the code that it ran: a reload begins a session with new code.',
      details: { ran: start.code },
    });
  const wiring = await wireTrade(options, start.terms);
  const { grids, states, slots, engine } = wiring;
  const history = new Map<string, CandleRow[]>(grids.pairs.map((pair) => [pair, []]));
  const past: StreamedRow[] = [];
  let replay: Replay | null = null;
  for (const body of bodies.slice(1)) {
    if (body.type === 'history') {
      history.get(body.pair)!.push(...body.rows);
      continue;
    }
    if (body.type === 'learned') {
      const node = wiring.learned?.nodes.get(body.key);
      if (node === undefined) throw otherModels(body.key);
      node.timeline.learned.push(await reviveLearned(wiring.learned!, node, recordOfText(body.record)));
      continue;
    }
    if (body.type === 'past') {
      past.push(...body.rows);
      continue;
    }
    replay ??= new Replay(engine, states, slots, beginSession(wiring, history, start.saved, start.closed, past));
    if (body.type === 'row') grids.append(body.pair, body.row);
    else if (body.type === 'streamed') grids.appendStreamed(body.row);
    else if (body.type === 'event') {
      const { entry, opens } = body;
      if (opens !== undefined && 'candles' in entry) {
        for (const [k, { pair, open, high, low, close, volume }] of entry.candles.entries())
          grids.append(states[pair]!.pair, [opens[k]!, open, high, low, close, volume]);
        grids.advance();
      }
      replay.step(entry);
    }
  }
  return wiring;
}

function otherModels(key: string): TidegateError {
  return new TidegateError('JOURNAL_MISMATCH', `the journal holds a model that these strategies do not learn: ${key}`, {
    remedy: 'Replay it with the strategies, the settings and the version that recorded it.',
  });
}
