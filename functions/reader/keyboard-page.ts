/** `/keyboard`: which key does what. */
import { type Html, html } from './markup.ts';
import type { View } from './view.ts';

export function keyboardMain({ words: t }: View): Html {
  const rows = t.keysOf.map(
    ([keys, does]) =>
      html`<tr><th scope="row">${keys.split(' ').map((key) => html`<kbd>${key}</kbd> `)}</th><td>${does}</td></tr>`,
  );
  return html`<h1>${t.keyboard}</h1><table class="keys"><tbody>${rows}</tbody></table>`;
}
