// What the pages do in a browser beyond what they do without a script: the reader's clock, copying, keys, rows that fill in place, files that
// are dropped, and the window that the bookmark button opens. It keeps no words of its own: what it says stands in the page.
const root = document.documentElement;
const one = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const cookie = (name) =>
  document.cookie
    .split('; ')
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1);

// The clock: the server writes times in the zone that the browser says. Once, so that a zone it does not know makes no loop.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && root.dataset.zone !== zone && cookie('nd-zone') !== encodeURIComponent(zone)) {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in all browsers
  document.cookie = `nd-zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
  if (!location.pathname.startsWith('/save') || !location.search) location.reload();
}

// Copying and printing. The style shows their buttons where scripts run.
document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-copy]');
  if (button) void copy(button);
  if (event.target.closest?.('[data-print]')) print();
  for (const menu of all('details.menu[open]')) if (!menu.contains(event.target)) menu.open = false;
});

async function copy(button) {
  const source = one(button.dataset.copy);
  const text = source.value ?? source.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
    const words = button.textContent;
    button.textContent = root.dataset.copied ?? '✓';
    setTimeout(() => {
      button.textContent = words;
    }, 2000);
  } catch {
    // No clipboard beyond https: what is to be copied is selected, and the keys do the rest.
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
  }
}

// The colours change at once by the style; this keeps the choice.
for (const radio of all('.theme [name=theme]'))
  radio.addEventListener('change', () => {
    const form = radio.closest('form');
    void fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' });
  });

// A phone's keyboard would cover what one came to read.
if (matchMedia('(pointer: coarse)').matches && document.activeElement?.id === 'q') document.activeElement.blur();

// A row of days begins at today, or at the newest day with stories.
const days = one('.days');
const day = one('[aria-current], a', days ?? root);
if (days && day) days.scrollLeft = day.closest('li').offsetLeft - days.clientWidth / 2;

// Rows of a batch fill in place, as long as something is under way.
const barMs = 6000;
const liveMs = 1000;
const longestMs = 8000;
async function live(pauseMs) {
  const section = one('#batch[data-live]');
  if (!section) return;
  await new Promise((done) => setTimeout(done, document.hidden ? longestMs : pauseMs));
  try {
    const fresh = await pageNow();
    if (fresh) {
      fillRows(section, one('#batch', fresh));
      fillBar(fresh);
    }
    unreachable(false);
  } catch {
    unreachable(true);
  }
  void live(Math.min(pauseMs * 1.15, longestMs));
}

// This page as the archive has it by now; null where it answers with a problem.
async function pageNow() {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null;
}

function fillRows(section, fresh) {
  if (!fresh) return;
  const now = all('.rows > li', section);
  const next = all('.rows > li', fresh);
  for (const [n, row] of next.entries()) {
    // The row that has the focus stays as it is.
    if (!now[n]) one('.rows', section).append(row);
    else if (now[n].outerHTML !== row.outerHTML && !now[n].contains(document.activeElement)) now[n].replaceWith(row);
  }
  const status = one('[role=status]', section);
  const said = one('[role=status]', fresh).textContent;
  if (status.textContent !== said) status.textContent = said;
  one('progress', section).value = one('progress', fresh).value;
  if (!('live' in fresh.dataset)) {
    section.removeAttribute('data-live');
    void fillBarLater().catch(() => unreachable(true));
    one('h2 .soft', section).textContent = '';
    const retry = one('.rows + .acts', fresh);
    if (retry && !one('.rows + .acts', section)) one('.rows', section).after(retry);
  }
}

// What the bar counts, where it is not in use.
function fillBar(fresh) {
  for (const part of ['.bar .save', '.bar .sections']) {
    const [now, next] = [one(part), one(part, fresh)];
    if (now && next && now.outerHTML !== next.outerHTML && !now.contains(document.activeElement)) now.replaceWith(next);
  }
}

// The bar counts anew every few seconds only: once more when a batch is done.
async function fillBarLater() {
  await new Promise((done) => setTimeout(done, barMs));
  const fresh = await pageNow();
  if (fresh) fillBar(fresh);
}

function unreachable(is) {
  const notice = one('#unreachable');
  if (notice) notice.hidden = !is;
}
void live(liveMs);
addEventListener('offline', () => unreachable(true));
addEventListener('online', () => unreachable(false));

// What was typed stays when the archive cannot be reached.
for (const form of all('form[data-paste]')) {
  const key = `nd-typed ${location.pathname}`;
  const fields = all('textarea,input[type=text]', form);
  const kept = JSON.parse(sessionStorage.getItem(key) ?? 'null');
  if (kept && fields.every((field) => field.value === ''))
    for (const field of fields) field.value = kept[field.name] ?? '';
  sessionStorage.removeItem(key);
  form.addEventListener('submit', () => {
    sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(fields.map(({ name, value }) => [name, value]))));
    addEventListener('pagehide', () => sessionStorage.removeItem(key), { once: true });
  });
}

// Files that are dropped anywhere on the page to save with.
const drop = one('form[data-drop]');
if (drop) {
  const over = (is) => document.body.classList.toggle('over', is);
  addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    over(true);
  });
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) over(false);
  });
  addEventListener('drop', (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    over(false);
    one('input[type=file]', drop).files = event.dataTransfer.files;
    drop.requestSubmit();
  });
}

// The window of the bookmark button. It asks its opener for the page, once and only at a click, and takes one message from it, of a bounded
// size, about an address of the origin that sent it.
const maxPageLength = 4_000_000;
// A site that may always send opens no more windows a minute that send without a click.
const maxUnasked = 10;
const asked = new URLSearchParams(location.search);
const panel = one('#window');
if (panel && asked.has('window') && asked.has('url')) {
  panel.hidden = false;
  // One button to save with: the form is for other pages.
  for (const form of all('form.paste')) form.hidden = true;
  const url = asked.get('url');
  let remark = '';
  const say = (name, detail = '') => {
    one('output', panel).textContent = [panel.dataset[name], detail, remark].filter(Boolean).join(' ');
  };
  // What holds for whatever comes of it.
  const note = (name) => {
    remark = panel.dataset[name];
    say('');
  };
  const send = one('[data-send]', panel);
  const always = one('[data-always]', panel);
  let origin = null;
  try {
    origin = new URL(url).origin;
  } catch {
    say('bad');
  }
  const allowed = () => JSON.parse(localStorage.getItem('nd-always') ?? '[]');
  one('[data-url]', panel).textContent = url;
  if (!opener) note('cutOff');
  send.addEventListener('click', () => {
    if (always.checked && origin)
      localStorage.setItem('nd-always', JSON.stringify([...new Set([...allowed(), origin])].slice(-200)));
    take();
  });
  const forget = one('[data-forget]', panel);
  forget.addEventListener('click', () => {
    localStorage.setItem('nd-always', JSON.stringify(allowed().filter((known) => known !== origin)));
    always.checked = false;
    forget.hidden = true;
  });
  always.checked = allowed().includes(origin);
  forget.hidden = !always.checked;
  if (always.checked && opener) {
    const before = JSON.parse(localStorage.getItem('nd-unasked') ?? '[]');
    const times = before.filter((time) => time > Date.now() - 60_000);
    if (times.length < maxUnasked) {
      localStorage.setItem('nd-unasked', JSON.stringify([...times, Date.now()]));
      take();
    } else say('often');
  }

  function take() {
    send.disabled = true;
    if (!opener || !origin) {
      void post({ url });
      return;
    }
    let isTaken = false;
    const late = setTimeout(() => receive(null), 5000);
    const receive = (page) => {
      if (isTaken) return;
      isTaken = true;
      clearTimeout(late);
      removeEventListener('message', hear);
      if (page === null) note('cutOff');
      void post(page ?? { url });
    };
    const hear = ({ source, origin: from, data }) => {
      if (source !== opener || isTaken) return;
      if (typeof data !== 'object' || data === null || typeof data.url !== 'string' || typeof data.html !== 'string')
        return;
      // A page speaks for its own origin, and for the address that was asked for.
      let claimed = '';
      try {
        claimed = new URL(data.url).origin;
      } catch {
        return;
      }
      if (from !== claimed || claimed !== origin) return;
      if (data.html.length > maxPageLength) {
        note('tooLarge');
        receive({ url });
      } else receive({ url: data.url.split('#')[0], html: data.html });
    };
    addEventListener('message', hear);
    opener.postMessage('nightdesk:send', origin);
  }

  async function post(page) {
    say('sending');
    try {
      const answer = await fetch('/articles', {
        method: 'POST',
        headers: { 'content-type': 'application/json', prefer: 'wait=20' },
        body: JSON.stringify(page),
      });
      const body = await answer.json();
      if (answer.status === 401) say('signedOut');
      else if (answer.ok && body.title) say('saved', body.title);
      else if (answer.status === 202) say('waiting');
      else say('failed', body.detail ?? '');
      const link = one('[data-open]', panel);
      if (body.links?.self) {
        link.href = body.links.self.replace('/articles/', '/a/');
        link.hidden = false;
      }
    } catch {
      say('unreachable');
    }
    send.disabled = false;
  }
}

// Keys, as the page of keys lists them; off while something is typed.
let goes = false;
const places = { h: '/', c: '/edited', r: '/removed', f: '/feeds', t: '/attention' };
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { target, key } = event;
  const isTyping = target.matches?.('input:not([type=radio]),textarea,select');
  if (key === 'Escape') {
    if (isTyping) target.blur();
    for (const menu of all('details.menu[open]')) menu.open = false;
    if (location.hash === '#filters') location.hash = '#main';
    return;
  }
  // The first page begins in the search: a key that writes nothing leads from there to the stories.
  if (target.id === 'q' && key === 'ArrowDown' && step(1)) event.preventDefault();
  if (isTyping) return;
  if (goes && places[key]) {
    location.href = places[key];
    return;
  }
  goes = key === 'g';
  if (act(key)) event.preventDefault();
});

function act(key) {
  switch (key) {
    case '/':
      one('#q')?.focus();
      return true;
    case 'j':
    case 'k':
      return step(key === 'j' ? 1 : -1);
    case 'o':
      return follow(current()?.querySelector('h3 a'));
    case 'v':
    case 'p':
    case 's':
      return press(one(`[data-key=${key}]`));
    case 't':
      one('[data-key=t]')?.focus();
      return true;
    case 'c':
      return follow(
        root.dataset.story ? one('.views a[href$="/changes"]') : current()?.querySelector('a[href$="/changes"]'),
      );
    case '[':
    case ']':
      return version(key === ']' ? -1 : 1);
    case 'a':
      return follow(one('a.save'));
    case '?':
      location.href = '/keyboard';
      return true;
    default:
      return false;
  }
}

function current() {
  return document.activeElement?.closest?.('.item') ?? null;
}

function step(by) {
  const links = all('.item h3 a, .ledger th a');
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? (by > 0 ? 0 : -1) : at + by];
  next?.focus();
  return next !== undefined;
}

// The versions of a story stand newest first.
function version(by) {
  const entries = all('.line li').filter((entry) => one('a, [aria-current]', entry));
  const at = entries.findIndex((entry) => one('[aria-current]', entry));
  return follow(entries[at + by]?.querySelector('a'));
}

function follow(link) {
  if (link) location.href = link.href;
  return Boolean(link);
}

function press(element) {
  element?.click();
  return Boolean(element);
}
