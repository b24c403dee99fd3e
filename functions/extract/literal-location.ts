/**
 * The address that a script leads to whatever happens: one assignment of a literal to `location`, outside of any condition and any
 * function. The script is read as tokens and never run. Pure, and linear in its length.
 */

type Token = {
  kind: 'word' | 'text' | 'sign' | 'other';
  /** The characters; of a text what it says, or null where that is not known before it runs. */
  value: string | null;
  afterNewline: boolean;
  depth: number;
  /** Of a bracket that closes: the place of the one that opens it. */
  opening: number;
};

/** Longer scripts do more than lead on. */
const maxScriptLength = 65_536;

/** Null unless there is exactly one such address in all of them. */
export function literalLocation(scripts: readonly string[]): string | null {
  const found = new Set<string>();
  for (const script of scripts) {
    if (script.length > maxScriptLength || !script.includes('location')) continue;
    for (const address of assignments(tokensOf(script))) found.add(address);
  }
  const [first] = found;
  return found.size === 1 && first !== undefined ? first : null;
}

/** What is read as a part of `window.location` and the like. */
const holders = new Set(['window', 'document', 'self', 'top', 'parent', 'globalThis', 'this']);
/** What stands before a bracket that holds a condition, whose statement needs no braces. */
const conditional = new Set(['if', 'while', 'for', 'with', 'switch', 'catch', 'else', 'do']);

function* assignments(tokens: Token[]): Generator<string> {
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at]?.depth !== 0 || tokens[at]?.kind !== 'word' || !beginsStatement(tokens, at)) continue;
    let next = at;
    while (isWord(tokens[next], holders) && tokens[next + 1]?.value === '.') next += 2;
    if (tokens[next]?.kind !== 'word' || tokens[next]?.value !== 'location') continue;
    const address = assigned(tokens, next + 1);
    if (address !== null) yield address;
  }
}

/** After `location`: `= 'x'`, `.href = 'x'`, `.replace('x')` or `.assign('x')`, and then the statement ends. */
function assigned(tokens: Token[], from: number): string | null {
  let at = from;
  const method = tokens[at]?.value === '.' ? tokens[at + 1] : undefined;
  if (method) at += 2;
  const isCall = method?.value === 'replace' || method?.value === 'assign';
  if (method && !isCall && method.value !== 'href') return null;
  if (tokens[at]?.value !== (isCall ? '(' : '=') || tokens[at]?.kind !== 'sign') return null;
  const literal = tokens[at + 1];
  if (literal?.kind !== 'text') return null;
  at += 2;
  if (isCall && tokens[at++]?.value !== ')') return null;
  const after = tokens[at];
  const ends = !after || after.value === ';' || after.value === '}' || (after.afterNewline && after.kind === 'word');
  return ends ? literal.value : null;
}

/** What comes before is over, and decides nothing about what comes now. */
function beginsStatement(tokens: Token[], at: number): boolean {
  const before = tokens[at - 1];
  if (!before) return true;
  if (before.kind === 'sign' && (before.value === ';' || before.value === '}')) return true;
  if (!tokens[at]?.afterNewline) return false;
  if (before.kind === 'word')
    return (
      !conditional.has(before.value ?? '') &&
      !/^(return|case|throw|var|let|const|new|typeof|void|delete|in|of|instanceof)$/.test(before.value ?? '')
    );
  if (before.value !== ')' || before.kind !== 'sign') return before.kind !== 'sign' || before.value === ']';
  return !isWord(tokens[before.opening - 1], conditional);
}

function isWord(token: Token | undefined, words: Set<string>): boolean {
  return token?.kind === 'word' && words.has(token.value ?? '');
}

const word = /[\p{L}\p{N}_$]+/uy;
const blank = /[\s\ufeff]+/y;
/** A regular expression can stand here, since there is nothing to divide. */
const beforeOperand = /^(return|typeof|case|in|of|delete|void|throw|new|else|do|instanceof)$/;

