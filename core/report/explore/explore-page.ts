import type { CandleTable } from '../../domain/candles.ts';
import { date, number } from '../format.ts';
import { type Html, html } from '../html.ts';
import { curveScript } from '../page/curve-script.ts';
import { page, pageTop } from '../page/page.ts';
import { mergeCandles, sampleBars } from '../sample-bars.ts';
import { exploreScript } from './explore-script.ts';
import { pairSection } from './pair-section.ts';

/** One pair to be looked at. */
export interface ExploredPair {
  readonly pair: string;
  readonly timeframe: string;
  /** Length of a candle, ms. */
  readonly candleMs: number;
  readonly candles: CandleTable;
  /** Candles missing in each hole of the series; hours in which the market is closed are none. */
  readonly gaps: readonly number[];
  /** Columns by name, as long as the candles. */
  readonly features: Readonly<Record<string, Float64Array>>;
}

/** What a page says of its data. */
export interface ExploreInfo {
  readonly exchange: string;
  readonly dataKind: 'real' | 'synthetic';
  /** Name of the feature set. */
  readonly set: string;
}

const BARS = 4000;

const style = `
.pair-head { grid-column: 1 / -1; margin: 18px 0 0; font-size: 21px; }
.scatter { width: 100%; display: block; }
.scatter rect { fill: var(--accent); }
.scatter line { stroke: var(--line); }
.scatter text, .matrix text { fill: var(--dim); font-size: 12px; }
.matrix { display: block; }
.matrix text { font-size: 11px; }
.matrix .weak { fill: var(--text); }
.matrix .strong { fill: var(--card); }
.matrix text.weak, .matrix text.strong { pointer-events: none; }
.matrix rect.up { fill: var(--accent); }
.matrix rect.down { fill: var(--down); }
.matrix path { fill: none; stroke: var(--dim); stroke-width: 1; }
.missing .scroll { max-height: 420px; overflow-y: auto; }
.drift td { padding: 3px 8px; }
nav { display: flex; flex-wrap: wrap; gap: 8px; margin: 10px 0 0; }
nav a { color: var(--accent); }
`;

/** One self-contained page about stored candles: charts, distributions, how price goes with volume, and what a set of features looks like on them. */
export function explorePage(pairs: readonly ExploredPair[], info: ExploreInfo): string {
  const title = `Exploring ${pairs.length > 3 ? `${pairs.length} pairs` : pairs.map((p) => p.pair).join(', ')}`;
  const first = Math.min(...pairs.map((p) => p.candles.time[0]!));
  const last = Math.max(...pairs.map((p) => p.candles.time.at(-1)!));
  const data = pairs.map(({ candles }) => {
    const { t, o, h, l, c, step } = sampleBars(candles, {}, { bars: BARS });
    let from = 0;
    const v = mergeCandles(candles, BARS).ends.map((to) => {
      let sum = 0;
      for (; from < to; from++) sum += candles.volume[from]!;
      return Number(sum.toPrecision(5));
    });
    return { t, o, h, l, c, v, step };
  });
  return page({
    title,
    style,
    top: pageTop({
      title,
      dataKind: info.dataKind,
      chips: [
        info.exchange,
        `${date(first)} to ${date(last)}`,
        `${pairs[0]!.timeframe} candles`,
        `feature set ${info.set}, ${number(Object.keys(pairs[0]!.features).length, 0)} features`,
      ],
      under: nav(pairs),
    }),
    main: html`<noscript><p class="note">The candle charts need JavaScript; all else does not.</p></noscript>
${pairs.map((pair, k) => pairSection(pair, k, data[k]!.step))}`,
    data,
    script: curveScript + exploreScript,
    hasCharts: true,
  });
}

function nav(pairs: readonly ExploredPair[]): Html | null {
  if (pairs.length < 2) return null;
  return html`<nav>${pairs.map(({ pair }, k) => html`<a href="#pair${k}">${pair}</a>`)}</nav>`;
}
