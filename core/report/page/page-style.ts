/** The page's style sheet: light and dark from one set of variables, one column on narrow screens. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --bg: light-dark(#f4f6f9, #0f1319);
  --card: light-dark(#ffffff, #171c25);
  --line: light-dark(#e1e6ee, #28303c);
  --text: light-dark(#18202c, #dfe5ee);
  --dim: light-dark(#5c6877, #8f9bad);
  --edge: light-dark(#18202c33, #000000b3);
  --accent: light-dark(#2457d6, #6f9dff);
  --up: light-dark(#067f8a, #3cc8c8);
  --down: light-dark(#c92a3f, #f0655f);
  /* Under text: never so bright that it cannot be read. */
  --hot-up: light-dark(#067f8a, #1e8a8a);
  --hot-down: light-dark(#c92a3f, #c2413c);
  --warn: light-dark(#8a5300, #ffc46b);
  --warn-bg: light-dark(#fff1d6, #3a2b10);
}
:root[data-theme=light] { color-scheme: light; }
:root[data-theme=dark] { color-scheme: dark; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text); font: 14px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif; }
main, .top, footer { max-width: 1320px; margin: 0 auto; padding: 0 20px; }
.top { padding-top: 26px; padding-bottom: 16px; }
.title { display: flex; gap: 16px; align-items: center; justify-content: space-between; }
h1 { font-size: 26px; line-height: 1.2; margin: 0; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 15px; margin: 0 0 4px; }
.lead { margin: 4px 0 0; color: var(--dim); overflow-wrap: anywhere; }
.chips { display: flex; flex-wrap: wrap; gap: 8px; margin: 10px 0 0; }
.chip { border: 1px solid var(--line); background: var(--card); border-radius: 99px; padding: 2px 12px; font-size: 13px; }
.chip.warn { background: var(--warn-bg); color: var(--warn); border-color: currentColor; font-weight: 600; border-radius: 14px; }
.hashes { color: var(--dim); font-size: 12px; margin: 8px 0 0; overflow-wrap: anywhere; }
code, pre { font-family: ui-monospace, 'SF Mono', Menlo, 'DejaVu Sans Mono', monospace; font-size: 12px; }
button, select, input[type=search] { font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 5px 12px; }
button { cursor: pointer; }
button:hover, select:hover { border-color: var(--accent); }
button[aria-pressed=true] { border-color: var(--accent); color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(178px, 1fr)); gap: 12px; margin: 0 0 16px; }
/* Six in a row, or three and three: never one alone. */
@media (max-width: 1180px) { .numbers:has(.number:nth-child(5)) { grid-template-columns: repeat(3, minmax(0, 1fr)); } }
.number { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 12px 16px; display: flex; flex-direction: column; container-type: inline-size; }
.number .name, .number .under { color: var(--dim); font-size: 12.5px; }
.number b { font-size: min(24px, 1.55 * 100cqi / var(--letters)); line-height: 1.35; font-weight: 650; font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
.card .numbers { margin: 0; }
.grid { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 16px 18px; min-width: 0; container-type: inline-size; }
.card.wide { grid-column: 1 / -1; }
.card p { margin: 8px 0 0; }
.note, .empty { color: var(--dim); font-size: 12.5px; }
.card .note { margin: 0 0 8px; max-width: 130ch; }
.card .beyond { margin: 4px 0 0; }
.tools { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 8px 0; }
.tools .legend { margin-left: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; font-size: 12.5px; color: var(--dim); font-variant-numeric: tabular-nums; min-height: 20px; }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 5px; }
.chart { height: 520px; }
.chart.tall { height: 620px; }
.halves { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 36px; }
/* A shadow at the side to which there is more. */
.scroll { overflow-x: auto; background: linear-gradient(90deg, var(--card) 16px, transparent 28px), linear-gradient(270deg, var(--card) 16px, transparent 28px), linear-gradient(90deg, var(--edge), transparent 14px), linear-gradient(270deg, var(--edge), transparent 14px); background-attachment: local, local, scroll, scroll; }
.scroll:has([data-sortable]) { max-height: 560px; overflow-y: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 13px; }
th, td { text-align: right; padding: 4px 10px; border-bottom: 1px solid var(--line); white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; }
th { color: var(--dim); font-weight: 550; }
thead th { position: sticky; top: 0; background: var(--card); z-index: 1; }
.text { text-align: left; }
#compared td:last-child { max-width: none; white-space: normal; min-width: 280px; }
td.text { max-width: 280px; overflow: hidden; text-overflow: ellipsis; }
table:not([data-sortable]) td.text { max-width: none; white-space: normal; }
th button { all: unset; cursor: pointer; }
th button:hover, th button:focus-visible { color: var(--accent); }
th[aria-sort=ascending] button::after { content: ' ▲'; font-size: 9px; }
th[aria-sort=descending] button::after { content: ' ▼'; font-size: 9px; }
@media screen { #trades { font-size: 12.5px; } #trades th, #trades td { padding: 4px 6px; } }
#trades tbody tr { cursor: pointer; }
#trades tbody tr:hover { background: color-mix(in oklab, var(--accent) 9%, transparent); }
#trade-filter { margin: 4px 0 8px; width: min(320px, 100%); }
.up { color: var(--up); }
.down { color: var(--down); }
.heat td { text-align: center; border: 2px solid var(--card); border-radius: 6px; padding: 6px 8px; min-width: 58px; }
.heat thead th { text-align: center; }
.heat .text { text-align: left; }
.hot-up { background: color-mix(in oklab, var(--hot-up) var(--heat), transparent); }
.hot-down { background: color-mix(in oklab, var(--hot-down) var(--heat), transparent); }
.total { font-weight: 650; }
.histogram { width: 100%; display: block; margin-top: 6px; }
.histogram rect.up { fill: var(--up); }
.histogram rect.down { fill: var(--down); }
.histogram rect.flat { fill: var(--accent); }
.histogram line { stroke: var(--line); }
.histogram text { fill: var(--dim); font-size: 13px; }
@container (max-width: 560px) { .card .histogram text, .card .lines text, .card .scatter text { font-size: 14.5px; } }
@container (max-width: 440px) { .card .histogram text, .card .lines text, .card .scatter text { font-size: 18.5px; } }
ul { margin: 4px 0 10px; padding-left: 20px; max-width: 100ch; }
li { margin: 3px 0; }
details summary { cursor: pointer; color: var(--accent); }
pre { overflow: auto; max-height: 420px; background: var(--bg); border: 1px solid var(--line); border-radius: 8px; padding: 12px; }
footer { color: var(--dim); font-size: 12px; padding-top: 18px; padding-bottom: 40px; }
footer a { color: inherit; }
@media screen and (max-width: 860px) {
  .grid { grid-template-columns: minmax(0, 1fr); }
  main, .top, footer { padding-left: 12px; padding-right: 12px; }
  .card { padding: 14px 12px; }
  .chart { height: 420px; }
  .chart.tall { height: 480px; }
  .numbers, .numbers:has(.number:nth-child(5)) { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px; }
  .halves { grid-template-columns: minmax(0, 1fr); }
  .number { padding: 10px 12px; }
  .number b { font-size: min(20px, 1.55 * 100cqi / var(--letters)); }
  .tools .legend { margin-left: 0; }
  th, td { padding: 4px 7px; }
}
@media print {
  :root, :root[data-theme] { color-scheme: light; }
  button, #trade-filter { display: none; }
  th button { display: inline; }
  .card { break-inside: avoid; }
  .scroll, .scroll:has([data-sortable]) { max-height: none; overflow: visible; }
  .chart { zoom: 0.56; }
  .matrix { min-width: 0 !important; }
  table { font-size: 8.5px; }
  th, td { padding: 1px 2px; }
  td.text { white-space: normal; }
  .heat td { min-width: 0; padding: 4px; }
  .heat td, .legend i, .chip { print-color-adjust: exact; }
}
`;
