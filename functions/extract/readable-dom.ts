/**
 * The part of the browsers' DOM that Readability uses, over linked nodes: taking one out costs the same in a list of ten and of ten
 * thousand. Readability knows a parser of this kind by `__JSDOMParser__`. It asks nearly every element for those of some names below
 * it and for its text, so each knows which names may be there, and remembers what it said.
 */

export class Attribute {
  readonly name: string;
  value: string;

  constructor(name: string, value: string) {
    this.name = name;
    this.value = value;
  }

  cloneNode(): Attribute {
    return new Attribute(this.name, this.value);
  }
}

class ReadableNode {
  readonly nodeType: number = 0;
  readonly __JSDOMParser__ = true;
  parentNode: ReadableParent | null = null;
  previousSibling: ReadableNode | null = null;
  nextSibling: ReadableNode | null = null;
  firstChild: ReadableNode | null = null;
  lastChild: ReadableNode | null = null;

  get nodeName(): string {
    return '#node';
  }

  /** Both are asked for again and again, and made anew when something below has changed. */
  protected list: ReadableNode[] | null = null;
  protected said: string | null = null;
  protected plain: string | null = null;

  get childNodes(): ReadableNode[] {
    if (this.list === null) {
      this.list = [];
      for (let at = this.firstChild; at !== null; at = at.nextSibling) this.list.push(at);
    }
    return this.list;
  }

  get textContent(): string {
    return '';
  }

  remove(): this {
    const { parentNode: parent, previousSibling: before, nextSibling: after } = this;
    if (parent === null) return this;
    parent.changed();
    if (before) before.nextSibling = after;
    else parent.firstChild = after;
    if (after) after.previousSibling = before;
    else parent.lastChild = before;
    this.parentNode = null;
    this.previousSibling = null;
    this.nextSibling = null;
    return this;
  }
}

export class ReadableText extends ReadableNode {
  override readonly nodeType = 3;
  #text: string;

  constructor(text: string) {
    super();
    this.#text = text;
  }

  override get nodeName(): string {
    return '#text';
  }

  override get textContent(): string {
    return this.#text;
  }

  override set textContent(text: string) {
    this.#text = text;
    this.parentNode?.changed();
  }
}

/** A bit of a number for the names that are often asked for, and one for all others. */
const bits = new Map(
  [['A'], ['P'], ['LI'], ['UL', 'OL'], ['TABLE'], ['TD'], ['IMG'], ['INPUT'], ['H1', 'H2', 'H3', 'H4', 'H5', 'H6']]
    .concat([['OBJECT', 'EMBED', 'IFRAME'], ['SPAN'], ['DIV']])
    .flatMap((names, i) => names.map((name): [string, number] => [name, 2 << i])),
);
const bitOf = (name: string) => bits.get(name) ?? 1;

class ReadableParent extends ReadableNode {
  /** The bits of all names that are below it, perhaps of some that were. */
  below = 0;

  /** Where one above has them all, so have those above that. */
  gains(names: number): void {
    for (let at: ReadableParent | null = this; at !== null && (at.below & names) !== names; at = at.parentNode)
      at.below |= names;
  }

  get children(): ReadableElement[] {
    const found: ReadableElement[] = [];
    for (let at = this.firstElementChild; at !== null; at = at.nextElementSibling) found.push(at);
    return found;
  }

  get firstElementChild(): ReadableElement | null {
    return elementFrom(this.firstChild, 'nextSibling');
  }

  get lastElementChild(): ReadableElement | null {
    return elementFrom(this.lastChild, 'previousSibling');
  }

  override get textContent(): string {
    if (this.said === null) {
      this.said = '';
      for (let at = this.firstChild; at !== null; at = at.nextSibling) this.said += at.textContent;
    }
    return this.said;
  }

  override set textContent(text: string) {
    for (let at = this.firstChild; at !== null; at = this.firstChild) at.remove();
    this.appendChild(new ReadableText(text));
  }

  /** Whoever knows its text has asked for that of all that is below, so that above one who does not nobody knows it. */
  changed(): void {
    this.list = null;
    for (let at: ReadableParent | null = this; at !== null && at.said !== null; at = at.parentNode) {
      at.said = null;
      at.plain = null;
    }
  }

  /** Its text, with one space for white space of any length. */
  get plainText(): string {
    const text = this.textContent;
    this.plain ??= text.trim().replace(/\s{2,}/g, ' ');
    return this.plain;
  }

  appendChild(child: ReadableNode): void {
    child.remove();
    this.changed();
    child.previousSibling = this.lastChild;
    child.parentNode = this;
    if (child instanceof ReadableElement) this.gains(child.names);
    if (this.lastChild) this.lastChild.nextSibling = child;
    else this.firstChild = child;
    this.lastChild = child;
  }

  removeChild(child: ReadableNode): ReadableNode {
    return child.remove();
  }

