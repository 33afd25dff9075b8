import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { sampleRun } from '../../tests/fixtures/report/sample-run.ts';
import { candleTable } from '../domain/candles.ts';
import type { RunResult } from '../domain/run-result.ts';
import { summarize } from '../metrics/summarize.ts';
import { signedPercent } from './format.ts';
import { renderReport } from './render-report.ts';

const run = sampleRun({ candles: 24 * 60 });
const page = renderReport(run, summarize(run));

/** What lies between the first `from` and the next `to`. */
const between = (text: string, from: string, to: string) => text.split(from)[1]!.split(to)[0]!;
const dataOf = (text: string) => JSON.parse(between(text, '<script type="application/json" id="data">', '</script>'));

it('is one document without any address to load from', () => {
  expect(page.startsWith('<!doctype html>')).toBe(true);
  expect(page).not.toMatch(/<(link|img|iframe)\b|<script[^>]+\bsrc=|@import|url\(http/);
  expect(page).toContain("default-src 'none'");
});

it('keeps the chart library with its licence and names it in the footer', () => {
  expect(page).toContain('@license');
  expect(page).toContain('Apache License 2.0</a>');
});

it('has scripts that parse', () => {
  const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((m) => m[1]!);
  expect(scripts).toHaveLength(2);
  for (const script of scripts) expect(() => new Script(script)).not.toThrow();
});

it('gives the same bytes for the same run', () => {
  expect(renderReport(run, summarize(run))).toBe(page);
});

it('says that a synthetic market is synthetic, and only then', () => {
  expect(page).toContain('Synthetic market:');
  const real: RunResult = { ...run, inputs: { ...run.inputs, dataKind: 'real' } };
  expect(renderReport(real, summarize(real))).not.toContain('Synthetic market:');
});

it('shows the parts that a reader looks for', () => {
  for (const title of [
    'Monthly returns',
    'Deepest drawdowns',
    'Cost sensitivity',
    'Could this be luck?',
    'By pair',
    'By exit reason',
    'Trade list',
  ])
    expect(page).toContain(`<h2>${title}</h2>`);
  expect(page).toContain(run.hash);
  expect(page).not.toContain('In-sample and out-of-sample');
  const split = renderReport(run, summarize(run), {
    outOfSampleFrom: Date.UTC(2024, 1, 1),
    assumptions: ['Mind <the> gap.'],
  });
  expect(split).toContain('Never seen (from 2024-02-01)');
  // What the parameters' own search saw, where it ends within the run.
  const tuned = (tunedUntil: number) => {
    const known = { ...run, trials: { ...run.trials, tunedUntil } };
    return renderReport(known, summarize(known));
  };
  expect(tuned(Date.UTC(2024, 1, 1))).toContain('Never seen (from 2024-02-01)');
  for (const year of [2023, 2025]) expect(tuned(Date.UTC(year, 1, 1))).not.toContain('In-sample and out-of-sample');
  expect(split).toContain('Mind &lt;the&gt; gap.');
});

it('sets the years of the account beside those of buy-and-hold', () => {
  const { account, buyAndHold } = summarize(run);
  const [year] = between(page, '<table class="heat">', '</table>').split('<tr>').slice(-1);
  const shown = [...year!.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].slice(-2).map(([, text]) => text);
  expect(shown).toEqual([account, buyAndHold].map((curve) => signedPercent(curve.totalReturn, 1)));
});

it('escapes names and tags wherever they appear', () => {
  const evil = `</script><img src=x onerror=alert(1)>"'&`;
  const [candles] = [...run.market.values()];
  const bad: RunResult = {
    ...run,
    inputs: { ...run.inputs, strategies: [evil], pairs: [evil], stakeCurrency: evil, settings: { [evil]: evil } },
    trades: run.trades.map((t) => ({
      ...t,
      pair: evil,
      strategy: evil,
      entryTag: evil,
      exitTag: evil,
      exitReason: evil,
    })),
    rejected: { [evil]: 3 },
    market: new Map([[evil, { candles: candles!.candles, features: { [evil]: candles!.features.fast! } }]]),
  };
  const text = renderReport(bad, summarize(bad));
  expect(text).not.toContain('<img');
  expect(text.match(/<\/script>/g)).toHaveLength(3);
  expect(dataOf(text).pairs[0].pair).toBe(evil);
});

it('lists trades as they are formatted, texts cut, numbers with what they are sorted by', () => {
  const [first] = run.trades;
  const trade = {
    ...first!,
    ...{ id: 7, strategy: 'S'.repeat(70), pair: 'A/B', side: 'long' as const, openTime: 0, closeTime: 90_000 },
    ...{ openRate: 1.5, closeRate: 2, stake: 1234.5, leverage: 2.5, profitAbs: -3, profitRatio: 0.01 },
    ...{ fees: 0, funding: Number.NaN, entryTag: null, exitReason: 'roi', exitTag: 'x'.repeat(90) },
  };
  const list = between(renderReport({ ...run, trades: [trade] }, summarize(run)), 'id="trades"', '</table>');
  const words = (of: string) =>
    [...of.matchAll(/<th class="(\w*)".*?<button[^>]*>([^<]+)/g)].map(([, name, head]) =>
      name === 'text' ? `${head}:` : head,
    );
  expect(words(list)).toEqual([
    ...[
      '#',
      'Pair:',
      'Side:',
      'Opened:',
      'Closed:',
      'Held',
      'Entry',
      'Exit',
      'Stake',
      'Lev.',
      'Profit',
      'Of stake',
      'Fees',
    ],
    ...['Funding', 'Reason:'],
  ]);
  const row =
    '<td data-v="7">7</td><td class="text">A/B</td><td class="text">long</td>' +
    '<td class="text" data-v="0">1970-01-01 00:00</td><td class="text" data-v="90000">1970-01-01 00:01:30</td>' +
    '<td data-v="90000">1 min 30 s</td><td data-v="1.5">1.5</td><td data-v="2">2</td><td data-v="1234.5">1,234.50</td>' +
    '<td data-v="2.5">2.5</td><td class="down" data-v="-3">-3.00</td><td class="up" data-v="0.01">+1.00 %</td>' +
    '<td data-v="0">0.00</td><td data-v="">–</td>';
  const reason = `<td class="text">roi (${'x'.repeat(74)}…</td>`;
  expect(between(list, '<tbody><tr>', '</tr></tbody>')).toBe(`${row}${reason}`);
  // Of two strategies, with a tag.
  const more = [trade, { ...trade, id: 8, strategy: 'B', entryTag: 'dip' }];
  const both = between(renderReport({ ...run, trades: more }, summarize(run)), 'id="trades"', '</table>');
  expect(words(both).slice(-3)).toEqual(['Tag:', 'Reason:', 'Strategy:']);
  expect(between(both, '<tbody><tr>', '</tr><tr>')).toBe(
    `${row}<td class="text"></td>${reason}<td class="text">${'S'.repeat(59)}…</td>`,
  );
  // Spot, without leverage and funding.
  const spot = { ...trade, leverage: 1, funding: 0 };
  expect(
    words(between(renderReport({ ...run, trades: [spot] }, summarize(run)), 'id="trades"', '</table>')),
  ).not.toContain('Lev.');
});

it('draws a run without trades, candles or points', () => {
  const none = new Float64Array();
  const empty: RunResult = {
    ...run,
    trades: [],
    market: new Map([['X/Y', { candles: candleTable(0), features: {} }]]),
    equity: { time: none, equity: none, buyAndHold: none, exposure: none },
  };
  const text = renderReport(empty, summarize(empty));
  expect(text).toContain('No trades. Signals were refused: 41 × no free slot');
  expect(text).not.toMatch(/Trade list|By pair|Cost sensitivity|Nothing to show|0 ms/);
  expect(text).not.toMatch(/>(NaN|Infinity|undefined|null)</);
});

it('draws strategies that share the account by themselves, too, at its times, and says so', () => {
  const { time, equity } = run.equity;
  const late = { time: time.slice(5), equity: equity.slice(5).map((value) => value * 2) };
  const text = renderReport(run, summarize(run), { alone: [{ strategy: 'Late', equity: late }] });
  const { curve, alone } = dataOf(text);
  expect(alone).toHaveLength(1);
  expect(alone[0].name).toBe('Late');
  const first = alone[0].equity.findIndex((value: number | null) => value !== null);
  expect(curve.t[first] * 1000).toBeCloseTo(time[5]!, -3);
  expect(alone[0].equity[first - 1]).toBeNull();
  expect(alone[0].equity.at(-1) / curve.equity.at(-1)).toBeCloseTo(2, 4);
  expect(text).toContain('what each strategy makes alone (thin lines)');
  expect(dataOf(page).alone).toEqual([]);
  expect(page).not.toContain('makes alone');
});

describe('a large run', () => {
  const n = 1_000_000;
  const big = sampleRun({ candles: 5000, pauseCandles: 4 });
  const column = (of: (i: number) => number) => Float64Array.from({ length: n }, (_, i) => of(i));
  const time = column((i) => big.inputs.from + i * 60_000);
  const close = column((i) => 100 + 10 * Math.sin(i / 5000) + Math.sin(i * 12.9898) * 0.3);
  const candles = {
    length: n,
    time,
    open: close,
    high: close.map((c) => c + 0.2),
    low: close.map((c) => c - 0.2),
    close,
    volume: close,
  };
  const features = Object.fromEntries(
    Array.from({ length: 12 }, (_, k) => [`f${k}`, close.map((c) => c * (k % 2 ? 1 : 0.01))]),
  );
  const pairs = Array.from({ length: 60 }, (_, k) => `P${k}/USDT`);
  const large: RunResult = {
    ...big,
    inputs: { ...big.inputs, pairs },
    trades: pairs.flatMap((pair) => big.trades.slice(0, 500).map((t) => ({ ...t, pair }))),
    equity: { time, equity: close, buyAndHold: close, exposure: close },
    market: new Map(pairs.map((pair) => [pair, { candles, features }])),
  };

  it('makes a page below five megabytes that says what it left out', () => {
    const text = renderReport(large, summarize(large));
    expect(text.length).toBeLessThan(4_800_000);
    const data = dataOf(text);
    expect(data.pairs).toHaveLength(40);
    expect(data.omittedPairs).toHaveLength(20);
    // 250 of its last trades, and all that are listed.
    expect(data.pairs.map((pair: { undrawn: number }) => pair.undrawn).slice(0, 3)).toEqual([0, 0, 250]);
    expect(text).toContain('Not drawn, to keep the page small');
    expect(text).toContain('The first 900 of 30,000, and the 50 best and 50 worst of the rest');
  });

  it('keeps bars of a round length for a single pair, 5,000 at most', () => {
    const single: RunResult = { ...large, market: new Map([['P0/USDT', { candles, features }]]) };
    const { t, step } = dataOf(renderReport(single, summarize(single))).pairs[0];
    expect(t.length).toBeLessThanOrEqual(5000);
    expect(t.length).toBeGreaterThan(2000);
    expect(new Set(t.slice(2)).size).toBe(1);
    expect(step).toBeGreaterThan(1);
  });
});
