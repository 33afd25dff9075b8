import { timeframe } from '../../domain/timeframe.ts';
import { date } from '../format.ts';
import { type Html, html, trusted } from '../html.ts';

/** The state of a pair's market over the run: an index into `states` for each candle, NaN where it is not known. Times (of closes) ms UTC. */
export interface RegimeRibbon {
  readonly block: string;
  readonly pair: string;
  readonly states: readonly string[];
  readonly time: Float64Array;
  readonly state: Float64Array;
}

const COLOURS = ['#2457d6', '#c99a1b', '#cf3550', '#0b8a66', '#8a4fd0', '#1b9ac9', '#7a7f87', '#d0764f'];
const WIDTH = 1000;
const HEIGHT = 24;
const TALL = 72;
/** More stretches than this would be under 7 points wide on average, and many of them under 2: a barcode that nobody reads. */
const MOST_STRETCHES = 150;
const MOST_COLUMNS = 300;
const PARTS = [
  ['15m', '15 minutes'],
  ['1h', '1 hour'],
  ['4h', '4 hours'],
  ['1d', '1 day'],
  ['1w', '1 week'],
  ['1M', '1 month'],
  ['3M', '1 quarter'],
  ['12M', '1 year'],
] as const;

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly state: number;
}

/** Colour of a state by its index. */
export function stateColour(state: number): string {
  return COLOURS[state % COLOURS.length]!;
}

/**
 * A ribbon of regimes over time: a bar for each stretch of one state, or, where there are too many of those to be seen, a band with the share of
 * each state per hour, day, week, month …, whatever is the shortest that leaves columns to look at. Says in words what a column is.
 */
export function regimeRibbon(ribbon: RegimeRibbon): { readonly drawing: Html; readonly note: string } {
  const stretches = stretchesOf(ribbon.state);
  if (stretches.length <= MOST_STRETCHES) {
    const bars = stretches.map(({ from, to, state }) => rect(from, 0, to - from, HEIGHT, state));
    return { drawing: frame(bars, ribbon.state.length, HEIGHT), note: '' };
  }
  const { time } = ribbon;
  const begin = time[0]!;
  const length = time.at(-1)! - begin;
  const [name, words] = PARTS.find(([part]) => length / timeframe(part).ms <= MOST_COLUMNS) ?? PARTS.at(-1)!;
  const x = (at: number) => round(((Math.max(at, begin) - begin) / length) * WIDTH);
  const bars = columnsOf(ribbon, name).flatMap(({ from, to, shares }) => {
    const left = x(from);
    const width = round(x(Math.min(to, begin + length)) - left);
    let top = TALL;
    return shares.flatMap((share, state) => {
      const height = round(share * TALL);
      top = round(top - height);
      return height > 0 && width > 0 ? [rect(left, top, width, height, state)] : [];
    });
  });
  return {
    drawing: html`${frame(bars, WIDTH, TALL)}${scale(begin, length)}`,
    note: `Each column is ${words}: the share of its candles in each state, in the order of the table from the bottom up.`,
  };
}

/** Runs of one known state. */
function stretchesOf(state: Float64Array): Stretch[] {
  const found: Stretch[] = [];
  for (let from = 0; from < state.length; ) {
    let to = from + 1;
    while (to < state.length && state[to] === state[from]) to++;
    if (!Number.isNaN(state[from]!)) found.push({ from, to, state: state[from]! });
    from = to;
  }
  return found;
}

/** Shares of the states among the candles of each part of the calendar that has any with a known state. */
function columnsOf({ time, state, states }: RegimeRibbon, part: string) {
  const calendar = timeframe(part);
  const columns: { readonly from: number; readonly to: number; readonly shares: readonly number[] }[] = [];
  for (let i = 0; i < time.length; ) {
    // A close on the border belongs to the part before.
    const from = calendar.openOf(time[i]! - 1);
    const to = calendar.closeOf(from);
    const counts = states.map(() => 0);
    for (; i < time.length && time[i]! <= to; i++) if (!Number.isNaN(state[i]!)) counts[state[i]!]!++;
    const known = counts.reduce((a, b) => a + b, 0);
    if (known > 0) columns.push({ from, to, shares: counts.map((count) => count / known) });
  }
  return columns;
}

/** Where years, months or days begin, as dates under the band. */
function scale(begin: number, length: number): Html {
  const [, step] = [
    [14, '1d'],
    [120, '1w'],
    [500, '1M'],
    [1500, '3M'],
  ].find(([days]) => length / 86_400_000 <= (days as number)) ?? [0, '12M'];
  const calendar = timeframe(step as string);
  const marks: Html[] = [];
  for (let at = calendar.closeOf(calendar.openOf(begin)); at < begin + 0.95 * length; at = calendar.closeOf(at))
    marks.push(
      html`<span style="position:absolute;left:${round(((at - begin) / length) * 100)}%;border-left:1px solid;padding-left:3px;white-space:nowrap">${date(at)}</span>`,
    );
  return html`<div style="position:relative;height:1.3em;font-size:11px;opacity:.7;overflow:hidden">${marks}</div>`;
}

function rect(x: number, y: number, width: number, height: number, state: number): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${stateColour(state)}"/>`;
}

function frame(bars: readonly string[], width: number, height: number): Html {
  return html`<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" width="100%" height="${height}" shape-rendering="crispEdges" role="img" aria-label="regimes over time">${trusted(bars.join(''))}</svg>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
