import { numberTick, percentTick } from '../axis.ts';
import { drawLines, LINES_STYLE, type Line } from '../draw-lines.ts';
import { date, number, percent } from '../format.ts';
import { type Html, html } from '../html.ts';
import { numberBoxes, page, pageTop } from '../page/page.ts';
import { type Cell, card, table } from '../sections/table.ts';

/** Names of the parts of a dataset, in order of time. */
type Part = 'train' | 'validation' | 'test';

/** One part's figures; NaN or null where one is not defined. */
type Figures = Readonly<Record<string, number | null>>;

/** What the page of a training shows. */
export interface TrainingPage {
  readonly title: string;
  readonly lead: string;
  readonly isSynthetic: boolean;
  readonly chips: readonly string[];
  /** Times of the rows of each part, ms UTC: first and last. */
  readonly spans: Readonly<Record<Part, readonly [number, number]>>;
  readonly isReal: boolean;
  /** Figures by name, per part. */
  readonly scores: Readonly<Record<Part, Figures>>;
  /** Hit rate of the surest shares of rows, per part. */
  readonly byConfidence: Readonly<Record<Part, readonly { readonly share: number; readonly hitRate: number | null }[]>>;
  /** P(up) and whether it went up, of rows that moved. */
  readonly odds: Readonly<Record<'validation' | 'test', { readonly said: Float64Array; readonly up: Float64Array }>>;
  readonly importance: readonly { readonly name: string; readonly share: number }[];
  /** Figure by how many rows were learned from. */
  readonly learning: {
    readonly figure: string;
    readonly points: readonly { readonly rows: number; readonly train: number; readonly validation: number }[];
  };
  readonly tuning: {
    readonly objective: string;
    readonly losses: readonly (number | null)[];
    readonly options: Readonly<Record<string, unknown>>;
  } | null;
}

const STYLE = `${LINES_STYLE}
.bars { display: grid; grid-template-columns: minmax(90px, max-content) 1fr max-content; gap: 5px 12px; align-items: center; margin-top: 10px; font-variant-numeric: tabular-nums; }
.bars i { display: block; height: 13px; border-radius: 4px; background: var(--accent); min-width: 2px; }
`;
const PARTS: readonly Part[] = ['train', 'validation', 'test'];
const BINS = 10;
const MOST_FEATURES = 15;

/** One self-contained page about the training of a model: it opens offline; the same training gives the same bytes. */
export function trainingPage(data: TrainingPage): string {
  const { test } = data.scores;
  const box = (name: string, value: string, under: string) => ({ name, value, under });
  const of = (name: string) => test[name] ?? Number.NaN;
  return page({
    title: `${data.title} – training`,
    style: STYLE,
    top: pageTop({
      title: data.title,
      lead: data.lead,
      dataKind: data.isSynthetic ? 'synthetic' : 'real',
      chips: data.chips,
    }),
    main: html`${numberBoxes([
      box('AUC, test', number(of('AUC'), 3), '0.5 is chance'),
      box('Accuracy, test', percent(of('accuracy'), 1), `always "up" would hit ${percent(of('share up'), 1)}`),
      box('Information coefficient, test', number(of('IC'), 3), '0 is chance'),
      lastBox(data),
    ])}
<div class="grid">
${scoreTable(data)}
${reliability(data)}
${confidence(data)}
${learningCurve(data)}
${importances(data)}
${tuning(data)}
</div>`,
  });
}

function scoreTable({ scores, spans }: TrainingPage): Html {
  const names = Object.keys(scores.test);
  const rows = names.map((name): Cell[] => [
    { text: name, isText: true },
    ...PARTS.map((part) => ({ text: shown(scores[part][name] ?? Number.NaN) })),
  ]);
  const span = (part: Part): Cell => ({ text: `${date(spans[part][0])} to ${date(spans[part][1])}` });
  return card(
    'Figures',
    table(['', ...PARTS], [[{ text: 'rows known', isText: true }, ...PARTS.map(span)], ...rows], { isSortable: false }),
    {
      isWide: true,
      note: 'The model learned from the training rows alone. Options were chosen on the validation rows; the test rows were seen by nothing.',
    },
  );
}

function reliability({ odds }: TrainingPage): Html {
  const line = (name: 'validation' | 'test', colour: string): Line => ({
    name,
    colour,
    points: reliabilityPoints(odds[name].said, odds[name].up),
  });
  const diagonal: Line = { name: 'calibrated', colour: 'dim', points: reliabilityDiagonal(odds) };
  return card(
    'Reliability',
    drawLines([diagonal, line('validation', 'accent'), line('test', 'up')], {
      x: 'P(up) as said',
      y: 'share that went up',
      showX: percentTick,
      showY: percentTick,
    }),
    { note: `Rows in ${BINS} groups of equal size by P(up). On the line what is said is what happens.` },
  );
}

