/** The language of a text without a page, by its commonest words. */
import { expect, test } from 'vitest';
import { languageOfWords } from '../../functions/extract/metadata/stopwords.ts';

const repeat = (text: string) => `${text} `.repeat(4);

test.each([
  {
    lang: 'en',
    text: 'The council said on Thursday that it was not for the mayor to decide, and that the plan for the bridge is one of many.',
  },
  {
    lang: 'de',
    text: 'Der Rat sagte am Donnerstag, dass es nicht die Sache des Bürgermeisters ist und dass der Plan für die Brücke einer von vielen ist.',
  },
  {
    lang: 'fr',
    text: 'Le conseil a dit jeudi que ce ne sont pas les maires qui décident et que le plan pour le pont est un des plans de la ville.',
  },
  {
    lang: 'es',
    text: 'El consejo dijo el jueves que no es el alcalde quien decide y que el plan para el puente es uno de los muchos que se han hecho.',
  },
  {
    lang: 'it',
    text: 'Il consiglio ha detto che non è il sindaco a decidere e che il piano per il ponte è uno dei tanti che sono stati fatti nella città.',
  },
  {
    lang: 'ru',
    text: 'Совет сказал в четверг, что это не дело мэра и что план по мосту один из многих, но он же и самый дорогой из всех.',
  },
  {
    lang: null,
    text: 'Lorem ipsum dolor sit amet consectetur adipiscing elit sed eiusmod tempor incididunt labore magna aliqua',
  },
  { lang: null, text: '' },
])('$lang', ({ lang, text }) => {
  expect(languageOfWords(repeat(text))).toBe(lang);
});

test('too little text is of no language', () => {
  expect(languageOfWords('The council said that it was so.')).toBeNull();
});