/** Scripts in brackets, braces and functions are deeper than 0. */
function tokensOf(script: string): Token[] {
  const tokens: Token[] = [];
  const open: number[] = [];
  let afterNewline = true;
  let at = 0;
  const push = (kind: Token['kind'], value: string | null, length: number) => {
    const isSign = kind === 'sign' && value !== null;
    const opening = isSign && ')]}'.includes(value) ? (open.pop() ?? 0) : 0;
    tokens.push({ kind, value, afterNewline, depth: open.length, opening });
    if (isSign && '([{'.includes(value)) open.push(tokens.length - 1);
    afterNewline = false;
    at += length;
  };
  while (at < script.length) {
    const character = script[at] ?? '';
    const two = script.slice(at, at + 2);
    const space = matchAt(blank, script, at);
    if (space) {
      afterNewline ||= /[\n\r\u2028\u2029]/.test(space);
      at += space.length;
    } else if (two === '//' || script.startsWith('<!--', at) || (afterNewline && script.startsWith('-->', at))) {
      at = endOf(script, /[\n\r\u2028\u2029]/g, at).start;
    } else if (two === '/*') {
      const { start, end } = endOf(script, /\*\//g, at + 2);
      afterNewline ||= script.slice(at, start).includes('\n');
      at = end;
    } else if (character === '"' || character === "'" || character === '`') {
      const text = readText(script, at, character);
      push('text', text.value, text.length);
    } else if (character === '/' && isOperandNext(tokens.at(-1))) {
      push('other', null, expressionLength(script, at));
    } else {
      const name = matchAt(word, script, at);
      if (name) push('word', name, name.length);
      else {
        // `=` alone assigns; `==`, `=>` and `+=` do not.
        const sign =
          /^(?:[=!]==?|=>|[-+*/%&|^<>?]=|&&|\|\||\?\?|\?\.)/.exec(script.slice(at, at + 3))?.[0] ?? character;
        push('sign', sign, sign.length);
      }
    }
  }
  return tokens;
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function endOf(text: string, pattern: RegExp, from: number): { start: number; end: number } {
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  return found ? { start: found.index, end: found.index + found[0].length } : { start: text.length, end: text.length };
}

function isOperandNext(before: Token | undefined): boolean {
  if (!before) return true;
  if (before.kind === 'word') return beforeOperand.test(before.value ?? '');
  return before.kind === 'sign' && before.value !== ')' && before.value !== ']' && before.value !== '}';
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', 0: '\0' };

/** A text and its length in the script with its quotes; null for one that is put together when it runs. */
function readText(script: string, start: number, quote: string): { value: string | null; length: number } {
  let value: string | null = '';
  let at = start + 1;
  while (at < script.length) {
    const character = script[at] ?? '';
    if (character === quote) return { value, length: at + 1 - start };
    if (character === '\\') {
      const [whole = '\\', hex, long] =
        /^\\(?:x([\da-f]{2})|u(?:([\da-f]{4})|\{[\da-f]{1,6}\})|[\s\S])/i.exec(script.slice(at, at + 12)) ?? [];
      const code = hex ?? long ?? (whole.startsWith('\\u{') ? whole.slice(3, -1) : undefined);
      const plain = whole[1] ?? '';
      const said: string = code ? characterOf(code) : plain === '\n' ? '' : (escapes[plain] ?? plain);
      if (value !== null) value += said;
      at += whole.length;
    } else if (quote === '`' && character === '$' && script[at + 1] === '{') {
      value = null;
      at = afterSubstitution(script, at + 2);
    } else if (quote !== '`' && (character === '\n' || character === '\r')) {
      return { value: null, length: at - start };
    } else {
      if (value !== null) value += character;
      at++;
    }
  }
  return { value: null, length: at - start };
}

function characterOf(hex: string): string {
  const code = Number.parseInt(hex, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** Behind the brace that closes `${`. A text within that holds a brace is rare, and ends the search early: nothing is believed then. */
function afterSubstitution(script: string, from: number): number {
  let open = 1;
  for (let at = from; at < script.length; at++) {
    if (script[at] === '{') open++;
    if (script[at] === '}' && --open === 0) return at + 1;
  }
  return script.length;
}

/** To the slash that ends it, outside of a class of characters, and its flags. */
function expressionLength(script: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < script.length; at++) {
    const character = script[at];
    if (character === '\n') return at - start;
    if (character === '\\') at++;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '/' && !inClass) return at + 1 - start;
  }
  return script.length - start;
}
