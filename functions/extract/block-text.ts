/** A tree of HTML -> its whole text, one line a block: for bodies that hold a story and nothing else. */
import { type AnyNode, isTag, isText, type ParentNode } from 'domhandler';
import { maxTextLength } from './text-limit.ts';

/** Elements before and after which a line ends. */
export const blocks = new Set(
  `p div section article main h1 h2 h3 h4 h5 h6 li ul ol dl dt dd blockquote pre table tr td th header figure hr center
   address tbody details summary`.split(/\s+/),
);

/** Null when there is no text. An empty line in text that stands in no element parts two paragraphs, as in Markdown. */
export function blockText(root: ParentNode): string | null {
  const lines: string[] = [];
  let line = '';
  let length = 0;
  const flush = () => {
    const text = line.replace(/\s+/g, ' ').trim();
    line = '';
    if (text === '' || length >= maxTextLength) return;
    lines.push(text);
    length += text.length + 1;
  };
  const visit = (nodes: AnyNode[], isTop: boolean): void => {
    for (const node of nodes) {
      if (isText(node)) {
        const [first = '', ...others] = isTop ? node.data.split(/\n[ \t]*\n/) : [node.data];
        line += first;
        for (const other of others) {
          flush();
          line = other;
        }
      } else if (isTag(node)) {
        const isBlock = node.name === 'br' || blocks.has(node.name);
        if (isBlock) flush();
        visit(node.children, false);
        if (isBlock) flush();
      }
    }
  };
  visit(root.children, true);
  flush();
  return lines.length > 0 ? lines.join('\n').slice(0, maxTextLength) : null;
}
