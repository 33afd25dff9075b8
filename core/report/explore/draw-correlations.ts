import { type Html, html } from '../html.ts';
import { type Joining, leafOrder } from './explore-stats.ts';

const NAMES = 190;
const TREE = 150;

/** The correlation matrix of features in the order of its dendrogram, which is drawn at its right: distance 1 - |correlation|, 0 at the matrix. */
export function drawCorrelations(
  names: readonly string[],
  correlations: readonly (readonly number[])[],
  joined: readonly Joining[],
): Html {
  const n = names.length;
  const order = leafOrder(n, joined);
  // Few features get more room each.
  const size = Math.max(15, Math.min(38, Math.floor(880 / Math.max(1, n))));
  const side = n * size;
  const hasNumbers = size >= 34;
  const cells = order.flatMap((i, row) =>
    order.map((j, column) => {
      const r = correlations[i]![j]!;
      if (!(Math.abs(r) >= 0.02)) return null;
      return html`<rect class="${r < 0 ? 'down' : 'up'}" x="${NAMES + column * size}" y="${row * size}" width="${size - 0.6}" height="${size - 0.6}" fill-opacity="${Math.abs(r).toFixed(2)}"><title>${names[i]!} and ${names[j]!}: ${r.toFixed(2)}</title></rect>${hasNumbers && html`<text class="${Math.abs(r) > 0.6 ? 'strong' : 'weak'}" x="${NAMES + (column + 0.5) * size}" y="${row * size + size / 2 + 4}" text-anchor="middle">${r.toFixed(2)}</text>`}`;
    }),
  );
  const labels = order.map(
    (i, row) => html`<text x="${NAMES - 8}" y="${row * size + size / 2 + 4}" text-anchor="end">${names[i]!}</text>`,
  );
  const places = new Map<number, { readonly x: number; readonly y: number }>();
  order.forEach((leaf, row) => {
    places.set(leaf, { x: NAMES + side + 6, y: row * size + size / 2 });
  });
  const branches = joined.map(({ left, right, distance }, k) => {
    const a = places.get(left)!;
    const b = places.get(right)!;
    const x = NAMES + side + 6 + Math.min(1, distance) * TREE;
    places.set(n + k, { x, y: (a.y + b.y) / 2 });
    return html`<path d="M${a.x.toFixed(1)} ${a.y.toFixed(1)}H${x.toFixed(1)}V${b.y.toFixed(1)}H${b.x.toFixed(1)}"><title>distance ${distance.toFixed(2)}</title></path>`;
  });
  return html`<div class="scroll"><svg class="matrix" style="min-width:${NAMES + side + TREE + 16}px;max-width:${NAMES + side + TREE + 16}px" viewBox="0 0 ${NAMES + side + TREE + 16} ${side + 4}" role="img" aria-label="Rank correlations of ${n} features">${labels}${cells}${branches}</svg></div>`;
}
