import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { seeded } from '../../core/foundation/rng.ts';
import { cutEverywhere, type LogStep } from '../../core/persistence/trade-store/power-loss-fixture.ts';
import { SqliteTradeReader } from '../../core/persistence/trade-store/trade-reader.ts';

const CHILD = join(import.meta.dirname, '../fixtures/store-child.ts');
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-soak-'));
  path = join(folder, 'trades.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('loses no acknowledged row in 50 kills between write and acknowledgement', async () => {
  const rng = seeded(11);
  let rows = 0;
  let caught = 0;
  for (let kill = 0; kill < 50; kill++) {
    const said = await runAndKill(rng.next() * 60);
    const sent = numbers(said, 's');
    const acknowledged = numbers(said, 'a');
    const reader = new SqliteTradeReader(path);
    const stored = reader.decisions().map((row) => Number(row.reason));
    expect(reader.orders().map((row) => row.id)).toEqual(stored);
    reader.close();
    const kept = new Set(stored);
    expect(acknowledged.filter((k) => !kept.has(k))).toEqual([]);
    // Batches are applied in the order of the calls: what is there has no gaps.
    expect(stored.at(-1) ?? 0).toBe(stored.length);
    if (sent.length > acknowledged.length) caught++;
    rows = stored.length;
  }
  process.stdout.write(`50 kills, ${caught} of them with batches not acknowledged yet, ${rows} rows\n`);
  expect(caught).toBeGreaterThan(30);
});

it('recovers from a power loss at every sync of a recorded session', () => {
  const trace = join(folder, 'trace');
  const calls = 'trace=openat,pwrite64,write,fsync,fdatasync,ftruncate,unlink';
  const args = ['-y', '-xx', '-s', '8192', '-e', calls, '-o', trace, process.execPath, CHILD, path, 'inline', '40'];
  const run = spawnSync('strace', args);
  if (run.error !== undefined || run.status !== 0) {
    process.stdout.write('skipped: system calls are recorded with strace, which is not there\n');
    return;
  }
  const log = readTrace(readFileSync(trace, 'utf8'));
  expect(log.filter((step) => 'acknowledged' in step)).toHaveLength(40);
  expect(log.filter((step) => 'sync' in step).length).toBeGreaterThan(40);
  const { states, problems } = cutEverywhere(log, new Map(), join(folder, 'cut'), seeded(3), 3);
  process.stdout.write(`${states} states of the disk\n`);
  expect(problems).toEqual([]);
});

/** Starts the child, kills it so many ms after its first acknowledgement, and returns what it said. */
function runAndKill(afterMs: number): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [CHILD, path, 'thread'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (!said.includes('a ') && chunk.includes('a ')) setTimeout(() => child.kill('SIGKILL'), afterMs);
      said += chunk.toString();
    });
    child.once('error', failed);
    child.once('close', () => done(said));
  });
}

function numbers(said: string, word: string): number[] {
  return [...said.matchAll(new RegExp(`^${word} (\\d+)\n`, 'gm'))].map((match) => Number(match[1]));
}

/** The calls that touch the database and its log, and the acknowledgements on standard output. */
function readTrace(text: string): LogStep[] {
  const log: LogStep[] = [];
  for (const line of text.split('\n')) {
    const ack = /^write\(1<[^>]*>, "((?:\\x[0-9a-f]{2})+)"/.exec(line);
    const said = ack === null ? '' : bytesOf(ack[1]!).toString();
    if (said.startsWith('a ')) log.push({ acknowledged: Number(said.slice(2)) });
    const gone = /^unlink\("([^"]*)"\)/.exec(line);
    if (gone !== null) log.push({ file: basename(bytesOf(gone[1]!).toString()), removed: true });
    const call = /^(pwrite64|fsync|fdatasync|ftruncate)\(\d+<([^>]*)>(?:, (.*))?\) = (\d+)/.exec(line);
    if (call === null) continue;
    const [, name, target, rest = ''] = call;
    const file = basename(bytesOf(target!).toString());
    if (!/^trades\.sqlite(-wal|-journal)?$/.test(file)) continue;
    if (name === 'pwrite64') {
      const [, bytes, length, at] = /^"((?:\\x[0-9a-f]{2})*)", (\d+), (\d+)$/.exec(rest)!;
      const data = bytesOf(bytes!);
      expect(data.length).toBe(Number(length));
      log.push({ file, at: Number(at), bytes: data });
    } else if (name === 'ftruncate') log.push({ file, length: Number(rest) });
    else log.push({ file, sync: true });
  }
  return log;
}

/** `\x61b` -> bytes; strace writes paths so, too. */
function bytesOf(text: string): Buffer {
  return text.startsWith('\\x') ? Buffer.from(text.replaceAll('\\x', ''), 'hex') : Buffer.from(text);
}
