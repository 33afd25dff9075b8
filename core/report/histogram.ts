import { percentile, sorted } from '../metrics/percentile.ts';
import { countTick, roundStep, type ShowTick, ticks } from './axis.ts';
import { number } from './format.ts';
import { type Html, html } from './html.ts';

/** Bins of equal, round width between round edges; the outer ones also hold what lies beyond them. */
export interface Histogram {
  readonly from: number;
  readonly width: number;
  readonly counts: readonly number[];
  /** Values below the first edge and above the last. */
  readonly below: number;
  readonly above: number;
}

/** Counts values into some `bins` bins at most between the 0.5th and 99.5th percentile, so that one outlier does not flatten the rest. */
export function histogram(
  values: ArrayLike<number>,
  { bins = 40, stepOf = roundStep }: { readonly bins?: number; readonly stepOf?: (rough: number) => number } = {},
): Histogram {
  const ascending = sorted(values).filter((v) => Number.isFinite(v));
  if (ascending.length === 0) return { from: 0, width: 1, counts: [], below: 0, above: 0 };
  let low = percentile(ascending, 0.005);
  let high = percentile(ascending, 0.995);
  if (!(high - low > 1e-12 * Math.abs(low) + 1e-200)) {
    const room = Math.abs(low) > 1e-200 ? Math.abs(low) * 0.1 : 0.01;
    low -= room;
    high += room;
  }
  // Edges are multiples of the width, zero among them: a bin is all gains or all losses.
  const width = stepOf((high - low) / bins);
  const first = Math.floor(low / width + 1e-9);
  const from = first * width;
  const size = Math.max(1, Math.ceil(high / width - 1e-9) - first);
  const counts = new Array<number>(size).fill(0);
  let [below, above] = [0, 0];
  for (const value of ascending) {
    const bin = Math.floor((value - from) / width);
    counts[Math.min(size - 1, Math.max(0, bin))]! += 1;
    if (bin < 0) below++;
    // What stands on the last edge belongs to the last bin.
    else if (value > from + size * width) above++;
  }
  return { from, width, counts, below, above };
}

/** How a histogram is drawn. */
interface HistogramDrawing {
  /** What the values are, for readers who do not see it. */
  readonly name: string;
  readonly show: ShowTick;
  /** Gains and losses in their colours. */
  readonly isSigned?: boolean;
  /** Round steps of this kind of value; 1-2-5 by default. */
  readonly stepOf?: (rough: number) => number;
}

const [WIDTH, LEFT, TOP, FLOOR] = [600, 56, 12, 180];
/** Width of a letter of the labels below, on the narrowest pages, where letters are largest. */
const LETTER = 10;

/** A drawn histogram (SVG): how many values by how large they are, from zero up, with what lies beyond its ends in words. */
export function drawHistogram(
  values: ArrayLike<number>,
  { name, show, isSigned = false, stepOf = roundStep }: HistogramDrawing,
): Html {
  const { from, width, counts, below, above } = histogram(values, { stepOf });
  if (counts.length === 0) return html`<p class="empty">Nothing to show.</p>`;
  const step = (WIDTH - LEFT) / counts.length;
  const edge = (i: number) => from + i * width;
  const last = counts.length - 1;
  const bars = counts.map((count, i) => {
    const tone = !isSigned ? 'flat' : edge(i) + width / 2 < 0 ? 'down' : 'up';
    const [a, b] = [show(edge(i), width), show(edge(i + 1), width)];
    const span = i === 0 && below > 0 ? `below ${b}` : i === last && above > 0 ? `${a} and more` : `${a} to ${b}`;
    return { x: LEFT + i * step, width: step, value: count, tone, title: `${span}: ${number(count, 0)}` };
  });
  const { values: marks, step: apart } = ticks(from, edge(counts.length), { stepOf });
  const labels = marks.map((value) => ({
    x: LEFT + ((value - from) / width) * step,
    text: show(value, apart),
  }));
  const label = `${name}: ${show(from, width)} to ${show(edge(counts.length), width)}, most at ${bars[counts.indexOf(Math.max(...counts))]!.title}`;
  const beyond = [
    below > 0 && `${number(below, 0)} below ${show(from, width)}`,
    above > 0 && `${number(above, 0)} above ${show(edge(counts.length), width)}`,
  ].filter((text) => text !== false);
  return html`${drawBars(bars, { labels, label, show: countTick, isCount: true })}${beyond.length > 0 && html`<p class="note beyond">The outer bars hold what lies beyond: ${beyond.join(', ')}.</p>`}`;
}

interface Bar {
  readonly x: number;
  readonly width: number;
  readonly value: number;
  readonly tone: string;
  readonly title: string;
}

interface BarAxes {
  readonly labels: readonly { readonly x: number; readonly text: string }[];
  /** Says what is drawn. */
  readonly label: string;
  readonly show: ShowTick;
  /** Values are whole numbers. */
  readonly isCount?: boolean;
}

/** Where bars begin and end, in units of the drawing. */
export const BAR_SPAN = [LEFT, WIDTH] as const;

/** Bars that stand on zero, with an axis at their left. */
export function drawBars(bars: readonly Bar[], { labels, label, show, isCount = false }: BarAxes): Html {
  const highest = bars.reduce((most, { value }) => Math.max(most, value), 0) || 1;
  const y = (value: number) => FLOOR - (value / highest) * (FLOOR - TOP);
  const stepOf = (rough: number) => Math.max(isCount ? 1 : 0, roundStep(rough));
  const { values, step } = ticks(0, highest, { most: 4, stepOf });
  const levels = values.map(
    (value) =>
      html`<line x1="${LEFT}" x2="${WIDTH}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"/><text x="${LEFT - 7}" y="${(y(value) + 4.5).toFixed(1)}" text-anchor="end">${show(value, step)}</text>`,
  );
  const drawn = bars.map(
    ({ x, width, value, tone, title }) =>
      html`<rect class="${tone}" x="${(x + 0.75).toFixed(2)}" y="${y(value).toFixed(2)}" width="${Math.max(0.5, width - 1.5).toFixed(2)}" height="${(FLOOR - y(value)).toFixed(2)}" rx="1.5"><title>${title}</title></rect>`,
  );
  let taken = Number.NEGATIVE_INFINITY;
  const names = labels.map(({ x, text }) => {
    // A label at the edge stays inside the drawing, and one that would stand on the one before is left out.
    const half = (text.length * LETTER) / 2;
    const anchor = x + half > WIDTH ? 'end' : 'middle';
    const begins = anchor === 'end' ? x - 2 * half : x - half;
    if (begins < taken) return null;
    taken = begins + 2 * half + LETTER;
    return html`<text x="${x.toFixed(1)}" y="202" text-anchor="${anchor}">${text}</text>`;
  });
  return html`<svg class="histogram" viewBox="0 0 ${WIDTH} 210" role="img" aria-label="${label}">${levels}${drawn}${names}</svg>`;
}
