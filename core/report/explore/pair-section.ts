import { numberTick, percentTick, roundStep, type ShowTick } from '../axis.ts';
import { counted, number, percent } from '../format.ts';
import { BAR_SPAN, drawBars, drawHistogram } from '../histogram.ts';
import { type Html, html } from '../html.ts';
import { numberBoxes, REACH_NOTE } from '../page/page.ts';
import { card, table } from '../sections/table.ts';
import { drawCorrelations } from './draw-correlations.ts';
import { drawScatter } from './draw-scatter.ts';
import type { ExploredPair } from './explore-page.ts';
import { cluster, comparable, completeRows, correlation, driftOf, rankCorrelations, ranks } from './explore-stats.ts';

/** Rows on which correlations are taken, and features that fit a matrix. */
const SAMPLE = 4000;
const MOST = 70;
const SLICES = 12;
/** Share of the rows that correlations are taken on at least; features with too few values are left out for it. */
const LEAST_SHARE = 0.2;

/** All cards of one pair; `step` candles make a bar of its chart. */
export function pairSection(explored: ExploredPair, index: number, step: number): Html {
  const { pair, candles, features } = explored;
  const n = candles.length;
  const price = changes(candles.close);
  const volume = changes(candles.volume);
  const range = Float64Array.from(candles.high, (h, i) => h / candles.low[i]! - 1);
  const traded = Float64Array.from(candles.volume, (v) => (v > 0 ? Math.log10(v) : Number.NaN));
  const both = completeRows([price, volume], 20_000);
  const rho = correlation(ranks(both[0]!), ranks(both[1]!));
  const size = completeRows([price.map(Math.abs), volume], 20_000);
  const rhoSize = correlation(ranks(size[0]!), ranks(size[1]!));
  return html`<section class="grid" id="pair${index}">
<h2 class="pair-head">${pair}</h2>
<div class="card wide">${numbers(explored, price)}</div>
${card('Candles and volume', html`<div class="legend"></div><div class="chart" data-pair="${index}"></div>`, { isWide: true, note: `${number(n, 0)} candles${step > 1 ? `, ${step} to a bar` : ''}. Volume in base units. ${REACH_NOTE}` })}
${card('Change of price per candle', drawHistogram(price.filter(Number.isFinite), { name: 'Candles by change of price', show: percentTick, isSigned: true }), { note: 'How many candles; logarithmic return, close to close.' })}
${card('Range of candles', drawHistogram(range.filter(Number.isFinite), { name: 'Candles by range', show: percentTick }), { note: 'How many candles; high over low.' })}
${card('Volume', drawHistogram(traded.filter(Number.isFinite), { name: 'Candles by volume', show: powerTick, stepOf: powerStep }), { note: 'How many candles; base units, on a logarithmic scale.' })}
${card('Change of price against change of volume', drawScatter(volume, price, { x: 'change of volume (log)', y: 'change of price', showX: numberTick, showY: percentTick }), { note: Number.isNaN(rho) ? 'There is no volume that changes.' : `Rank correlation ${rho.toFixed(3)} as they are, ${rhoSize.toFixed(3)} with the size of the price change. Darker: more candles. The outermost hundredth of each is left out.` })}
${hours(explored, range)}
${featureCards(features)}
</section>`;
}

function numbers({ candles, candleMs, gaps }: ExploredPair, price: Float64Array): Html {
  const known = price.filter(Number.isFinite);
  const mean = known.reduce((s, x) => s + x, 0) / known.length;
  const m2 = known.reduce((s, x) => s + (x - mean) ** 2, 0) / known.length;
  const m4 = known.reduce((s, x) => s + (x - mean) ** 4, 0) / known.length;
  const missing = gaps.reduce((sum, count) => sum + count, 0);
  const perYear = (365 * 86_400_000) / candleMs;
  const box = (name: string, value: string, under: string) => ({ name, value, under });
  const zero = candles.volume.reduce((s, v) => s + (v === 0 ? 1 : 0), 0);
  return numberBoxes([
    box(
      'Candles',
      candles.length.toLocaleString('en'),
      `${number(missing, 0)} missing in ${counted(gaps.length, 'gap')}`,
    ),
    box('Change', percent(candles.close.at(-1)! / candles.close[0]! - 1, 1), 'first close to last'),
    box('Volatility', candleMs > 1 ? percent(Math.sqrt(m2 * perYear), 0) : '–', 'a year, from candle returns'),
    box('Excess kurtosis', (m4 / (m2 * m2) - 3).toFixed(1), '0 would be a normal distribution'),
    box('Without volume', zero.toLocaleString('en'), 'candles in which nobody traded'),
  ]);
}

