/** The regular expressions of our source -> where each stands, as text and flags. A scanner for TypeScript as Biome formats it. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import recheck from 'recheck/package.json' with { type: 'json' };

export type Expression = { file: string; line: number; source: string; flags: string };

/** All literals below a folder. What `new RegExp` makes is not here; `madeExpressions` counts those. */
export function expressionsIn(folder: string): Expression[] {
  return sources(folder).flatMap(({ file, text }) =>
    literals(text).map(({ at, source, flags }) => ({
      file,
      line: text.slice(0, at).split('\n').length,
      source,
      flags,
    })),
  );
}

/** Where expressions are put together from strings. */
export function madeExpressions(folder: string): { file: string; line: number }[] {
  return sources(folder).flatMap(({ file, text }) =>
    text.split('\n').flatMap((line, n) => (line.includes('new RegExp(') ? [{ file, line: n + 1 }] : [])),
  );
}

function sources(folder: string): { file: string; text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') || file.endsWith('.mjs'))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
}

/** A slash begins an expression where a value may stand: after an operator, a bracket that opens, or a word of the language. */
const beforeValue = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|=>|\b(?:return|case|typeof|in|of|void|yield|await|default))\s*$/;

export function literals(text: string): { at: number; source: string; flags: string }[] {
  const found: { at: number; source: string; flags: string }[] = [];
  /** Of each template that is open, how many braces are open in its present piece of code. */
  const templates: number[] = [];
  let at = 0;
  /** The code before, without comments and what strings hold. */
  let before = '';
  const skipTemplate = () => {
    for (; at < text.length; at++) {
      if (text[at] === '\\') at++;
      else if (text[at] === '`') {
        at++;
        return;
      } else if (text.startsWith('${', at)) {
        templates.push(0);
        before = '{';
        at += 2;
        return;
      }
    }
  };
  while (at < text.length) {
    const character = text[at] ?? '';
    if (text.startsWith('//', at)) at = endOr(text, '\n', at);
    else if (text.startsWith('/*', at)) at = endOr(text, '*/', at) + 2;
    else if (character === "'" || character === '"') {
      for (at++; at < text.length && text[at] !== character; at++) if (text[at] === '\\') at++;
      at++;
      before = 'a';
    } else if (character === '`') {
      at++;
      before = 'a';
      skipTemplate();
    } else if (character === '}' && templates.at(-1) === 0) {
      templates.pop();
      at++;
      before = 'a';
      skipTemplate();
    } else if (character === '/' && beforeValue.test(before.slice(-12))) {
      const start = at;
      at = expressionEnd(text, at);
      const [flags = ''] = /^[a-z]*/.exec(text.slice(at, at + 10)) ?? [];
      found.push({ at: start, source: text.slice(start + 1, at - 1), flags });
      at += flags.length;
      before = 'a';
    } else {
      const open = templates.length - 1;
      if (open >= 0 && character === '{') templates[open] = (templates[open] ?? 0) + 1;
      if (open >= 0 && character === '}') templates[open] = (templates[open] ?? 0) - 1;
      before = (before + character).slice(-40);
      at++;
    }
  }
  return found;
}

function endOr(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at;
}

/** Behind the slash that closes it; one in a class does not. */
function expressionEnd(text: string, from: number): number {
  let isInClass = false;
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '[') isInClass = true;
    else if (text[at] === ']') isInClass = false;
    else if (text[at] === '/' && !isInClass) return at + 1;
  }
  return text.length;
}

/** Whether this expression, letter by letter, was found linear by this version of recheck. */
export function isProven({ source, flags }: Pick<Expression, 'source' | 'flags'>): boolean {
  return proven.has(createHash('sha256').update(`${recheck.version} /${source}/${flags}`).digest('hex').slice(0, 12));
}

/** Those whose proof takes a tenth of a second or more, in the order of that. One that is not here is proven by each run. */
const proven = new Set(
  `a698c7f0442d 001853399713 eb614d4cbba2 12c38659119d 4cf7a1c4d0c6 1316b5002591 f4070da71cb7 5a7ee8fa2235 6b63b1eec43b
   f7da6fc138da 9ec149721687 1540cd21a5dc 22503f33d9d0 0579e36faaf5 4c91121aca7f b84ff50ea764 669d5ea6f8af 8933bd70d2db
   d247247282cc b43bc401f90c 4e63004b7b49 126086b7a5b7 8c1cdc1d38a2 00530048908d 90292c850a04 482f065d42dc 322ea3dd65e7
   6f222a856f01 12403a21e8f9 455929a7878d f1fca4830ade dff0f3a73879 ae71c668b4df eb22692975f2 08bd2511849f 06b61f19af8c
   554b27597377 92710d36ff05 36a45fd4ec40 23d25c731812 fc0519695427 6d559dd1b0eb 7f9f3cb5f11a 877aa3094d29 d43d396b25c7
   da8a345fd1ac 9ac46ede57ac 15a972d1bcda a402874cf294 a8d8db3cf8e3 7664bc4dc542 df0b62424d4b 7ad71f96c087 44d50f860b01
   83e141db7994 2f61534c87c1 2dee61bd1fe3 4290e2a7d78f e77d27154354 d3edce98854a 9d7146a5443b 8d6810adcba7 96e615ee31ca
   1c54e3c9fe8a 4b8debb76beb d83086a70c97 1a6e30ad7298 0f02f8a8c3ba acfe07fb0647 b832303f6860 da082ea6740a 0dd1e924d691
   254822bf0ac5 9a365387fc0d aea8a9252de1 252e88fc4ddd 584549ffba7d 3f8ea18b45b1`.split(/\s+/),
);

