import { type ShowTick, ticks } from '../axis.ts';
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
  readonly showX: ShowTick;
  readonly showY: ShowTick;
}

const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM, RIGHT] = [600, 292, 62, 22, 42, 24];
/** Dashes of the lines, in order: they are told apart without their colours, too. */
const DASHES = ['', '7 4', '2 3'];

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
  const [y0, y1] = ends(all.map(([, y]) => y));
  const at = ([x, y]: readonly [number, number]) =>
    [
      (LEFT + ((x - x0) / (x1 - x0)) * (WIDTH - LEFT - RIGHT)).toFixed(1),
      (TOP + ((y1 - y) / (y1 - y0)) * (HEIGHT - BOTTOM - TOP)).toFixed(1),
    ] as const;
  const [across, up] = [ticks(x0, x1), ticks(y0, y1)];
  const grid = up.values.map((value) => {
    const [, y] = at([x0, value]);
    return html`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/><text x="${LEFT - 8}" y="${Number(y) + 4}" text-anchor="end">${axes.showY(value, up.step)}</text>`;
  });
  const marks = across.values.map((value) => {
    const [x] = at([value, y0]);
    return html`<line x1="${x}" x2="${x}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM + 4}"/><text x="${x}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${axes.showX(value, across.step)}</text>`;
  });
  const drawn = lines.map(({ name, colour, points, isDots }, order) => {
    const known = points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
    const dots = known.map((point) => {
      const [x, y] = at(point);
      return html`<circle cx="${x}" cy="${y}" r="3.2" style="fill:var(--${colour})"><title>${name}: ${axes.showX(point[0], across.step / 10)}, ${axes.showY(point[1], up.step / 10)}</title></circle>`;
    });
    const path = points
      .map((point, k) => {
        if (!known.includes(point)) return '';
        return `${k === 0 || !known.includes(points[k - 1]!) ? 'M' : 'L'}${at(point).join(' ')}`;
      })
      .join('');
    return html`${isDots ? null : html`<path d="${path}" style="stroke:var(--${colour})" stroke-dasharray="${DASHES[order % DASHES.length]!}"/>`}${dots}`;
  });
  const legend = lines.map(
    ({ name, colour, isDots }, order) =>
      html`<span><svg class="key" viewBox="0 0 26 10" aria-hidden="true">${isDots ? html`<circle cx="13" cy="5" r="3.2" style="fill:var(--${colour})"/>` : html`<path d="M0 5H26" style="stroke:var(--${colour})" stroke-dasharray="${DASHES[order % DASHES.length]!}"/>`}</svg>${name}</span>`,
  );
  return html`<svg class="lines" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${axes.y} by ${axes.x}">${grid}${marks}${drawn}<text x="0" y="11">${axes.y}</text><text x="${(WIDTH + LEFT) / 2}" y="${HEIGHT - 4}" text-anchor="middle">${axes.x}</text></svg><p class="legend">${legend}</p>`;
}
