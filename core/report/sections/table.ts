import { type Html, type HtmlValue, html, toMarkup, trusted } from '../html.ts';

/** One cell: what is shown, and the number it is sorted by; text cells sort by their text. */
export interface Cell {
  readonly text: HtmlValue;
  readonly sort?: number;
  readonly tone?: '' | 'up' | 'down';
  readonly isText?: boolean;
}

/** Colour of a gain or loss. */
export function tone(value: number): '' | 'up' | 'down' {
  return value > 0 ? 'up' : value < 0 ? 'down' : '';
}

/** A table whose columns can be sorted by clicking their heads; wide ones scroll sideways. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
  { id, isSortable = true }: { readonly id?: string; readonly isSortable?: boolean } = {},
): Html {
  const texts = heads.map((_, i) => rows[0]?.[i]?.isText ?? false);
  return drawTable(heads, texts, trusted(drawRows(rows)), { id, isSortable });
}

/** The same of rows that are drawn already; `texts` says which columns are of text. */
export function drawTable(
  heads: readonly string[],
  texts: readonly boolean[],
  body: Html,
  { id, isSortable = true }: { readonly id?: string | undefined; readonly isSortable?: boolean } = {},
): Html {
  const head = heads.map((name, i) => {
    const align = texts[i] ? 'text' : '';
    return isSortable
      ? html`<th class="${align}" aria-sort="none"><button type="button">${name}</button></th>`
      : html`<th class="${align}">${name}</th>`;
  });
  return html`<div class="scroll"><table${id ? html` id="${id}"` : ''}${isSortable ? html` data-sortable` : ''}><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function drawRows(rows: readonly (readonly Cell[])[]): string {
  let markup = '';
  for (const cells of rows) {
    markup += '<tr>';
    for (const cell of cells) markup += draw(cell);
    markup += '</tr>';
  }
  return markup;
}

/** One piece of text, not a template: a page has twenty thousand cells. */
function draw({ text, sort, tone: colour = '', isText }: Cell): string {
  const names = isText ? (colour ? `${colour} text` : 'text') : colour;
  const sorted = sort === undefined ? '' : ` data-v="${Number.isFinite(sort) ? sort : ''}"`;
  return `<td${names && ` class="${names}"`}${sorted}>${toMarkup(text)}</td>`;
}

/** A titled part of the page. */
export function card(
  title: string,
  body: HtmlValue,
  { note, id, isWide }: { note?: HtmlValue; id?: string; isWide?: boolean } = {},
): Html {
  return html`<section class="card${isWide ? ' wide' : ''}"${id ? html` id="${id}"` : ''}><h2>${title}</h2>${note ? html`<p class="note">${note}</p>` : ''}${body}</section>`;
}