/** Mean range by hour of the day. */
function hours({ candles }: ExploredPair, range: Float64Array): Html {
  const sums = new Float64Array(24);
  const counts = new Float64Array(24);
  for (let i = 0; i < candles.length; i++) {
    const hour = Math.floor(candles.time[i]! / 3_600_000) % 24;
    sums[hour]! += range[i]!;
    counts[hour]!++;
  }
  const means = Array.from(sums, (sum, h) => (counts[h]! > 0 ? sum / counts[h]! : 0));
  const [left, right] = BAR_SPAN;
  const width = (right - left) / 24;
  const bars = means.map((mean, h) => ({
    x: left + h * width,
    width,
    value: mean,
    tone: 'flat',
    title: `${h}:00 UTC: ${percent(mean, 3)}`,
  }));
  const labels = [0, 6, 12, 18, 23].map((h) => ({ x: left + (h + 0.5) * width, text: String(h) }));
  const drawing = drawBars(bars, { labels, label: 'Mean range of candles by hour of the day', show: percentTick });
  return card('Range by hour of the day', drawing, { note: 'Mean high over low, hours UTC.' });
}

/** Steps between logarithms: small ones for bars, whole powers of ten for the axis. */
const powerStep = (rough: number) => (rough > 0.2 ? Math.ceil(rough) : roundStep(rough));

/** A power of ten as a tick. */
const powerTick: ShowTick = (x) => Number((10 ** x).toPrecision(3)).toLocaleString('en');

function featureCards(features: ExploredPair['features']): Html {
  const names = Object.keys(features).slice(0, MOST);
  const left = Object.keys(features).length - names.length;
  const columns = names.map((name) => features[name]!);
  const kept = comparable(columns, Math.max(30, Math.floor((columns[0]?.length ?? 0) * LEAST_SHARE)));
  const alone = names.filter((_, k) => !kept.includes(k));
  const rows = completeRows(
    kept.map((k) => columns[k]!),
    SAMPLE,
  );
  const correlations = rankCorrelations(rows);
  const drifts = columns.map((c) => driftOf(c, SLICES));
  const matrix =
    kept.length < 2
      ? html`<p class="empty">Too few rows in which features have values together.</p>`
      : drawCorrelations(
          kept.map((k) => names[k]!),
          correlations,
          cluster(correlations),
        );
  const without = alone.length > 0 ? ` Without ${alone.join(', ')}: too few values.` : '';
  return html`${card('Features together', matrix, { isWide: true, note: `Rank correlation over ${rows[0]?.length ?? 0} candles: the stronger, the deeper; blue where they rise together, red where one rises as the other falls. The tree joins what says the same, in either direction: at its left end are near twins.${without}${left > 0 ? ` ${left} more features are left out.` : ''}` })}${card('Features over time', driftTable(names, drifts), { isWide: true, note: 'Mean of each twelfth of the time, in deviations of the whole. Stability compares the last third with the first: below 0.1 little has changed, above 0.25 much has.' })}${card('Missing values', missingTable(names, columns), { isWide: true, note: 'Leading ones are the warm-up.' })}`;
}

function driftTable(
  names: readonly string[],
  drifts: readonly { readonly slices: readonly number[]; readonly psi: number }[],
): Html {
  const order = [...names.keys()].sort((a, b) => (drifts[b]!.psi || 0) - (drifts[a]!.psi || 0));
  const cell = (x: number) =>
    Number.isNaN(x)
      ? html`<td></td>`
      : html`<td class="${x < 0 ? 'hot-down' : 'hot-up'}" style="--heat:${Math.min(70, Math.round(Math.abs(x) * 70))}%">${x.toFixed(2)}</td>`;
  const body = order.map((k) => {
    const { slices, psi } = drifts[k]!;
    return html`<tr><th class="text">${names[k]!}</th><td class="total">${Number.isNaN(psi) ? '–' : psi.toFixed(2)}</td>${slices.map(cell)}</tr>`;
  });
  const heads = Array.from({ length: SLICES }, (_, k) => html`<th>${k + 1}</th>`);
  return html`<div class="scroll"><table class="heat drift"><thead><tr><th class="text">feature</th><th>stability</th>${heads}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function missingTable(names: readonly string[], columns: readonly Float64Array[]): Html {
  const rows = names.map((name, k) => {
    const column = columns[k]!;
    const first = column.findIndex(Number.isFinite);
    const lead = first < 0 ? column.length : first;
    const later = column.subarray(lead).reduce((s, x) => s + (Number.isFinite(x) ? 0 : 1), 0);
    return { name, lead, later, share: (lead + later) / column.length };
  });
  const some = rows.filter((r) => r.share > 0).sort((a, b) => b.share - a.share);
  if (some.length === 0) return html`<p class="empty">None.</p>`;
  return html`<div class="missing">${table(
    ['feature', 'leading', 'later', 'share'],
    some.map((r) => [
      { text: r.name, isText: true },
      { text: String(r.lead), sort: r.lead },
      { text: String(r.later), sort: r.later },
      { text: percent(r.share, 2), sort: r.share },
    ]),
    { isSortable: false },
  )}</div>`;
}

/** Logarithm of each value over the one before; NaN where that is not finite. */
function changes(values: Float64Array): Float64Array {
  return Float64Array.from(values, (x, i) => {
    const change = i === 0 ? Number.NaN : Math.log(x / values[i - 1]!);
    return Number.isFinite(change) ? change : Number.NaN;
  });
}
