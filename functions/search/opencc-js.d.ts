/** The dictionaries of opencc-js that we read: pairs `from to`, parted by `|`. */
declare module 'opencc-js/dict/*' {
  const pairs: string;
  export default pairs;
}
