import { number, percent } from '../format.ts';
import { type Html, html, trusted } from '../html.ts';
import { type Cell, card, table } from './table.ts';

/** What one feature told a block, training after training; NaN where a training does not say. */
export interface FeatureTrail {
  readonly name: string;
  /** Share of what the model learned, as it reckons it. */
  readonly importance: readonly number[];
  /** What the feature counted in the training, from 0.1 to 1; empty where all count the same. */
  readonly weight: readonly number[];
}

/** The features of a train block. */
export interface BlockFeatures {
  readonly block: string;
  /** How many trainings tell. */
  readonly trainings: number;
  readonly features: readonly FeatureTrail[];
}

const MOST_ROWS = 20;
const MOST_BARS = 200;

/** A card for each block: which features counted, and how that changed from training to training. */
export function learnedFeatures(blocks: readonly BlockFeatures[]): Html {
  return html`${blocks.filter((one) => one.features.length > 0).map(blockCard)}`;
}

function blockCard({ block, trainings, features }: BlockFeatures): Html {
  const isWeighed = features.some((f) => f.weight.length > 0);
  const ranked = features
    .map((feature) => ({ ...feature, share: mean(feature.importance), counted: mean(feature.weight) }))
    .sort((a, b) => rank(b, isWeighed) - rank(a, isWeighed));
  const shown = ranked.slice(0, MOST_ROWS);
  const trailOf = (f: FeatureTrail) => (isWeighed ? f.weight : f.importance);
  const most = isWeighed ? 1 : Math.max(...shown.flatMap((f) => f.importance.filter(Number.isFinite)), 1e-9);
  const rows = shown.map((f): Cell[] => [
    { text: f.name, isText: true },
    { text: percent(f.share, 1), sort: f.share },
    ...(isWeighed ? [{ text: number(f.counted, 2), sort: f.counted }, lastCell(f.weight)] : []),
    { text: strip(trailOf(f), most), sort: f.share },
  ]);
  const heads = ['Feature', 'Importance', ...(isWeighed ? ['Weight, mean', 'Weight, last'] : []), 'Over the trainings'];
  const rest = ranked.length - shown.length;
  const what = isWeighed
    ? 'Weights come from shuffling each feature on the latest rows of the window, which the judged model had not learned from: 1 counts most, 0.1 is idle. The bars are the weights, oldest training first.'
    : 'Importance is the share that the model itself reckons, the mean of all trainings. The bars are its course, oldest training first: what matters only now and then is seldom worth trusting.';
  return card(`What ${block} learned from`, table(heads, rows), {
    isWide: true,
    note: `${number(trainings, 0)} trainings. ${what}${rest > 0 ? ` The first ${MOST_ROWS} of ${ranked.length} features.` : ''}`,
  });
}

const rank = (f: { readonly share: number; readonly counted: number }, isWeighed: boolean) =>
  (isWeighed ? f.counted : f.share) || 0;

function lastCell(values: readonly number[]): Cell {
  const last = values.findLast(Number.isFinite) ?? Number.NaN;
  return { text: number(last, 2), sort: last };
}

function mean(values: readonly number[]): number {
  const known = values.filter(Number.isFinite);
  return known.length === 0 ? Number.NaN : known.reduce((sum, x) => sum + x, 0) / known.length;
}

/** A bar for each training, as high as its value; of more than fit, the mean of neighbours. */
function strip(values: readonly number[], most: number): Html {
  const bars = Math.min(MOST_BARS, values.length);
  let drawn = '';
  for (let k = 0; k < bars; k++) {
    const value = mean(
      values.slice(Math.floor((k * values.length) / bars), Math.floor(((k + 1) * values.length) / bars)),
    );
    const height = Number.isNaN(value) ? 0 : Math.max(0.5, (18 * Math.max(0, value)) / most);
    drawn += `<rect x="${k}" y="${(18 - height).toFixed(1)}" width="0.8" height="${height.toFixed(1)}"/>`;
  }
  return html`<svg viewBox="0 0 ${bars} 18" preserveAspectRatio="none" width="260" height="18" fill="var(--accent)" role="img" aria-label="course over the trainings">${trusted(drawn)}</svg>`;
}