  replaceChild(added: ReadableNode, old: ReadableNode): ReadableNode {
    added.remove();
    this.changed();
    added.parentNode = this;
    if (added instanceof ReadableElement) this.gains(added.names);
    added.previousSibling = old.previousSibling;
    added.nextSibling = old.nextSibling;
    if (added.previousSibling) added.previousSibling.nextSibling = added;
    else this.firstChild = added;
    if (added.nextSibling) added.nextSibling.previousSibling = added;
    else this.lastChild = added;
    old.parentNode = null;
    old.previousSibling = null;
    old.nextSibling = null;
    return old;
  }

  getElementsByTagName(name: string): ReadableElement[] {
    return this.querySelectorAll(name);
  }

  /** `names`: of elements, with commas between them. */
  querySelectorAll(names: string): ReadableElement[] {
    const wanted = names.toUpperCase().split(',');
    const isAll = names === '*';
    const [only] = wanted;
    const isOne = wanted.length === 1;
    const mask = isAll ? -1 : wanted.reduce((sum, name) => sum | bitOf(name), 0);
    const found: ReadableElement[] = [];
    // From node to node without a call for each, since this is asked for of every element.
    let at: ReadableNode | null = (this.below & mask) === 0 ? null : this.firstChild;
    while (at !== null) {
      let next: ReadableNode | null = null;
      if (at.nodeType === 1) {
        const { tagName, below } = at as ReadableElement;
        if (isAll || (isOne ? tagName === only : wanted.includes(tagName))) found.push(at as ReadableElement);
        if ((below & mask) !== 0) next = at.firstChild;
      }
      for (let up: ReadableNode = at; next === null && up !== this; up = up.parentNode as ReadableNode)
        next = up.nextSibling;
      at = next;
    }
    return found;
  }
}

export class ReadableElement extends ReadableParent {
  override readonly nodeType = 1;
  /** Readability renames elements in their place. */
  localName: string;
  #tagName: string;
  attributes: Attribute[] = [];
  /** No style of a page comes so far. */
  readonly style = { display: '', visibility: '' };

  constructor(name: string) {
    super();
    this.localName = name;
    this.#tagName = name.toUpperCase();
  }

  get tagName(): string {
    return this.#tagName;
  }

  set tagName(name: string) {
    this.#tagName = name;
    this.parentNode?.gains(bitOf(name));
  }

  /** The bits of its own name and of all that are below it. */
  get names(): number {
    return bitOf(this.#tagName) | this.below;
  }

  override get nodeName(): string {
    return this.tagName;
  }

  get nextElementSibling(): ReadableElement | null {
    return elementFrom(this.nextSibling, 'nextSibling');
  }

  get previousElementSibling(): ReadableElement | null {
    return elementFrom(this.previousSibling, 'previousSibling');
  }

  get className(): string {
    return this.getAttribute('class') ?? '';
  }

  set className(value: string) {
    this.setAttribute('class', value);
  }

  get id(): string {
    return this.getAttribute('id') ?? '';
  }

  set id(value: string) {
    this.setAttribute('id', value);
  }

  getAttribute(name: string): string | null {
    for (const attribute of this.attributes) if (attribute.name === name) return attribute.value;
    return null;
  }

  hasAttribute(name: string): boolean {
    return this.getAttribute(name) !== null;
  }

  setAttribute(name: string, value: string): void {
    const known = this.attributes.find((attribute) => attribute.name === name);
    if (known) known.value = value;
    else this.attributes.push(new Attribute(name, value));
  }

  setAttributeNode({ name, value }: Attribute): void {
    this.setAttribute(name, value);
  }

  removeAttribute(name: string): void {
    this.attributes = this.attributes.filter((attribute) => attribute.name !== name);
  }

  /** Readability keeps this of the page and gives it back before it tries again. So it is a copy of the children. */
  get innerHTML(): unknown {
    return this.childNodes.map(copyOf);
  }

  set innerHTML(children: unknown) {
    this.textContent = '';
    this.firstChild?.remove();
    for (const child of children as ReadableNode[]) this.appendChild(copyOf(child));
  }
}

export class ReadableDocument extends ReadableParent {
  override readonly nodeType = 9;
  readonly documentURI = 'about:blank';
  readonly baseURI = 'about:blank';
  readonly title = '';
  readonly documentElement = new ReadableElement('html');
  readonly body = new ReadableElement('body');

  constructor() {
    super();
    this.appendChild(this.documentElement);
    this.documentElement.appendChild(this.body);
  }

  createElement(name: string): ReadableElement {
    return new ReadableElement(name.toLowerCase());
  }

  createTextNode(text: string): ReadableText {
    return new ReadableText(text);
  }

  getElementById(id: string): ReadableElement | null {
    return this.querySelectorAll('*').find((element) => element.id === id) ?? null;
  }
}

function elementFrom(node: ReadableNode | null, step: 'nextSibling' | 'previousSibling'): ReadableElement | null {
  let at = node;
  while (at !== null && !(at instanceof ReadableElement)) at = at[step];
  return at;
}

function copyOf(node: ReadableNode): ReadableNode {
  if (!(node instanceof ReadableElement)) return new ReadableText(node.textContent);
  const copy = new ReadableElement(node.localName);
  copy.attributes = node.attributes.map((attribute) => attribute.cloneNode());
  for (let at = node.firstChild; at !== null; at = at.nextSibling) copy.appendChild(copyOf(at));
  return copy;
}
