import { expect, test } from 'vitest';
import { html, markup } from './html.ts';

test('text is escaped, in content and in attributes', () => {
  const text = `<script>alert("x")</script> & 'y'`;
  expect(html`<p title="${text}">${text}</p>`.text).not.toMatch(/<script|"x"|'y'| & /);
  expect(html`${'a < b'}`.text).toBe('a &#60; b');
});

test('markup, lists, numbers and nothing are printed as they are', () => {
  expect(html`<ul>${[1, 2].map((n) => html`<li>${n}</li>`)}</ul>${null}${false}${markup('<hr>')}`.text).toBe(
    '<ul><li>1</li><li>2</li></ul><hr>',
  );
});
