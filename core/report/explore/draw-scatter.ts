import { percentile, sorted } from '../../metrics/percentile.ts';
import { type Html, html } from '../html.ts';

/** How a scatter is labelled. */
interface ScatterLabels {
  readonly x: string;
  readonly y: string;
  readonly showX: (value: number) => string;
  readonly showY: (value: number) => string;
}

const WIDE = 56;
const HIGH = 30;

/** A scatter of many points as a grid whose squares darken with how many fall into them, between the 0.5th and 99.5th percentile of each axis. */
export function drawScatter(x: Float64Array, y: Float64Array, labels: ScatterLabels): Html {
  const rows = Array.from(x.keys()).filter((i) => Number.isFinite(x[i]!) && Number.isFinite(y[i]!));
  if (rows.length < 10) return html`<p class="empty">Too few values.</p>`;
  const range = (values: Float64Array) => {
    const ascending = sorted(rows.map((i) => values[i]!));
    const low = percentile(ascending, 0.005);
    const high = percentile(ascending, 0.995);
    return high > low ? { low, high } : { low: low - 1, high: high + 1 };
  };
  const across = range(x);
  const up = range(y);
  const counts = new Float64Array(WIDE * HIGH);
  for (const i of rows) {
    const a = Math.floor(((x[i]! - across.low) / (across.high - across.low)) * WIDE);
    const b = Math.floor(((y[i]! - up.low) / (up.high - up.low)) * HIGH);
    if (a >= 0 && a < WIDE && b >= 0 && b < HIGH) counts[b * WIDE + a]!++;
  }
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  const [w, h] = [600 / WIDE, 270 / HIGH];
  const squares = Array.from(counts, (count, k) => {
    if (count === 0) return null;
    const shade = 0.12 + 0.88 * (Math.log1p(count) / Math.log1p(most));
    const [a, b] = [k % WIDE, Math.floor(k / WIDE)];
    return html`<rect x="${(a * w).toFixed(1)}" y="${(270 - (b + 1) * h).toFixed(1)}" width="${(w + 0.05).toFixed(2)}" height="${(h + 0.05).toFixed(2)}" fill-opacity="${shade.toFixed(2)}"><title>${labels.showX(across.low + ((a + 0.5) * (across.high - across.low)) / WIDE)}, ${labels.showY(up.low + ((b + 0.5) * (up.high - up.low)) / HIGH)}: ${count}</title></rect>`;
  });
  const zero = (low: number, high: number, size: number) =>
    low < 0 && high > 0 ? (-low / (high - low)) * size : undefined;
  const vertical = zero(across.low, across.high, 600);
  const level = zero(up.low, up.high, 270);
  return html`<svg class="scatter" viewBox="0 0 600 308" role="img">${vertical === undefined ? null : html`<line x1="${vertical.toFixed(1)}" x2="${vertical.toFixed(1)}" y1="0" y2="270"/>`}${level === undefined ? null : html`<line x1="0" x2="600" y1="${(270 - level).toFixed(1)}" y2="${(270 - level).toFixed(1)}"/>`}${squares}<text x="0" y="290">${labels.showX(across.low)}</text><text x="300" y="290" text-anchor="middle">${labels.x}</text><text x="600" y="290" text-anchor="end">${labels.showX(across.high)}</text><text x="4" y="14">${labels.showY(up.high)} ${labels.y}</text><text x="4" y="266">${labels.showY(up.low)}</text></svg>`;
}
