import { percentile, sorted } from '../../metrics/percentile.ts';
import { type ShowTick, ticks } from '../axis.ts';
import { number } from '../format.ts';
import { type Html, html } from '../html.ts';

/** How a scatter is labelled. */
interface ScatterLabels {
  readonly x: string;
  readonly y: string;
  readonly showX: ShowTick;
  readonly showY: ShowTick;
}

const WIDE = 52;
const HIGH = 28;
/** Where the squares begin and end, in units of the drawing. */
const [LEFT, RIGHT, TOP, BOTTOM] = [62, 600, 22, 274];

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
  const [w, h] = [(RIGHT - LEFT) / WIDE, (BOTTOM - TOP) / HIGH];
  const [marksX, marksY] = [ticks(across.low, across.high), ticks(up.low, up.high)];
  const squares = Array.from(counts, (count, k) => {
    if (count === 0) return null;
    const shade = 0.12 + 0.88 * (Math.log1p(count) / Math.log1p(most));
    const [a, b] = [k % WIDE, Math.floor(k / WIDE)];
    const atX = across.low + ((a + 0.5) * (across.high - across.low)) / WIDE;
    const atY = up.low + ((b + 0.5) * (up.high - up.low)) / HIGH;
    return html`<rect x="${(LEFT + a * w).toFixed(1)}" y="${(BOTTOM - (b + 1) * h).toFixed(1)}" width="${(w + 0.05).toFixed(2)}" height="${(h + 0.05).toFixed(2)}" fill-opacity="${shade.toFixed(2)}"><title>${labels.x} ${labels.showX(atX, marksX.step / 10)}, ${labels.y} ${labels.showY(atY, marksY.step / 10)}: ${number(count, 0)}</title></rect>`;
  });
  const columns = marksX.values.map((value) => {
    const x = (LEFT + ((value - across.low) / (across.high - across.low)) * (RIGHT - LEFT)).toFixed(1);
    return html`<line x1="${x}" x2="${x}" y1="${TOP}" y2="${BOTTOM + 4}"/><text x="${x}" y="${BOTTOM + 18}" text-anchor="middle">${labels.showX(value, marksX.step)}</text>`;
  });
  const levels = marksY.values.map((value) => {
    const y = BOTTOM - ((value - up.low) / (up.high - up.low)) * (BOTTOM - TOP);
    return html`<line x1="${LEFT}" x2="${RIGHT}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}"/><text x="${LEFT - 8}" y="${(y + 4).toFixed(1)}" text-anchor="end">${labels.showY(value, marksY.step)}</text>`;
  });
  return html`<svg class="scatter" viewBox="0 0 600 312" role="img" aria-label="${labels.y} against ${labels.x}">${columns}${levels}${squares}<text x="0" y="11">${labels.y}</text><text x="${(LEFT + RIGHT) / 2}" y="308" text-anchor="middle">${labels.x}</text></svg>`;
}
