import type { ClosedTrade } from '../../domain/trade.ts';
import { date, number, percent, signedMoney } from '../format.ts';
import { type Html, html } from '../html.ts';
import { type BlockFeatures, learnedFeatures } from './learned-features.ts';
import { type RegimeRibbon, regimeRibbon, stateColour } from './regime-ribbon.ts';
import { card, table, tone } from './table.ts';

/** How a train block fared on a pair, out of sample. */
export interface LearnedBlock {
  readonly block: string;
  readonly pair: string;
  readonly trainings: number;
  readonly failed: number;
  readonly afterDrift: number;
  /** Rows that moved, the share of hits among them, the share that went up, and the area under the curve. */
  readonly moved: number;
  readonly hitRate: number;
  readonly upShare: number;
  readonly auc: number;
  readonly byConfidence: readonly { readonly share: number; readonly rows: number; readonly hitRate: number }[];
}

/** What a run learned, for its page. */
export interface LearnedData {
  readonly blocks: readonly LearnedBlock[];
  readonly ribbons: readonly RegimeRibbon[];
  readonly features: readonly BlockFeatures[];
}

/** What was learned, from which features and what it was worth; a ribbon of regimes for each pair, with what was earned in each state. */
export function learned({ blocks, ribbons, features }: LearnedData, trades: readonly ClosedTrade[]): Html {
  return html`${blocks.length > 0 ? blockCard(blocks) : ''}${learnedFeatures(features)}${ribbons.map((ribbon) => ribbonCard(ribbon, trades))}`;
}

function blockCard(blocks: readonly LearnedBlock[]): Html {
  const shares = blocks[0]!.byConfidence.map((b) => b.share);
  const rows = blocks.map((b) => [
    { text: b.block, isText: true },
    { text: b.pair, isText: true },
    { text: number(b.trainings, 0), sort: b.trainings },
    { text: number(b.afterDrift, 0), sort: b.afterDrift },
    { text: number(b.failed, 0), sort: b.failed },
    { text: number(b.moved, 0), sort: b.moved },
    { text: number(b.auc, 3), sort: b.auc, tone: tone(b.auc - 0.5) },
    { text: percent(b.upShare, 1), sort: b.upShare },
    ...b.byConfidence.map((c) => ({ text: percent(c.hitRate, 1), sort: c.hitRate })),
  ]);
  const heads = ['Block', 'Pair', 'Trainings', 'After drift', 'Failed', 'Moves', 'AUC', 'Went up'];
  const hits = shares.map((share) => (share === 1 ? 'Hits, all' : `Hits, surest ${percent(share, 0)}`));
  return card('Learned on the way', table([...heads, ...hits], rows), {
    isWide: true,
    note: 'Every figure is of rows that the model in charge had not seen: it was trained on labels that had ended before. An AUC of 0.5 is chance.',
  });
}

function ribbonCard(ribbon: RegimeRibbon, trades: readonly ClosedTrade[]): Html {
  const { states, block, pair } = ribbon;
  const own = trades.filter((t) => t.pair === pair);
  const rows = states.map((name, s) => {
    const inState = own.filter((t) => stateAt(ribbon, t.openTime) === s);
    const profit = inState.reduce((sum, t) => sum + t.profitAbs, 0);
    const share = ribbon.state.filter((x) => x === s).length / ribbon.state.length;
    const won = inState.filter((t) => t.profitAbs > 0).length / inState.length;
    return [
      { text: html`<span style="color:${stateColour(s)}">■</span> ${name}`, isText: true },
      { text: percent(share, 1), sort: share },
      { text: number(inState.length, 0), sort: inState.length },
      { text: Number.isNaN(won) ? '' : percent(won, 1), sort: won },
      { text: signedMoney(profit), sort: profit, tone: tone(profit) },
    ];
  });
  const { drawing, note } = regimeRibbon(ribbon);
  // The state is what one of them learned; the others may never have asked.
  const strategies = new Set(own.map((t) => t.strategy)).size;
  return card(`${block}: ${pair}`, html`${drawing}${table(['State', 'Time', 'Trades', 'Won', 'Profit'], rows)}`, {
    isWide: true,
    note: `From ${date(ribbon.time[0]!)} to ${date(ribbon.time.at(-1)!)}. Trades count where they were opened${strategies > 1 ? `, those of all ${strategies} strategies` : ''}. ${note}`.trimEnd(),
  });
}

/** State of the last candle that had closed at a time. */
function stateAt({ time, state }: RegimeRibbon, when: number): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (time[middle]! <= when) low = middle + 1;
    else high = middle;
  }
  return state[low - 1] ?? Number.NaN;
}
