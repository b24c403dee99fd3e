/** A story of our own that tests of extraction build their pages of. */
export const title = 'Harbour gets a second crane';
export const paragraphs = [
  'The harbour board bought a second crane on Tuesday, after the first one had stood still for most of the winter.',
  'It comes from a shipyard that closes at the end of the year, and was paid with what the town had saved for a new quay.',
  'Skippers had asked for it since the fire, because they wait for two days and more until their boats are lifted out.',
  'The board wants to hear the neighbours before it decides at which hours of the day both cranes may work side by side.',
  'Until then the old crane stays where it is, since its foundation would have to be made anew at the other end of the quay.',
];
