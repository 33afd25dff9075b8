import { dateTime } from '../format.ts';
import { html, trusted } from '../html.ts';
import { pageStyle } from '../page/page-style.ts';
import { tableScript } from '../page/table-script.ts';
import { type ComparisonData, comparisonSection } from './comparison-section.ts';

const POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

/** One self-contained page about a comparison: it opens offline, and all text from users is escaped. */
export function renderComparison(data: ComparisonData): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<title>Live and backtest – Tidegate</title>
<style>${trusted(pageStyle)}</style>
</head>
<body>
<header class="top">
<div class="title"><h1>Live and backtest</h1><button type="button" id="theme" title="Light or dark">Theme</button></div>
<p class="lead">${data.path}, ${dateTime(data.from)} to ${dateTime(data.to)} UTC, ${data.timeframe}</p>
</header>
<main><div class="grid">
${comparisonSection(data)}
</div></main>
<footer>Made by Tidegate.</footer>
<script>(() => {'use strict';${trusted(tableScript)}})();</script>
</body>
</html>
`.markup;
}
