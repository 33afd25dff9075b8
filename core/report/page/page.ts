import { chartLibrary } from '../chart-library.ts';
import { type Html, type HtmlValue, html, scriptJson, trusted } from '../html.ts';
import { pageStyle } from './page-style.ts';

/** What a page is made of. */
interface Page {
  /** In the browser's tab, before the project's name. */
  readonly title: string;
  /** Rules beside those of every page. */
  readonly style?: string;
  readonly top: Html;
  /** In one or more parts that follow each other. */
  readonly main: Html | readonly Html[];
  /** What the script reads from the element `data`, as JSON. */
  readonly data?: unknown;
  /** Script of our own, run in one function scope; what it pushes to `onTheme` is called when light or dark is chosen. */
  readonly script?: string;
  /** Whether the script draws with the chart library, which goes into the page whole. */
  readonly hasCharts?: boolean;
  readonly footer?: string;
}

const themeScript = `
const dark = matchMedia('(prefers-color-scheme: dark)');
const onTheme = [];
const isDark = () => (document.documentElement.dataset.theme || (dark.matches ? 'dark' : 'light')) === 'dark';
const restyle = () => onTheme.forEach((apply) => apply());
dark.addEventListener('change', restyle);
document.getElementById('theme').addEventListener('click', () => {
  document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
  restyle();
});
`;

/**
 * Makes a chart reachable: keys move and zoom it, and the wheel scrolls the page as everywhere else, unless Ctrl (or ⌘, or two fingers on a pad)
 * says that the chart is meant. `go` has pan(share of the width), zoom(factor of the width) and all().
 */
const reachScript = `
const reach = (element, name, go) => {
  element.tabIndex = 0;
  element.setAttribute('role', 'application');
  element.setAttribute('aria-label', name + ' Arrows move, + and - zoom, 0 shows all.');
  const keys = { ArrowLeft: () => go.pan(-0.1), ArrowRight: () => go.pan(0.1), PageUp: () => go.pan(-0.9), PageDown: () => go.pan(0.9), '+': () => go.zoom(0.7), '=': () => go.zoom(0.7), '-': () => go.zoom(1 / 0.7), 0: () => go.all() };
  element.addEventListener('keydown', (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!act) return;
    act();
    event.preventDefault();
  });
  element.addEventListener('wheel', (event) => {
    if (!event.ctrlKey && !event.metaKey && Math.abs(event.deltaY) >= Math.abs(event.deltaX)) event.stopImmediatePropagation();
  }, { capture: true, passive: true });
};
`;

/** What the reader of a page with charts has to know. */
export const REACH_NOTE =
  'Drag to move, Ctrl + wheel (or two fingers) to zoom; by keyboard arrows, + and -, 0 for all. Times are UTC.';

/** Forbids every request: a page works from its own bytes alone. */
const POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

/**
 * One self-contained HTML page: it opens offline, and text in it is escaped. The same parts give the same bytes.
 * @throws TidegateError REPORT_CHART_LIBRARY when charts are asked for and the library is not installed
 */
export function page(made: Page): string {
  return pageParts(made).join('');
}

/** The same in the parts that follow each other: a large page as one text takes three times its size while it is written. */
export function pageParts({
  title,
  style = '',
  top,
  main,
  data,
  script = '',
  hasCharts = false,
  footer = '',
}: Page): readonly string[] {
  const parts = [
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<title>${title} – Tidegate</title>
<style>${trusted(pageStyle + style)}</style>
</head>
<body>
${top}
<main>
`,
    ...(Array.isArray(main) ? (main as readonly Html[]) : [main as Html]),
    html`
</main>
<footer>Made by Tidegate. ${footer}${hasCharts && html`Charts: <a href="https://www.tradingview.com/">TradingView Lightweight Charts™</a>, © TradingView, Inc., <a href="https://www.apache.org/licenses/LICENSE-2.0">Apache License 2.0</a>.`}</footer>
${data !== undefined && html`<script type="application/json" id="data">`}`,
    ...(data === undefined ? [] : [scriptJson(data), trusted('</script>')]),
    html`
${hasCharts && html`<script>${trusted(chartLibrary())}</script>`}
<script>(() => {'use strict';${trusted(themeScript + reachScript + script)}})();</script>
</body>
</html>
`,
  ];
  return parts.map(({ markup }) => markup);
}

/** What a page says first: its title, a line under it, whether prices are real, and what else is short. */
interface PageTop {
  readonly title: string;
  readonly lead?: string;
  /** Nothing is said of it when left out. */
  readonly dataKind?: 'real' | 'synthetic';
  readonly chips?: readonly string[];
  /** The hashes that name what is shown. */
  readonly hashes?: Html;
  readonly under?: HtmlValue;
}

/** The head of a page, with the button for light or dark. */
export function pageTop({ title, lead, dataKind, chips = [], hashes, under }: PageTop): Html {
  const kind =
    dataKind === 'synthetic'
      ? html`<span class="chip warn">Synthetic market: these prices were made by a generator, no one ever traded at them</span>`
      : dataKind === 'real' && html`<span class="chip">Real market data</span>`;
  return html`<header class="top">
<div class="title"><h1>${title}</h1><button type="button" id="theme" title="Light or dark">Theme</button></div>
${lead !== undefined && html`<p class="lead">${lead}</p>`}
${(kind || chips.length > 0) && html`<p class="chips">${kind}${chips.map((chip) => html`<span class="chip">${chip}</span>`)}</p>`}
${hashes && html`<p class="hashes">${hashes}</p>`}
${under}
</header>`;
}

/** A figure in a box. */
interface NumberBox {
  readonly name: string;
  readonly value: string;
  readonly under: string;
  /** `up` or `down`, where the figure is good or bad. */
  readonly tone?: string;
}

/** A row of figures in boxes. */
export function numberBoxes(numbers: readonly NumberBox[]): Html {
  return html`<div class="numbers">${numbers.map(
    ({ name, value, under, tone = '' }) =>
      html`<div class="number"><span class="name">${name}</span><b class="${tone}" style="--letters: ${value.length}">${value}</b><span class="under">${under}</span></div>`,
  )}</div>`;
}
