import { durationStep, numberTick, percentTick, roundStep, type ShowTick } from '../axis.ts';
import { drawLines, LINES_STYLE } from '../draw-lines.ts';
import { clip, date, fall, number, signedPercent, stretch } from '../format.ts';
import { type Html, html } from '../html.ts';
import { numberBoxes, page, pageTop } from '../page/page.ts';
import { tableScript } from '../page/table-script.ts';
import { type Cell, card, table, tone } from '../sections/table.ts';

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Growth over a stretch, as a fraction, with what it took. */
export interface Growth {
  readonly profit: number;
  readonly drawdown: number;
  readonly trades: number;
}

/** One study: what it was tuned on, what it chose, and what that earned elsewhere; what is undefined was not traded. */
export interface OutOfSampleStep {
  readonly name: string;
  readonly train: readonly Span[];
  readonly test: readonly Span[];
  readonly params: Readonly<Record<string, unknown>> | undefined;
  readonly inSample: Growth | undefined;
  readonly out: Growth | undefined;
  /** The strategy as it is, on the same test; left out where it is not known by step. */
  readonly asItIs?: Growth | undefined;
}

/** An account out of sample. `equity` from 1; times ms UTC. */
export interface OutOfSampleCurve {
  readonly name: string;
  readonly colour: string;
  readonly time: Float64Array;
  readonly equity: Float64Array;
}

/** What the page of a walk-forward or a cross-validation shows. */
export interface OutOfSamplePage {
  readonly title: string;
  readonly lead: string;
  readonly isSynthetic: boolean;
  readonly chips: readonly string[];
  readonly numbers: readonly { readonly name: string; readonly value: string; readonly under: string }[];
  /** What a step is called: `window`, `split`. */
  readonly word: string;
  readonly steps: readonly OutOfSampleStep[];
  readonly curves: readonly OutOfSampleCurve[];
  readonly notes: readonly string[];
}

const STYLE = `${LINES_STYLE}
.small { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(440px, 100%), 1fr)); gap: 12px 18px; }
.small h3 { font-size: 13px; font-weight: 550; margin: 6px 0 0; }
.small .legend { display: none; }
`;
const MONTH = 30 * 86_400_000;
/** Points that a curve is drawn with at most. */
const MOST_POINTS = 1200;
/** Parameters that are drawn at most. */
const MOST_PARAMS = 30;
/** Steps are counted in whole ones. */
const wholeStep = (rough: number) => Math.max(1, roundStep(rough));
const wholeTick: ShowTick = (value) => String(value);
const dateTick: ShowTick = (value) => date(value);

/** One self-contained page about what tuning is worth out of sample: it opens offline; the same report gives the same bytes. */
export function outOfSamplePage(data: OutOfSamplePage): string {
  return page({
    title: data.title,
    style: STYLE,
    top: pageTop({
      title: data.title,
      lead: data.lead,
      dataKind: data.isSynthetic ? 'synthetic' : 'real',
      chips: data.chips,
    }),
    main: html`${numberBoxes(data.numbers)}
<div class="grid">
${account(data)}
${growth(data)}
${choices(data)}
${steps(data)}
${data.notes.length > 0 ? card('Notes', html`<ul>${data.notes.map((note) => html`<li>${note}</li>`)}</ul>`, { isWide: true }) : null}
</div>`,
    script: tableScript,
  });
}

function account({ curves }: OutOfSamplePage): Html {
  const lines = curves.map(({ name, colour, time, equity }) => {
    const every = Math.ceil(equity.length / MOST_POINTS);
    const kept = Array.from(equity.keys()).filter((k) => k % every === 0 || k === equity.length - 1);
    return { name, colour, drawn: 'line' as const, points: kept.map((k) => [time[k]!, equity[k]! - 1] as const) };
  });
  return card(
    'The account out of sample',
    drawLines(lines, { x: '', y: 'growth', showX: dateTick, showY: percentTick, stepX: durationStep, isWide: true }),
    { isWide: true, note: 'Each day was traded with parameters that were tuned on other days.' },
  );
}

