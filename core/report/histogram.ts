import { percentile, sorted } from '../metrics/percentile.ts';
import { type Html, html } from './html.ts';

/** Bins of equal width; the outer ones also hold what lies beyond them. */
export interface Histogram {
  readonly from: number;
  readonly width: number;
  readonly counts: readonly number[];
}

/** Counts values into at most `bins` bins between the 0.5th and 99.5th percentile, so that one outlier does not flatten the rest. */
export function histogram(values: ArrayLike<number>, bins = 36): Histogram {
  const ascending = sorted(values).filter((v) => Number.isFinite(v));
  if (ascending.length === 0) return { from: 0, width: 1, counts: [] };
  let low = percentile(ascending, 0.005);
  let high = percentile(ascending, 0.995);
  if (!(high - low > 1e-12 * Math.abs(low) + 1e-200)) {
    const room = Math.max(1e-9, Math.abs(low) * 0.01);
    low -= room;
    high += room;
  }
  const rough = (high - low) / bins;
  // Zero is an edge when both signs occur: a bin is then all gains or all losses.
  const from = low < 0 && high > 0 ? -Math.ceil(-low / rough) * rough : low;
  const size = Math.max(1, Math.ceil((high - from) / rough - 1e-9));
  const counts = new Array<number>(size).fill(0);
  for (const value of ascending) {
    const bin = Math.min(size - 1, Math.max(0, Math.floor((value - from) / rough)));
    counts[bin]! += 1;
  }
  return { from, width: rough, counts };
}

/** A drawn histogram (SVG) with gains and losses in their colours when `isSigned`. */
export function drawHistogram(
  values: ArrayLike<number>,
  { show, isSigned }: { readonly show: (value: number) => string; readonly isSigned: boolean },
): Html {
  const { from, width, counts } = histogram(values);
  if (counts.length === 0) return html`<p class="empty">Nothing to show.</p>`;
  const highest = Math.max(...counts);
  const step = 600 / counts.length;
  const edge = (i: number) => from + i * width;
  const bars = counts.map((count, i) => {
    const height = (count / highest) * 170;
    const tone = !isSigned ? 'flat' : edge(i) + width / 2 < 0 ? 'down' : 'up';
    const title = `${show(edge(i))} to ${show(edge(i + 1))}: ${count}`;
    return html`<rect class="${tone}" x="${(i * step + 0.75).toFixed(2)}" y="${(180 - height).toFixed(2)}" width="${(step - 1.5).toFixed(2)}" height="${height.toFixed(2)}" rx="1.5"><title>${title}</title></rect>`;
  });
  const labels = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const anchor = share === 0 ? 'start' : share === 1 ? 'end' : 'middle';
    return html`<text x="${600 * share}" y="202" text-anchor="${anchor}">${show(edge(share * counts.length))}</text>`;
  });
  return html`<svg class="histogram" viewBox="0 0 600 210" role="img"><line x1="0" x2="600" y1="180.5" y2="180.5"/>${bars}${labels}</svg>`;
}
