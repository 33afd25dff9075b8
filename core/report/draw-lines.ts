import { type ShowTick, ticks } from './axis.ts';
import { type Html, html } from './html.ts';

/** Points of one line, in order. A point that is not finite breaks it. */
export interface Line {
  readonly name: string;
  /** A colour of the page's style sheet: `accent`, `up`, `down`, `dim`. */
  readonly colour: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Only dots, or only what lies between them; both where left out. */
  readonly drawn?: 'dots' | 'line';
}

export interface Axes {
  readonly x: string;
  readonly y: string;
  readonly showX: ShowTick;
  readonly showY: ShowTick;
  /** Steps of the x axis, where they are not 1, 2, 5, 10, …: see `durationStep`. */
  readonly stepX?: (rough: number) => number;
  /** Four times as wide as high, in place of twice. */
  readonly isWide?: boolean;
}

/** Rules that a page with such drawings needs. */
export const LINES_STYLE = `
.lines { width: 100%; display: block; margin-top: 6px; }
.lines line { stroke: var(--line); }
.lines path, .key path { fill: none; stroke-width: 2; }
.key { width: 26px; height: 10px; margin-right: 6px; }
.lines text { fill: var(--dim); font-size: 12px; }
`;

const [NARROW, HEIGHT, LEFT, TOP, BOTTOM, RIGHT] = [600, 292, 62, 22, 42, 24];
/** Dashes of the lines, in order: they are told apart without their colours, too. */
const DASHES = ['', '7 4', '2 3', '9 3 2 3'];

/** Lines on common axes, as a drawing that needs no script. */
export function drawLines(lines: readonly Line[], axes: Axes): Html {
  const width = axes.isWide ? 2 * NARROW : NARROW;
  const all = lines.flatMap((line) => line.points).filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  if (all.length < 2) return html`<p class="empty">Too few points.</p>`;
  const ends = (values: readonly number[]): readonly [number, number] => {
    const low = values.reduce((a, b) => Math.min(a, b));
    const high = values.reduce((a, b) => Math.max(a, b));
    return high > low ? [low, high] : [low - 0.5, high + 0.5];
  };
  const [x0, x1] = ends(all.map(([x]) => x));
  const [y0, y1] = ends(all.map(([, y]) => y));
  const at = ([x, y]: readonly [number, number]) =>
    [
      (LEFT + ((x - x0) / (x1 - x0)) * (width - LEFT - RIGHT)).toFixed(1),
      (TOP + ((y1 - y) / (y1 - y0)) * (HEIGHT - BOTTOM - TOP)).toFixed(1),
    ] as const;
  const { stepX, isWide } = axes;
  const across = ticks(x0, x1, { most: isWide ? 12 : 7, ...(stepX && { stepOf: stepX }) });
  const up = ticks(y0, y1);
  const grid = up.values.map((value) => {
    const [, y] = at([x0, value]);
    return html`<line x1="${LEFT}" x2="${width - RIGHT}" y1="${y}" y2="${y}"/><text x="${LEFT - 8}" y="${Number(y) + 4}" text-anchor="end">${axes.showY(value, up.step)}</text>`;
  });
  const marks = across.values.map((value) => {
    const [x] = at([value, y0]);
    return html`<line x1="${x}" x2="${x}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM + 4}"/><text x="${x}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${axes.showX(value, across.step)}</text>`;
  });
  const parts = lines.map(({ name, colour, points, drawn }, order) => {
    const isKnown = ([x, y]: readonly [number, number]) => Number.isFinite(x) && Number.isFinite(y);
    const known = points.filter(isKnown);
    const dots = (drawn === 'line' ? [] : known).map((point) => {
      const [x, y] = at(point);
      return html`<circle cx="${x}" cy="${y}" r="3.2" style="fill:var(--${colour})"><title>${name}: ${axes.showX(point[0], across.step / 10)}, ${axes.showY(point[1], up.step / 10)}</title></circle>`;
    });
    const path = points
      .map((point, k) => {
        if (!isKnown(point)) return '';
        return `${k === 0 || !isKnown(points[k - 1]!) ? 'M' : 'L'}${at(point).join(' ')}`;
      })
      .join('');
    return html`${drawn === 'dots' ? null : html`<path d="${path}" style="stroke:var(--${colour})" stroke-dasharray="${DASHES[order % DASHES.length]!}"/>`}${dots}`;
  });
  const legend = lines.map(
    ({ name, colour, drawn }, order) =>
      html`<span><svg class="key" viewBox="0 0 26 10" aria-hidden="true">${drawn === 'dots' ? html`<circle cx="13" cy="5" r="3.2" style="fill:var(--${colour})"/>` : html`<path d="M0 5H26" style="stroke:var(--${colour})" stroke-dasharray="${DASHES[order % DASHES.length]!}"/>`}</svg>${name}</span>`,
  );
  return html`<svg class="lines" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${axes.y} by ${axes.x}">${grid}${marks}${parts}<text x="0" y="11">${axes.y}</text><text x="${(width + LEFT) / 2}" y="${HEIGHT - 4}" text-anchor="middle">${axes.x}</text></svg><p class="legend">${legend}</p>`;
}
