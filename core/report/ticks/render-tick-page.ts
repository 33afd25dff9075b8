import { dateTime, number } from '../format.ts';
import { type Html, html, scriptJson, trusted } from '../html.ts';
import { pageStyle } from '../page/page-style.ts';
import type { TickPageData } from './tick-page-data.ts';
import { tickScript } from './tick-script.ts';

const STYLE = `
canvas { width: 100%; display: block; cursor: grab; touch-action: none; }
#heat { height: 460px; } .plot { height: 200px; }
`;

/** The page of a run on ticks: one file without any request to elsewhere. Every name in it is escaped. */
export function renderTickPage(data: TickPageData): string {
  const features = Object.keys(data.features);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${data.title} on ${data.pair}</title>
<style>${trusted(pageStyle)}${trusted(STYLE)}</style>
</head>
<body>
<header class="top">
<div class="title"><h1>${data.title} on ${data.pair}</h1><button id="theme" type="button">Light or dark</button></div>
<p class="lead">${dateTime(data.from)} to ${dateTime(data.to)} UTC, on recorded trades and books</p>
<div class="chips">${data.notes.map((note) => html`<span class="chip">${note}</span>`)}</div>
<p class="hashes">result ${data.hash}</p>
</header>
<main>
<div class="numbers">${data.numbers.map((n) => html`<div class="number"><span class="name">${n.name}</span><b>${n.value}</b><span class="under">${n.under}</span></div>`)}</div>
<div class="grid">
${card('Book, own orders and fills', html`<p class="note">Green: bids, red: asks, stronger where more stands. Lines: own bids (blue) and asks (amber). Triangles: fills, outlined where they took. The wheel zooms, dragging moves, a double click shows all.</p><canvas id="heat"></canvas>`, true)}
${card('Inventory', html`<canvas id="inventory" class="plot"></canvas>`)}
${card('Result, split at mid', html`<div class="legend" id="pnl-legend"></div><canvas id="pnl" class="plot"></canvas>`)}
${card('Queue place of the best own quotes', html`<p class="note">Amount estimated to stand ahead; gaps where nothing rests.</p><div class="legend" id="queue-legend"></div><canvas id="queue" class="plot"></canvas>`)}
${card('After own fills', markoutTable(data))}
${features.length > 0 ? card('Features', html`<div class="tools"><select id="feature" aria-label="Feature">${features.map((name) => html`<option>${name}</option>`)}</select></div><canvas id="features" class="plot"></canvas>`, true) : null}
${data.gates.length > 0 ? card('Gates', gateTable(data)) : null}
${data.decisions.length > 0 ? card('Decisions', decisionTable(data)) : null}
</div>
</main>
<footer class="note"><p>What no simulation shows: how others would have answered own orders. See the assumptions of fills on books.</p></footer>
<script type="application/json" id="data">${scriptJson(data)}</script>
<script>${trusted(tickScript)}</script>
</body>
</html>
`;
  return page.markup;
}

function card(title: string, body: Html, isWide = false): Html {
  return html`<section class="${isWide ? 'card wide' : 'card'}"><h2>${title}</h2>${body}</section>`;
}

function markoutTable({ markouts }: TickPageData): Html {
  return html`<p class="note">Mean of the mid some time later against the price paid, by volume: negative means that the price went against the fill.</p>
<table><thead><tr><th class="text">after</th><th>fills</th><th>basis points</th></tr></thead><tbody>${markouts.map(
    (m) => html`<tr><td class="text">${m.seconds} s</td><td>${m.fills}</td><td>${number(m.bps)}</td></tr>`,
  )}</tbody></table>`;
}

function gateTable({ gates }: TickPageData): Html {
  return html`<div class="scroll"><table><thead><tr><th class="text">gate and reason</th><th>passed</th><th>refused</th></tr></thead><tbody>${gates.map(
    (g) => html`<tr><td class="text">${g.name}</td><td>${g.passed}</td><td>${g.refused}</td></tr>`,
  )}</tbody></table></div>`;
}

function decisionTable({ decisions }: TickPageData): Html {
  return html`<p class="note">Where a gate's decision differs from its last one.</p><div class="scroll" style="max-height: 420px; overflow-y: auto"><table><thead><tr><th class="text">time</th><th class="text">gate</th><th class="text">decision</th><th class="text">reason</th><th>value</th></tr></thead><tbody>${decisions.map(
    (d) =>
      html`<tr><td class="text">${new Date(d.time).toISOString().slice(11, 23)}</td><td class="text">${d.gate}</td><td class="text">${d.passed ? 'passed' : 'refused'}</td><td class="text">${d.reason}</td><td>${d.value === null ? '' : number(d.value, 4)}</td></tr>`,
  )}</tbody></table></div>`;
}
