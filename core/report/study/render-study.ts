import { clip, fall, number, percent, signedPercent } from '../format.ts';
import { type Html, html } from '../html.ts';
import { numberBoxes, page, pageTop } from '../page/page.ts';
import { tableScript } from '../page/table-script.ts';
import { type Cell, card, table, tone } from '../sections/table.ts';
import type { StudyPageData, StudyTrial } from './study-data.ts';
import { studyScript } from './study-script.ts';

/** Trials listed in the page's table. */
const MOST_ROWS = 200;

const STYLE = `
canvas { width: 100%; height: 300px; display: block; margin-top: 6px; }
canvas.tall { height: 400px; }
.slices { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 12px 18px; }
.slices h3 { font-size: 13px; font-weight: 550; margin: 6px 0 0; }
.slices canvas { height: 210px; }
.bars { display: grid; grid-template-columns: minmax(90px, max-content) 1fr max-content; gap: 6px 12px; align-items: center; margin-top: 10px; font-variant-numeric: tabular-nums; }
.bars i { display: block; height: 14px; border-radius: 4px; background: var(--accent); min-width: 2px; }
#tip { position: fixed; z-index: 9; max-width: 380px; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 6px 10px; font-size: 12px; pointer-events: none; box-shadow: 0 4px 18px rgb(0 0 0 / 0.18); }
.verdict { font-size: 15px; }
`;

/** One self-contained page about a study: it opens offline; all text from users is escaped. The same data gives the same bytes. */
export function renderStudy(data: StudyPageData): string {
  return page({
    title: `${data.title} – study`,
    style: STYLE,
    top: pageTop({
      title: data.title,
      lead: data.lead,
      dataKind: data.isSynthetic ? 'synthetic' : 'real',
      chips: data.chips,
      hashes: html`study <code>${data.study}</code> result <code>${data.hash}</code>`,
    }),
    main: html`${numberBoxes(data.numbers)}
<noscript><p class="note">The charts need JavaScript; the tables do not.</p></noscript>
<div class="grid">
${card('Is it luck?', html`<p class="verdict">${data.words}</p>`, { isWide: true })}
${samples(data)}
${card('History', html`<canvas id="history" role="img" aria-label="Objective of each trial"></canvas>`, {
  isWide: true,
  note: `${data.objectives[0]?.name ?? ''} of each trial; the line is the best so far. Grey: infeasible. Marks at the bottom: failed or given up early. Values far off the others stand at the edge.`,
})}
${importance(data)}
${data.objectives.length > 1 ? card('Pareto front', html`<canvas id="pareto" role="img" aria-label="Two objectives"></canvas>`, { note: 'Large, blue-green: no other trial is better in everything.' }) : pairsHint(data)}
${planes(data)}
${slices(data)}
${trialTable(data)}
${data.notes.length > 0 ? card('Notes', html`<ul>${data.notes.map((n) => html`<li>${n}</li>`)}</ul>`, { isWide: true }) : null}
</div>
<div id="tip" hidden></div>`,
    data: pageJson(data),
    script: tableScript + studyScript,
  });
}

/** What the script draws from: numbers rounded, so that a page of thousands of trials stays small. */
function pageJson({ objectives, axes, trials, front, best }: StudyPageData): unknown {
  const short = (x: number) => Number(x.toPrecision(6));
  return {
    objectives,
    axes,
    front,
    best,
    trials: trials.map((t) => ({
      ...t,
      values: t.values.map(short),
      at: t.at.map((u) => (u === null ? null : short(u))),
    })),
  };
}

function samples({ samples: rows, objectives }: StudyPageData): Html {
  // The Sharpe ratio stands in the table anyway.
  const beside = <T>(ofEach: readonly T[]) => ofEach.filter((_, k) => objectives[k]!.name !== 'sharpe');
  const cells = rows.map((r): Cell[] => [
    { text: r.name, isText: true },
    { text: r.period, isText: true },
    ...beside(r.values).map((v) => ({ text: number(v, 3) })),
    { text: signedPercent(r.profit), tone: tone(r.profit) },
    { text: fall(r.drawdown) },
    { text: number(r.sharpe) },
    { text: number(r.trades, 0) },
  ]);
  const heads = [
    '',
    'period',
    ...beside(objectives).map((o) => o.name),
    'profit',
    'drawdown',
    'Sharpe a year',
    'trades',
  ];
  return card('In and out of sample', table(heads, cells, { isSortable: false }), {
    isWide: true,
    note: 'The held-out part of the period was seen by no trial. Believe it, not the part that was tuned on.',
  });
}

