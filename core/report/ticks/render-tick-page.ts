import { dateTime, number } from '../format.ts';
import { type Html, html } from '../html.ts';
import { numberBoxes, page, pageTop, REACH_NOTE } from '../page/page.ts';
import { card } from '../sections/table.ts';
import type { TickPageData } from './tick-page-data.ts';
import { tickScript } from './tick-script.ts';

const STYLE = `
canvas { width: 100%; display: block; cursor: grab; touch-action: pan-y; }
.card { position: relative; }
.cursor { position: absolute; width: 1px; background: var(--dim); opacity: 0.6; pointer-events: none; }
#heat { height: 460px; } .plot { height: 200px; }
`;

/** The page of a run on ticks: one file without any request to elsewhere. Every name in it is escaped. */
export function renderTickPage(data: TickPageData): string {
  const features = Object.keys(data.features);
  return page({
    title: `${data.title} on ${data.pair}`,
    style: STYLE,
    top: pageTop({
      title: `${data.title} on ${data.pair}`,
      lead: `${dateTime(data.from)} to ${dateTime(data.to)} UTC, on ${data.dataKind === 'real' ? 'recorded ' : ''}trades and books`,
      dataKind: data.dataKind,
      chips: data.notes,
      hashes: html`result <code>${data.hash}</code>`,
    }),
    main: html`${numberBoxes(data.numbers)}
<div class="grid">
${card('Book, own orders and fills', html`<div class="legend" id="reading"></div><canvas id="heat"></canvas>`, { isWide: true, note: `Prices in ${data.currency}. Below the market bids (blue-green), above it asks (red), stronger where more stands. Lines: own bids (blue) and asks (amber). Triangles: fills, up where bought, down where sold, outlined where they took. ${REACH_NOTE}` })}
${card(`Inventory, ${data.base}`, html`<canvas id="inventory" class="plot"></canvas>`)}
${card(`Result, split at mid, ${data.currency}`, html`<div class="legend" id="pnl-legend"></div><canvas id="pnl" class="plot"></canvas>`)}
${card('Queue place of the best own quotes', html`<p class="note">${data.base} estimated to stand ahead, by powers of ten; gaps where nothing rests. ${queueNote(data)}</p><div class="legend" id="queue-legend"></div><canvas id="queue" class="plot"></canvas>`)}
${card('After own fills', markoutTable(data))}
${features.length > 0 ? card('Features', html`<div class="tools"><select id="feature" aria-label="Feature">${features.map((name) => html`<option>${name}</option>`)}</select></div><canvas id="features" class="plot"></canvas>`, { isWide: true }) : null}
${data.gates.length > 0 ? card('Gates', gateTable(data)) : null}
${data.decisions.length > 0 ? card('Decisions', decisionTable(data)) : null}
</div>`,
    data,
    script: tickScript,
    footer:
      'What no simulation shows: how others would have answered own orders. See the assumptions of fills on books.',
  });
}

/** How often a quote rested, and how often nobody stood before it. */
function queueNote({ lines }: TickPageData): string {
  return ['bids', 'asks']
    .map((side) => {
      const all = lines[`ahead of ${side}`] ?? [];
      const resting = all.filter((v) => v !== null);
      const first = resting.filter((v) => v === 0);
      if (resting.length === 0) return `No ${side} rested.`;
      const share = (part: number, whole: number) => `${number((100 * part) / whole, 0)} %`;
      const name = `${side[0]!.toUpperCase()}${side.slice(1)}`;
      return `${name} rested ${share(resting.length, all.length)} of the time, first in line ${share(first.length, resting.length)} of that.`;
    })
    .join(' ');
}

function markoutTable({ markouts }: TickPageData): Html {
  return html`<p class="note">Mean of the mid some time later against the price paid, by volume: negative means that the price went against the fill.</p>
<table><thead><tr><th class="text">after</th><th>fills</th><th>basis points</th></tr></thead><tbody>${markouts.map(
    (m) => html`<tr><td class="text">${m.seconds} s</td><td>${number(m.fills, 0)}</td><td>${number(m.bps)}</td></tr>`,
  )}</tbody></table>`;
}

function gateTable({ gates }: TickPageData): Html {
  return html`<div class="scroll"><table><thead><tr><th class="text">gate and reason</th><th>passed</th><th>refused</th></tr></thead><tbody>${gates.map(
    (g) =>
      html`<tr><td class="text">${g.name}</td><td>${number(g.passed, 0)}</td><td>${number(g.refused, 0)}</td></tr>`,
  )}</tbody></table></div>`;
}

function decisionTable({ decisions }: TickPageData): Html {
  return html`<p class="note">Where a gate's decision differs from its last one.</p><div class="scroll" style="max-height: 420px; overflow-y: auto"><table><thead><tr><th class="text">time, UTC</th><th class="text">gate</th><th class="text">decision</th><th class="text">reason</th><th>value</th></tr></thead><tbody>${decisions.map(
    (d) =>
      html`<tr><td class="text">${new Date(d.time).toISOString().slice(11, 23)}</td><td class="text">${d.gate}</td><td class="text">${d.passed ? 'passed' : 'refused'}</td><td class="text">${d.reason}</td><td>${d.value === null ? '' : number(d.value, 4)}</td></tr>`,
  )}</tbody></table></div>`;
}
