/** Markup that is safe to put into a page as it is. Only `html` and `trusted` make it. */
export interface Html {
  readonly markup: string;
}

/** What a template takes: text and numbers are escaped, markup is kept, lists are joined, nothing stays nothing. */
export type HtmlValue = string | number | Html | null | undefined | false | readonly HtmlValue[];

/** A template that escapes every value which is not markup already, so that no name, tag or setting of a user can become markup. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = parts[0]!;
  for (let i = 0; i < values.length; i++) markup += toMarkup(values[i]) + parts[i + 1]!;
  return { markup };
}

/** Markup or script of our own making (never of a user's). */
export function trusted(markup: string): Html {
  return { markup };
}

/** JSON inside a script element: `<` is written as an escape, so that no text in it can end the element. */
export function scriptJson(value: unknown): Html {
  return { markup: JSON.stringify(value).replace(/</g, '\\u003c') };
}

/** A template's value as markup: text is escaped. */
export function toMarkup(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map(toMarkup).join('');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand between tags or in a quoted attribute. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => ESCAPES[c]!);
}
