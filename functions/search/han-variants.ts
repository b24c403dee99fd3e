/**
 * Han characters that stand for each other in writing -> one of them: traditional and simplified, and the variants of
 * Taiwan and Hong Kong (裏, 裡 and 里 alike). Single characters only: what a character folds to must not depend on its
 * neighbours, or a query would fold otherwise than the text around it. So 乾 and 干 are alike too; no query distinguishes them.
 */
import hongKong from 'opencc-js/dict/HKVariants';
import simplified from 'opencc-js/dict/TSCharacters';
import taiwan from 'opencc-js/dict/TWVariants';

let made: ReadonlyMap<string, string> | undefined;

/**
 * The character that stands for a class of variants; characters that stand for themselves are not in it. Made when it is first
 * asked for: that takes 20 ms, which a Lambda that answers no search need not wait for.
 */
export function hanVariants(): ReadonlyMap<string, string> {
  made ??= classes();
  return made;
}

function classes(): Map<string, string> {
  const parent = new Map<string, string>();
  const find = (character: string): string => {
    let root = character;
    for (let next = parent.get(root); next !== undefined; next = parent.get(root)) root = next;
    return root;
  };
  for (const dictionary of [simplified, taiwan, hongKong]) {
    for (const pair of dictionary.split('|')) {
      const [from = '', to = ''] = pair.split(' ');
      const [a, b] = [find(from), find(to)];
      if (a !== b) parent.set(a, b);
    }
  }
  return new Map([...parent.keys()].map((character) => [character, find(character)]));
}