/** Mean of what was said and share that went up, of groups of equal size. */
export function reliabilityPoints(said: Float64Array, up: Float64Array): (readonly [number, number])[] {
  const order = Array.from(said.keys()).sort((a, b) => said[a]! - said[b]! || a - b);
  const points: (readonly [number, number])[] = [];
  for (let b = 0; b < BINS; b++) {
    const group = order.slice(Math.round((b * order.length) / BINS), Math.round(((b + 1) * order.length) / BINS));
    if (group.length === 0) continue;
    const mean = (column: Float64Array) => group.reduce((sum, i) => sum + column[i]!, 0) / group.length;
    points.push([mean(said), mean(up)]);
  }
  return points;
}

function reliabilityDiagonal(odds: TrainingPage['odds']): (readonly [number, number])[] {
  const all = [
    ...reliabilityPoints(odds.validation.said, odds.validation.up),
    ...reliabilityPoints(odds.test.said, odds.test.up),
  ];
  const xs = all.map(([x]) => x);
  if (xs.length === 0) return [];
  const [low, high] = [Math.min(...xs), Math.max(...xs)];
  return [
    [low, low],
    [high, high],
  ];
}

function confidence({ byConfidence }: TrainingPage): Html {
  const line = (part: Part, colour: string): Line => ({
    name: part,
    colour,
    points: byConfidence[part].map(({ share, hitRate }) => [share, hitRate ?? Number.NaN] as const),
  });
  return card(
    'Hit rate of the surest rows',
    drawLines([line('train', 'dim'), line('validation', 'accent'), line('test', 'up')], {
      x: 'surest share of the rows',
      y: 'hit rate',
      showX: percentTick,
      showY: percentTick,
    }),
    { note: 'Where confidence means something, the line of the test rows rises to the left.' },
  );
}

function learningCurve({ learning: { figure, points } }: TrainingPage): Html {
  const line = (part: 'train' | 'validation', colour: string): Line => ({
    name: part,
    colour,
    points: points.map((point) => [point.rows, point[part]] as const),
  });
  return card(
    'Learning curve',
    drawLines([line('train', 'dim'), line('validation', 'accent')], {
      x: 'rows learned from',
      y: figure,
      showX: numberTick,
      showY: numberTick,
    }),
    {
      note: `${figure} on the rows learned from, and on the validation rows. A wide gap that more rows do not close is overfitting.`,
    },
  );
}

function importances({ importance }: TrainingPage): Html {
  if (importance.length === 0)
    return card('Importance', html`<p class="empty">This model does not say what mattered.</p>`);
  const top = importance.slice(0, MOST_FEATURES);
  const most = Math.max(...top.map((row) => row.share), 1e-9);
  const bars = top.map(
    ({ name, share }) =>
      html`<span>${name}</span><span><i style="width:${((100 * share) / most).toFixed(1)}%"></i></span><span>${percent(share, 1)}</span>`,
  );
  const rest = importance.length - top.length;
  return card('Importance', html`<div class="bars">${bars}</div>`, {
    note:
      rest > 0
        ? `The first ${MOST_FEATURES} of ${importance.length} features.`
        : 'Share of each feature, as the model reckons it.',
  });
}

function tuning({ tuning: search }: TrainingPage): Html | null {
  if (!search) return null;
  let best = Number.POSITIVE_INFINITY;
  const bests = search.losses.map((loss, k) => {
    best = Math.min(best, loss ?? Number.POSITIVE_INFINITY);
    return [k + 1, best] as const;
  });
  const trials = search.losses.map((loss, k) => [k + 1, loss ?? Number.NaN] as const);
  const rows = Object.entries(search.options).map(([name, value]): Cell[] => [
    { text: name, isText: true },
    { text: typeof value === 'number' ? String(Number(value.toPrecision(5))) : String(value) },
  ]);
  const chart = drawLines(
    [
      { name: 'trial', colour: 'dim', points: trials, drawn: 'dots' },
      { name: 'best so far', colour: 'accent', points: bests },
    ],
    { x: 'trial', y: search.objective, showX: numberTick, showY: numberTick },
  );
  return html`${card('Search', chart, { note: `${search.objective} on the validation rows, ${search.losses.length} trials.` })}
${card('Best options', table(['option', 'value'], rows, { isSortable: false }))}`;
}

function shown(value: number): string {
  return Math.abs(value) < 1e-3 && value !== 0 ? value.toExponential(2) : number(value, 4);
}

/** What suits the label; a ranking has no values to be off by, but an order of the pairs. */
function lastBox({ isReal, scores: { test } }: TrainingPage) {
  const of = (name: string) => test[name] ?? Number.NaN;
  const [r2, across] = [of('R²'), of('IC across pairs')];
  if (isReal && Number.isNaN(r2) && !Number.isNaN(across))
    return { name: 'Information coefficient across pairs, test', value: number(across, 3), under: '0 is chance' };
  if (isReal) return { name: 'R², test', value: number(r2, 4), under: '0 is the mean' };
  return { name: 'Brier score, test', value: number(of('MSE'), 4), under: '0.25 is a coin' };
}