function importance({ importance: rows }: StudyPageData): Html {
  if (rows.length === 0) return card('What mattered', html`<p class="empty">Too few trials to say.</p>`);
  const most = Math.max(...rows.map((r) => r.share), 1e-9);
  const bars = rows.map(
    (r) =>
      html`<span>${r.name}</span><span><i style="width:${((100 * r.share) / most).toFixed(1)}%"></i></span><span>${percent(r.share, 0)}</span>`,
  );
  return card('What mattered', html`<div class="bars">${bars}</div>`, {
    note: "Share of the objective's variance that each parameter explains by itself (fANOVA over a random forest).",
  });
}

function pairsHint({ trials }: StudyPageData): Html {
  const states = (['complete', 'pruned', 'failed'] as const).map((state) => {
    const n = trials.filter((t) => t.state === state).length;
    return html`<span>${state}</span><span><i style="width:${((100 * n) / Math.max(1, trials.length)).toFixed(1)}%"></i></span><span>${n}</span>`;
  });
  const infeasible = trials.filter((t) => t.state === 'complete' && !t.isFeasible).length;
  return card('Trials', html`<div class="bars">${states}</div>`, {
    note: `${infeasible} of the completed ones broke a constraint, such as the least number of trades.`,
  });
}

function planes({ axes, importance: rows }: StudyPageData): Html | null {
  if (axes.length < 2) return null;
  const order = axes.map((axis) => rows.findIndex((r) => r.name === axis.name));
  const ranked = axes.map((_, i) => i).sort((a, b) => order[a]! - order[b]!);
  const select = (id: string, chosen: number) =>
    html`<select id="${id}" aria-label="Axis">${axes.map((axis, i) => html`<option value="${i}"${i === chosen ? html` selected` : ''}>${axis.name}</option>`)}</select>`;
  const tools = html`<div class="tools">${select('axis-x', ranked[0]!)} against ${select('axis-y', ranked[1]!)}</div>`;
  return html`${card('Contour', html`${tools}<canvas class="tall" id="contour" role="img" aria-label="Objective over two parameters"></canvas>`, { note: 'Objective between the trials (dots), by rank: blue-green is better, red worse; the ring is the best trial. Empty where none is near.' })}${card('Heat map', html`<canvas class="tall" id="heat" role="img" aria-label="Median objective in cells"></canvas>`, { note: 'Median of the trials in each cell of the same two parameters: a good region is blue-green with blue-green around it.' })}`;
}

function slices({ axes }: StudyPageData): Html {
  const parts = axes.map(
    (axis, i) =>
      html`<div><h3>${axis.name}</h3><canvas data-slice="${i}" role="img" aria-label="Objective against ${axis.name}"></canvas></div>`,
  );
  return card('Slices', html`<div class="slices">${parts}</div>`, {
    isWide: true,
    note: 'Objective against each parameter; later trials are darker, infeasible ones grey, the best one large and blue-green.',
  });
}

function trialTable({ trials, objectives }: StudyPageData): Html {
  const sign = objectives[0]?.isMaximised ? -1 : 1;
  const rank = (t: StudyTrial) => (t.state === 'complete' ? (t.isFeasible ? 0 : 1) : 2);
  const shown = trials
    .filter((t) => t.state !== 'running')
    .toSorted((a, b) => rank(a) - rank(b) || sign * ((a.values[0] ?? 0) - (b.values[0] ?? 0)) || a.number - b.number)
    .slice(0, MOST_ROWS);
  const figure = (value: number | null, show: (v: number) => string): Cell => ({
    text: value === null ? '–' : show(value),
    sort: value ?? Number.NaN,
  });
  const rows = shown.map((t): Cell[] => [
    { text: `#${t.number}`, sort: t.number },
    { text: t.state === 'complete' && !t.isFeasible ? 'infeasible' : t.state, isText: true },
    ...objectives.map((_, k) => figure(t.values[k] ?? null, (v) => number(v, 4))),
    figure(t.profit, (v) => signedPercent(v)),
    figure(t.drawdown && -t.drawdown, (v) => percent(v)),
    figure(t.trades, (v) => number(v, 0)),
    { text: clip(t.params, 160), isText: true },
  ]);
  const heads = ['trial', 'state', ...objectives.map((o) => o.name), 'profit', 'drawdown', 'trades', 'parameters'];
  return card('Trials, best first', table(heads, rows, { id: 'study-trials' }), {
    isWide: true,
    ...(trials.length > MOST_ROWS && { note: `The best ${MOST_ROWS} of ${trials.length}.` }),
  });
}
