/** A story, or a comparison, as one HTML file that needs nothing else: for somebody who cannot reach this archive. */
import type { Context } from 'hono';
import { citedOf, citeText, type Reading, storyBody, storyHead } from './article-page.ts';
import { assets } from './assets.ts';
import { type Changes, difference, summary } from './changes-page.ts';
import { attachment, downloadName } from './download-name.ts';
import { type Lead, leadOfStory } from './leads.ts';
import { cut, type Html, html, ownHtml, plain } from './markup.ts';
import { siteLabel } from './site-name.ts';
import { langOf } from './story-item.ts';
import type { View } from './view.ts';
import { dayOf } from './zone.ts';

/** `lead`: the picture that stands for it, with its bytes as address. */
export function storyFile(
  c: Context,
  view: View,
  { reading, lead }: { reading: Reading; lead: Lead | null },
): Response {
  const cited = citedOf(view, reading);
  const name = downloadName({ day: dayOf(cited.publishedAt, view.zone), title: cited.title, ending: '.html' });
  const main = html`<article class="body">${storyHead(view, reading, { isFile: true })}${leadOfStory(lead)}${storyBody(view, reading, { isFile: true })}</article>
<section class="proof"><h2>${view.words.cite}</h2><p class="cite">${citeText(view, cited)}</p></section>`;
  return fileAnswer(c, view, { title: cited.title, name, main });
}

export function changesFile(c: Context, view: View, changes: Changes): Response {
  const { words: t } = view;
  const { article, from, to } = changes;
  const title = cut(to.title ?? article.url, 300);
  const main = html`<h1>${t.whatChanged(0)}</h1>
<p class="intro">${t.inStory(html`<span class="w"${langOf(article.lang)} dir="auto">${title}</span>`, siteLabel(article))} ${summary(view, changes)}</p>
${difference(view, changes)}
<section class="proof"><h2>${t.share}</h2><p class="cite"><bdi>${article.url}</bdi></p>
${[from, to].map((look) => html`<p class="soft">${t.servedBy(html`<bdi>${article.site}</bdi>`, html`<time datetime="${look.fetchedAt}">${look.fetchedAt}</time>`)} <span class="digest">${look.digest.replace(':', ' ')}</span></p>`)}</section>`;
  const name = downloadName({
    day: dayOf(to.fetchedAt, view.zone),
    title: `${t.whatChanged(0)}, ${title}`,
    ending: '.html',
  });
  return fileAnswer(c, view, { title, name, main });
}

/** Opened from a disk it runs nothing and loads nothing; its picture is in it. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

function fileAnswer(
  c: Context,
  view: View,
  { title, name, main }: { title: string; name: string; main: Html },
): Response {
  // Our own style: it ends no element by itself.
  const style = ownHtml(assets().style.body.replaceAll('</', '<\\/'));
  const page = html`<!doctype html>
<html lang="${view.lang}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${plain(title)}</title>
<style>${style}</style></head><body><main>${main}</main></body></html>`;
  return c.html(page.toString(), 200, {
    'content-disposition': attachment(name),
    'content-security-policy': `sandbox; ${policy}`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-cache',
  });
}