/** Growth of steps of any length, as a rate per 30 days. */
function rate(spans: readonly Span[], grown: Growth | undefined): number {
  const length = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  return grown && grown.profit > -1 ? Math.expm1((Math.log1p(grown.profit) * MONTH) / length) : Number.NaN;
}

function growth({ steps: all, word }: OutOfSamplePage): Html {
  const line = (name: string, colour: string, of: (step: OutOfSampleStep) => number) => ({
    name,
    colour,
    points: all.map((step, k) => [k + 1, of(step)] as const),
  });
  const lines = [
    line('in sample', 'dim', (s) => rate(s.train, s.inSample)),
    line('out of sample', 'accent', (s) => rate(s.test, s.out)),
    ...(all.some((s) => s.asItIs) ? [line('as it is', 'up', (s) => rate(s.test, s.asItIs))] : []),
  ];
  return card(
    `Each ${word}`,
    drawLines(lines, {
      x: word,
      y: 'growth in 30 days',
      showX: wholeTick,
      showY: percentTick,
      stepX: wholeStep,
      isWide: true,
    }),
    {
      isWide: true,
      note: 'What was tuned on earns more than what was not: how much of it is left is what tuning is worth.',
    },
  );
}

function choices({ steps: all, word }: OutOfSamplePage): Html | null {
  const names = [...new Set(all.flatMap(({ params }) => Object.keys(params ?? {})))];
  const drawn = names.filter((name) => all.every(({ params }) => isNumberOrNone(params?.[name])));
  if (drawn.length === 0 || all.length < 2) return null;
  const charts = drawn.slice(0, MOST_PARAMS).map((name) => {
    const points = all.map(({ params }, k) => [k + 1, (params?.[name] as number | undefined) ?? Number.NaN] as const);
    const axes = { x: word, y: '', showX: wholeTick, showY: numberTick, stepX: wholeStep };
    return html`<div><h3>${name}</h3>${drawLines([{ name, colour: 'accent', points }], axes)}</div>`;
  });
  return card('What was chosen', html`<div class="small">${charts}</div>`, {
    isWide: true,
    note: `The best value of each number, ${word} by ${word}. One that jumps about was not found, but drawn by lot.`,
  });
}

const isNumberOrNone = (value: unknown) => value === undefined || typeof value === 'number';

function steps({ steps: all, word }: OutOfSamplePage): Html {
  const hasAsItIs = all.some((step) => 'asItIs' in step);
  const grown = (g: Growth | undefined, none: string): Cell =>
    g ? { text: signedPercent(g.profit), tone: tone(g.profit), sort: g.profit } : { text: none, sort: Number.NaN };
  const rows = all.map((step): Cell[] => [
    { text: step.name, isText: true },
    {
      text:
        step.test.length === 1 ? stretch(step.test[0]!) : `from ${step.test.map(({ from }) => date(from)).join(', ')}`,
      isText: true,
    },
    grown(step.inSample, 'none feasible'),
    grown(step.out, '–'),
    ...(hasAsItIs ? [grown(step.asItIs, '–')] : []),
    { text: step.out ? fall(step.out.drawdown) : '–', sort: step.out?.drawdown ?? Number.NaN },
    { text: step.out ? number(step.out.trades, 0) : '–', sort: step.out?.trades ?? Number.NaN },
    { text: clip(shown(step.params), 200), isText: true },
  ]);
  const heads = [
    ...[word, 'traded', 'in sample', 'out of sample'],
    ...(hasAsItIs ? ['as it is'] : []),
    ...['drawdown', 'trades', 'parameters'],
  ];
  return card('In and out of sample', table(heads, rows), { isWide: true });
}

function shown(params: OutOfSampleStep['params']): string {
  const text = (value: unknown) => (typeof value === 'number' ? String(Number(value.toPrecision(5))) : String(value));
  return Object.entries(params ?? {})
    .map(([name, value]) => `${name} ${text(value)}`)
    .join(', ');
}
