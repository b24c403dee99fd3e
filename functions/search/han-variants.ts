/**
 * Han characters that stand for each other in writing -> one of them: traditional and simplified, the variants of Taiwan and Hong
 * Kong (裏, 裡 and 里 alike), the old and new forms of Japan (國 and 国, 邊 and 辺), and forms that live on in names (髙, 﨑). Single characters only: what a character folds to must not depend on its
 * neighbours, or a query would fold otherwise than the text around it. So 乾 and 干 are alike too; no query distinguishes them.
 */
import hongKong from 'opencc-js/dict/HKVariants';
import japanese from 'opencc-js/dict/JPShinjitaiCharacters';
import simplified from 'opencc-js/dict/TSCharacters';
import taiwan from 'opencc-js/dict/TWVariants';

/** Forms of names in Japan, and popular ones, that the dictionaries do not have: the first is the usual one. */
const inNames =
  '高髙|崎﨑嵜碕|浜濵濱|辺邉邊|徳德|斉齊|斎齋|島嶋嶌|峰峯|広廣|真眞|恵惠|清淸|黒黑|館舘|富冨|宮宫|曽曾|渕淵渊|桑桒|柳栁|梅楳|崇崈|横橫|栄榮|静靜|翠翆|舩船|橋槗|柿杮|涼凉|桧檜|靭靱|煉鍊';

const made = new Map<1 | 2, ReadonlyMap<string, string>>();

/**
 * The character that stands for a class of variants; characters that stand for themselves are not in it. Made when it is first
 * asked for: that takes 20 ms, which a Lambda that answers no search need not wait for. `version`: of the terms; 1 knew nothing of Japan.
 */
export function hanVariants(version: 1 | 2 = 2): ReadonlyMap<string, string> {
  const known = made.get(version) ?? classes(version);
  made.set(version, known);
  return known;
}

function classes(version: 1 | 2): Map<string, string> {
  const parent = new Map<string, string>();
  const find = (character: string): string => {
    let root = character;
    for (let next = parent.get(root); next !== undefined; next = parent.get(root)) root = next;
    return root;
  };
  const join = (one: string, other: string) => {
    const [a, b] = [find(one), find(other)];
    if (a !== b) parent.set(a, b);
  };
  for (const dictionary of [simplified, taiwan, hongKong, ...(version === 1 ? [] : [japanese])]) {
    for (const pair of dictionary.split('|')) {
      const [from = '', to = '', ...more] = pair.split(' ');
      for (const other of version === 1 ? [to] : [to, ...more]) join(from, other);
    }
  }
  if (version > 1) {
    for (const names of inNames.split('|')) {
      const [usual = '', ...others] = names;
      for (const other of others) join(other, usual);
    }
  }
  return new Map([...parent.keys()].map((character) => [character, find(character)]));
}
