import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BookEvents, LotGrid } from '../core/book/book-events.ts';

/** What the peer's quoter and simulated exchange are set to: lots and ns. */
export interface PeerSettings {
  readonly grid: LotGrid;
  readonly queue: 'riskAverse' | 'powerProb3';
  readonly exchange: 'whole' | 'partial';
  readonly latencyNs: number;
  readonly stepNs: number;
  readonly lots: number;
  readonly maxLots: number;
}

/** hftbacktest's events per CPU second: with its quoter, in the faster of two ways to move a quote, and without a strategy. */
export interface Peer {
  readonly quoting: number;
  /** With the quoter of its own bench: at each step everything is cancelled and placed anew. */
  readonly anew: number;
  readonly idle: number;
  /** Fills of the quoter that modifies its orders. */
  readonly fills: number;
}

/** hftbacktest 2.4.4 on the recorded events, measured on two shared cores; used without TIDEGATE_PYTHON. */
const RECORDED: Peer = { quoting: 6.2e6, anew: 6.2e6, idle: 17.6e6, fills: Number.NaN };

/** Times hftbacktest on the events in this run when TIDEGATE_PYTHON names a Python that has it; the recorded figures otherwise. */
export function hftbacktestOn(events: BookEvents, settings: PeerSettings): Peer {
  const python = process.env.TIDEGATE_PYTHON;
  if (!python) return RECORDED;
  const { see, kind, side, exchangeTime, localTime, price, lots, length } = events;
  const columns = [see, kind, side, exchangeTime, localTime, price, lots].map((column) => Float64Array.from(column));
  const input = Buffer.concat(columns.map((column) => Buffer.from(column.buffer)));
  const given = {
    rows: length,
    tick: settings.grid.tickSize,
    lot: settings.grid.lotSize,
    step: settings.stepNs,
    latency: settings.latencyNs,
    queue: settings.queue,
    exchange: settings.exchange,
    qty: settings.lots,
    most: settings.maxLots,
  };
  const script = fileURLToPath(new URL('peers/hftbacktest_run.py', import.meta.url));
  const run = spawnSync(python, [script, JSON.stringify(given)], { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (run.status === 0) {
    const found = JSON.parse(run.stdout) as Record<string, number>;
    return {
      quoting: Math.max(found.amending!, found.replacing!),
      anew: found.anew!,
      idle: found.idle!,
      fills: found.amendingFills!,
    };
  }
  process.stderr.write(
    `hftbacktest could not be timed, recorded figures are used: ${run.stderr.trim().split('\n').at(-1)}\n`,
  );
  return RECORDED;
}
