/** The arguments of `nightdesk search`, as a shell hands them over -> `q`. */
import { fieldWords } from '../search/query-language.ts';
import { fieldAt, negationAt } from '../search/query-text.ts';

/** The shell has taken the quotes off what was one word to it: several words in one argument were a phrase, if they are no query. */
export function typedQuery(args: string[]): string {
  return args.map(asTyped).join(' ');
}

function asTyped(argument: string): string {
  if (!/\s/.test(argument) || isQuery(argument)) return argument;
  const dash = negationAt(argument, 0);
  return `${argument.slice(0, dash)}"${argument.slice(dash)}"`;
}

/** Whether a part of it means more than its words: quotes, brackets, operators, `tag:` and the like, or a dash before any but the first word. */
function isQuery(argument: string): boolean {
  if (/["()]|\s(?:OR|AND)\s|(?:^|\s)NOT\s/.test(argument)) return true;
  return [...argument.matchAll(/(?<!\S)\S/g)].some(({ index }) => {
    const dash = negationAt(argument, index);
    // Neither a number below zero nor a dash between words leaves anything out.
    const isLeftOut = dash > 0 && index > 0 && !/^[-\d]/.test(argument.slice(index + dash));
    return isLeftOut || fieldAt(argument, index + dash, fieldWords) !== null;
  });
}
