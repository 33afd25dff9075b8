import { expect, it } from 'vitest';
import { html, scriptJson, trusted } from './html.ts';

it('escapes every value that is not markup', () => {
  const name = `<img src=x onerror="alert('1')">&`;
  expect(html`<b title="${name}">${name}</b>`.markup).toBe(
    '<b title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;">&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;</b>',
  );
});

it('keeps markup, joins lists, and drops nothing-values', () => {
  expect(
    html`<ul>${['a', '<'].map((x) => html`<li>${x}</li>`)}${null}${undefined}${false}${trusted('<hr>')}${0}</ul>`
      .markup,
  ).toBe('<ul><li>a</li><li>&lt;</li><hr>0</ul>');
});

it('writes JSON that cannot end its script element', () => {
  const value = { tag: '</script><script>alert(1)</script>' };
  const { markup } = scriptJson(value);
  expect(markup).not.toContain('<');
  expect(JSON.parse(markup)).toEqual(value);
});