/** Not linear by themselves: the most that each is ever given, by file and text, and who sees to that. */
export const bounded: { file: string; source: string; most: number; because: string }[] = [
  {
    file: 'extract/charset.ts',
    source: String.raw`<meta[^>]{0,400}?charset\s*=\s*["']?([\w:.-]{2,40})`,
    most: 4096,
    because: 'sniffBytes',
  },
  {
    file: 'extract/main-text.ts',
    source: String.raw`<(br|\/p|\/div|\/h\d|\/li)\b[^>]{0,100}>`,
    most: 1_000_000,
    because: 'at most 100 steps a start',
  },
  { file: 'extract/metadata/names.ts', source: String.raw`\s*[\n;|•·│/]\s*|\s+[–—-]\s+`, most: 600, because: 'maxRaw' },
  { file: 'extract/metadata/names.ts', source: String.raw`^[^|;/•·]*\n[^|;/•·]*$`, most: 600, because: 'maxRaw' },
  { file: 'extract/metadata/names.ts', source: String.raw`\s+(?:and|&|und|et|y|e|i|en`, most: 600, because: 'maxRaw' },
  { file: 'extract/metadata/names.ts', source: String.raw`\s*[,，、]\s*`, most: 600, because: 'maxRaw' },
  { file: 'extract/metadata/names.ts', source: String.raw`\s*(?:@\S+|[\s"“”`, most: 600, because: 'maxRaw' },
  { file: 'extract/metadata/names.ts', source: String.raw`\s*[,，、;；/／|｜\n・&]\s*|`, most: 600, because: 'maxRaw' },
  { file: 'extract/metadata/names.ts', source: String.raw`\s*[(（【].{0,30}$`, most: 600, because: 'maxRaw' },
  {
    file: 'extract/metadata/names.ts',
    source: String.raw`[/／(（【】)）|｜\n]|\s*(?:报道`,
    most: 600,
    because: 'maxRaw',
  },
  { file: 'extract/metadata/names.ts', source: String.raw`https?:|@\S+\.`, most: 80, because: 'maxNameLength' },
  {
    file: 'extract/metadata/title.ts',
    source: String.raw`\s+[*|–—\-·•»«:_⋆/‹›←→<>]+\s+|`,
    most: 500,
    because: 'maxTitleLength',
  },
  { file: 'extract/notices.ts', source: String.raw`^[\s\p{P}\p{S}]+|`, most: 300, because: 'cut right before' },
  { file: 'article/norm.ts', source: String.raw`\/+$`, most: 2048, because: 'a URL' },
  { file: 'article/norm.ts', source: String.raw`\.+$`, most: 2048, because: 'a URL' },
  { file: 'cli/add.ts', source: String.raw`(^|\s)#.*$`, most: 2048, because: 'a line of the user' },
  { file: 'cli/client.ts', source: String.raw`\/+$`, most: 2048, because: 'an address of the user' },
  {
    file: 'cli/export.ts',
    source: String.raw`<([^>]+)>;\s*rel="next"`,
    most: 2048,
    because: 'a header of the archive',
  },
  { file: 'feeds/discover.ts', source: String.raw`\/+$`, most: 2048, because: 'a URL' },
  { file: 'feeds/follow.ts', source: '[-.]+$', most: 100, because: 'maxIdBytes' },
  { file: 'feeds/names.ts', source: '[/#]+$', most: 200, because: 'cut right before' },
  {
    file: 'feeds/tags.ts',
    source: String.raw`<\/\s*([^\s<>/]+)[^<>]*>?`,
    most: 1_000_000,
    because: 'sticky: tried at one place',
  },
  { file: 'formats/tree.ts', source: '^[. ]+|[. ]+$', most: 2000, because: 'a title' },
  { file: 'formats/tree.ts', source: '[. ]+$', most: 2000, because: 'cut right before' },
  { file: 'formats/warc-read.ts', source: 'T[^Z+-]*$', most: 40, because: 'matched as a date before' },
  { file: 'http/parameters.ts', source: String.raw`(\d+)([smhd])`, most: 28, because: 'matched as a duration before' },
];
