import { type Html, html } from '../html.ts';

/** Points of one line, in order. A point that is not finite breaks it. */
export interface Line {
  readonly name: string;
  /** A colour of the page's style sheet: `accent`, `up`, `down`, `dim`. */
  readonly colour: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Dots without a line between them. */
  readonly isDots?: boolean;
}

export interface Axes {
  readonly x: string;
  readonly y: string;
  readonly showX: (value: number) => string;
  readonly showY: (value: number) => string;
  /** Range of y; absent: that of the points. */
  readonly range?: readonly [number, number];
}

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [600, 270, 62, 34];

/** Lines on common axes, as a drawing that needs no script. */
export function drawLines(lines: readonly Line[], axes: Axes): Html {
  const all = lines.flatMap((line) => line.points).filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  if (all.length < 2) return html`<p class="empty">Too few points.</p>`;
  const ends = (values: readonly number[]): readonly [number, number] => {
    const low = values.reduce((a, b) => Math.min(a, b));
    const high = values.reduce((a, b) => Math.max(a, b));
    return high > low ? [low, high] : [low - 0.5, high + 0.5];
  };
  const [x0, x1] = ends(all.map(([x]) => x));
  const [y0, y1] = axes.range ?? ends(all.map(([, y]) => y));
  const at = ([x, y]: readonly [number, number]) =>
    [
      (LEFT + ((x - x0) / (x1 - x0)) * (WIDTH - LEFT - 10)).toFixed(1),
      (8 + (1 - (Math.min(y1, Math.max(y0, y)) - y0) / (y1 - y0)) * (HEIGHT - BOTTOM - 8)).toFixed(1),
    ] as const;
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const value = y0 + share * (y1 - y0);
    const [, y] = at([x0, value]);
    return html`<line x1="${LEFT}" x2="${WIDTH - 10}" y1="${y}" y2="${y}"/><text x="${LEFT - 6}" y="${Number(y) + 4}" text-anchor="end">${axes.showY(value)}</text>`;
  });
  const drawn = lines.map(({ name, colour, points, isDots }) => {
    const known = points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
    const dots = known.map((point) => {
      const [x, y] = at(point);
      return html`<circle cx="${x}" cy="${y}" r="3.2" style="fill:var(--${colour})"><title>${name}: ${axes.showX(point[0])}, ${axes.showY(point[1])}</title></circle>`;
    });
    const path = points
      .map((point, k) => {
        if (!known.includes(point)) return '';
        return `${k === 0 || !known.includes(points[k - 1]!) ? 'M' : 'L'}${at(point).join(' ')}`;
      })
      .join('');
    return html`${isDots ? null : html`<path d="${path}" style="stroke:var(--${colour})"/>`}${dots}`;
  });
  const legend = lines.map(({ name, colour }) => html`<span><i style="background:var(--${colour})"></i>${name}</span>`);
  return html`<svg class="lines" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${axes.y} by ${axes.x}">${grid}${drawn}<text x="${LEFT}" y="${HEIGHT - 8}">${axes.showX(x0)}</text><text x="${(WIDTH + LEFT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${axes.x}</text><text x="${WIDTH - 10}" y="${HEIGHT - 8}" text-anchor="end">${axes.showX(x1)}</text></svg><p class="legend">${legend}</p>`;
}
