import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from '../../engine/engine.ts';
import { FILL_FIELDS, ORDER_FIELDS, TRADE_FIELDS } from '../../engine/logs.ts';
import type { BookTop, Strategy } from '../../strategy/strategy.ts';
import { carryOut } from '../trade/carry-out.ts';
import { replayTicks } from './replay-ticks.ts';
import { Stage, TwoSided } from './tick-stage-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidegate-replay-ticks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const code = (create: () => Strategy = () => new TwoSided()) => ({
  strategies: [{ name: 'TwoSided', create, codeHash: '' }],
});

/** Everything that an engine's logs hold, to the last bit. */
function logsOf({ logs, ledger }: Engine) {
  const rows = (log: { readonly length: number; get(row: number, field: never): number }, fields: readonly string[]) =>
    Array.from({ length: log.length }, (_, row) => fields.map((field) => log.get(row, field as never)));
  return {
    orders: rows(logs.orders, ORDER_FIELDS),
    fills: rows(logs.fills, FILL_FIELDS),
    trades: rows(logs.trades, TRADE_FIELDS),
    cash: ledger.free,
    equity: ledger.equity,
  };
}

const sessions: ReturnType<typeof logsOf>[] = [];
let paths: string[] = [];

beforeAll(async () => {
  const recordings = join(folder, 'recordings');
  const stage = new Stage(folder, 'recorded', recordings);
  await stage.start();
  await stage.play(120);
  await carryOut(stage.bot, { command: 'pause' });
  await stage.play(10);
  await carryOut(stage.bot, { command: 'resume' });
  while (stage.bot.loop.engine.ledger.open.length === 0) await stage.play(10);
  stage.fund(0.001, stage.now + 3_600_000);
  stage.stale();
  stage.now += 1_000;
  stage.live();
  await stage.play(20);
  while (stage.bot.loop.engine.ledger.open.length === 0) await stage.play(10);
  await stage.stop();
  sessions.push(logsOf(stage.bot.loop.engine));
  // It goes on with a position.
  await stage.start();
  await stage.play(80);
  await stage.stop();
  sessions.push(logsOf(stage.bot.loop.engine));
  paths = readdirSync(recordings).map((file) => join(recordings, file));
});

it('gives the same orders, fills and trades bit for bit: commands, silences, funding and restarts included', async () => {
  expect(sessions.map(({ fills }) => fills.length > 1)).toEqual([true, true]);
  for (const [k, path] of paths.entries()) {
    const replay = await replayTicks(code(), path);
    expect(logsOf(replay.session.engine)).toEqual(sessions[k]);
    expect([replay.fills, replay.sent > 2]).toEqual([sessions[k]!.fills.length, true]);
  }
});

it('names the first thing that other code does otherwise', async () => {
  class Larger extends TwoSided {
    override onBook({ bid, ask }: BookTop) {
      this.quote({ bids: [{ price: bid, amount: 0.02 }], asks: [{ price: ask, amount: 0.01 }] });
    }
  }
  const larger = code(() => new Larger());
  await expect(replayTicks(larger, paths[0]!)).rejects.toThrow(
    /JOURNAL_MISMATCH: the session made something (else|more) after input \d+/,
  );
  const edited = { strategies: [{ ...code().strategies[0]!, codeHash: 'abc' }] };
  await expect(replayTicks(edited, paths[0]!)).rejects.toThrow(
    'JOURNAL_MISMATCH: this session ran TwoSided , these are TwoSided abc',
  );
});

it('replays what a kill left of a recording, and refuses what is none', async () => {
  const whole = await replayTicks(code(), paths[1]!);
  const path = join(folder, 'cut');
  writeFileSync(path, readFileSync(paths[1]!).subarray(0, -7));
  const cut = await replayTicks(code(), path);
  expect(cut.inputs).toBeLessThan(whole.inputs);
  writeFileSync(path, 'no recording');
  const refused = 'RECORDING_FILE: there is no recording of a session';
  await expect(replayTicks(code(), path)).rejects.toThrow(refused);
  await expect(replayTicks(code(), join(folder, 'none'))).rejects.toThrow(refused);
});
