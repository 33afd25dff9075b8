import { dateTime, number } from '../format.ts';
import { type Html, html } from '../html.ts';
import { page, pageTop } from '../page/page.ts';
import { card } from '../sections/table.ts';
import { boundsText, claimRows } from './claim-rows.ts';
import { type ClaimsData, type FlowClaim, rSquaredBounds } from './claims-data.ts';

const STYLE = `
td.claim { white-space: normal; text-align: left; vertical-align: top; min-width: 12em; }
td.bounds { white-space: nowrap; }
.scale { position: relative; height: 14px; min-width: 160px; background: var(--line, #8883); border-radius: 3px; }
.scale i { position: absolute; top: 0; bottom: 0; left: 0; border-radius: 3px; background: var(--accent, #3b82f6); }
.scale b { position: absolute; top: 6px; height: 2px; background: currentColor; }
`;

/** The page of `tidegate ticks claims`: one file without any request to elsewhere. */
export function renderClaimsPage(data: ClaimsData, dataKind: 'real' | 'synthetic'): string {
  const title = `Claims about trades and books, held against ${data.pair}`;
  return page({
    title,
    style: STYLE,
    top: pageTop({
      title,
      lead: `${dateTime(data.from)} to ${dateTime(data.to)} UTC, ${number(data.trades, 0)} trades, ${number(data.rows, 0)} rows`,
      dataKind,
      chips: ['one market, one stretch of time: an example and no proof'],
    }),
    main: html`<div class="grid">
${card('What the scalping document says, and what was found', claimTable(data), { isWide: true })}
${card('Moves that order flow explains, at the best price', flowTable(data.flow, 'best'))}
${card('Moves that it explains, over five levels', flowTable(data.flow, 'five'))}
${card('Moves of the next interval, at the best price', flowTable(data.flow, 'bestNext'))}
${card('Moves of the next interval, over five levels', flowTable(data.flow, 'fiveNext'))}
</div>`,
    footer:
      'Intervals of one length follow each other without overlap; the line in a bar spans where the true share lies in 95 of 100 such samples.',
  });
}

function claimTable(data: ClaimsData): Html {
  return html`<div class="scroll"><table><thead><tr><th class="text">the document says</th><th class="text">found here</th></tr></thead><tbody>${claimRows(
    data,
  ).map(
    ({ claim, found }) => html`<tr><td class="claim">${claim}</td><td class="claim">${found}</td></tr>`,
  )}</tbody></table></div>`;
}

function flowTable(flow: readonly FlowClaim[], key: 'best' | 'five' | 'bestNext' | 'fiveNext'): Html {
  return html`<div class="scroll"><table><thead><tr><th>interval</th><th>R²</th><th class="text"></th><th class="text">bounds</th></tr></thead><tbody>${flow.map(
    (row) => {
      const r2 = row[key];
      return html`<tr><td>${row.seconds} s</td><td>${Number.isFinite(r2) ? `${(100 * r2).toFixed(1)} %` : '–'}</td><td class="text">${bar(r2, row.n)}</td><td class="text bounds">${Number.isFinite(r2) ? boundsText(r2, row.n) : ''}</td></tr>`;
    },
  )}</tbody></table></div>`;
}

function bar(r2: number, n: number): Html | null {
  if (!Number.isFinite(r2)) return null;
  const [low, high] = rSquaredBounds(r2, n);
  const at = (x: number) => (100 * x).toFixed(1);
  return html`<div class="scale"><i style="width: ${at(r2)}%"></i>${
    Number.isNaN(low) ? null : html`<b style="left: ${at(low)}%; width: ${at(high - low)}%"></b>`
  }</div>`;
}
