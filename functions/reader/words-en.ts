/** What the pages say, in English. */
import type { Mark, Source } from '../article/article.ts';
import type { Scope } from '../store/keys.ts';
import { type Html, html, type Part } from './markup.ts';

const s = (n: number, one: string, many = `${one}s`) => (n === 1 ? one : many);

/** After "every": minutes below an hour and a half, hours below a day and a half, then days. */
function span(ms: number): string {
  const [n, unit] =
    ms < 5_400_000 && ms % 3_600_000 !== 0
      ? [Math.max(1, Math.round(ms / 60_000)), 'minute']
      : ms < 129_600_000 && ms % 86_400_000 !== 0
        ? [Math.max(1, Math.round(ms / 3_600_000)), 'hour']
        : [Math.round(ms / 86_400_000), 'day'];
  return n === 1 ? unit : `${n} ${unit}s`;
}

const sized = ({ text, count, unit }: Size): string => `${text} ${s(count, unit)}`;

export const en = {
  // The frame.
  skip: 'Skip to the content',
  nameHome: 'Nightdesk, all stories',
  search: 'Search',
  searchStories: (n: string, _count: number) => `Search ${n} ${s(_count, 'story', 'stories')}`,
  saveShort: 'Save',
  saveRest: '\u00a0a page',
  save: 'Save',
  sections: 'Sections',
  stories: 'Stories',
  edited: 'Edited',
  removed: 'Removed',
  feeds: 'Feeds',
  attention: 'Attention',
  pending: 'pages on their way',
  needYou: 'things need you',
  sum: (stories: string, n: number, sites: string, m: number) =>
    `${stories} ${s(n, 'story', 'stories')} from ${sites} ${s(m, 'site')}.`,
  timesAre: (zone: string) => (zone === 'UTC' ? 'Times are UTC.' : `Times are yours (${zone}).`),
  keys: 'Keys',
  keyboard: 'Keyboard',
  version: 'Version',
  signIn: 'Sign in',
  signOut: 'Sign out',
  appearance: 'Appearance',
  system: 'System',
  light: 'Light',
  dark: 'Dark',
  keep: 'Keep',
  comma: ', ',
  stop: '.',
  and: ' and ',
  or: 'or',
  copy: 'Copy',
  copied: 'Copied',
  open: 'Open',
  print: 'Print',
  more: 'More',

  // Lists.
  filter: 'Filter',
  done: 'Done',
  only: 'Only',
  sites: 'Sites',
  moreThan: 'More than ',
  allSites: (n: number) => `All ${n} sites`,
  languages: 'Languages',
  yourTags: 'Your tags',
  dates: 'Dates',
  from: 'From',
  to: 'To',
  show: 'Show',
  kindStory: 'Stories',
  kindWall: 'Walls: log-in, payment, consent',
  kindError: 'Error pages',
  kindIndex: 'Lists of stories',
  kindStub: 'Too short for a story',
  isWall: 'a wall in place of the story',
  isError: 'an error page',
  isIndex: 'a list of stories',
  hasNoText: 'no text',
  isPdf: 'a PDF',
  isPicture: 'a picture',
  onlyInEarlier: 'said only in an earlier version',
  removedBy: (date: string) => `removed by ${date}`,
  editedTimes: (n: number) => (n === 1 ? 'edited once' : n === 2 ? 'edited twice' : `edited ${n} times`),
  nStories: (n: string, count: number) => `${n} ${s(count, 'story', 'stories')}`,
  storiesOn: (n: number, weekday: string) => `${s(n, 'story', 'stories')} on ${weekday}`,
  nEdited: (n: string) => `${n} edited since`,
  nRemoved: (n: string) => `${n} removed`,
  removedSince: 'removed since',
  storiesNewest: 'Stories, newest first',
  storiesFound: 'Stories found',
  nothingHere: 'There is nothing here.',
  moreFrom: (n: number, day: string) =>
    `${n} more from ${day === 'Today' || day === 'Yesterday' ? day.toLowerCase() : day}`,
  olderDays: 'Older days',
  today: 'Today',
  yesterday: 'Yesterday',
  newestFirst: 'Newest first',
  oldestFirst: 'Oldest first',
  savedLast: 'Saved last',
  follow: 'Follow',
  feedOfThis: 'A feed of this list',
  feedHelp: 'Give this address to any feed reader. Stories that match turn up there when they are saved.',
  partial: 'The list may be incomplete.',
  partialHelp:
    'One piece of the index is damaged. The stories themselves are safe; whoever runs the archive can mend it with',

  // Search.
  understood: 'How the search was understood',
  leaveOut: 'Leave this out',
  says: 'says',
  saysNot: 'does not say',
  not: 'not',
  queryFields: {
    title: 'in the headline',
    author: 'by',
    site: 'on',
    feed: 'from the feed',
    lang: 'language',
    tag: 'tag',
    kind: 'kind',
    before: 'before',
    after: 'after',
    edited: 'edited',
    removed: 'removed',
  } as Record<string, string>,
  filterNames: { site: 'on', feed: 'from the feed', lang: 'language', tag: 'tag', kind: 'kind' },
  onDay: 'on',
  since: 'since',
  until: 'until',
  notEdited: 'Not edited',
  notRemoved: 'Not removed',
  noEffect: (what: Html): Part => [what, ' cannot be read, so it has no effect.'],
  foundAll: (n: string, count: number, words: Part): Part => [`${n} ${s(count, 'story says', 'stories say')} `, words],
  foundSome: (words: Part): Part => ['Stories that say ', words],
  foundNone: (words: Part): Part => ['No story says ', words],
  // By filters and words to leave out alone.
  foundCount: (n: string, count: number) => `${n} ${s(count, 'story', 'stories')} found`,
  foundNothing: 'No story was found',
  wouldFind: (n: string, count: number, q: Html): Part => [`${n} ${s(count, 'says', 'say')} `, q],
  tryOther: 'Try fewer words, the beginning of a word with a star (strik*), or another spelling.',
  badQuery: 'This search cannot be read',
  queryProblem: (detail: string) => `${detail[0]?.toUpperCase() ?? ''}${detail.slice(1)}.`,
  searchWithout: 'Search without the quotation marks',

  // An archive without stories.
  emptyTitle: 'Nothing is archived yet',
  emptyIntro:
    'Begin with one of these. Whatever you save is kept as the site served it, can be searched at once, and is looked at again for a week to see whether it was edited or taken down.',
  emptySave: 'Save a story',
  emptyAddress: 'Its address',
  emptyFollow: 'Follow a paper',
  emptyPaper: 'Its front page or feed',
  findFeeds: 'Find its feeds',
  emptyBring: 'Bring what you have',
  emptyFiles: 'Bookmarks, OPML, WARC, saved pages',
  bringIn: 'Bring in',

  // A story.
  thisStory: 'This story',
  aboutStory: 'About this story',
  story: 'Story',
  whatChanged: (n: number) => (n > 0 ? `What changed (${n})` : 'What changed'),
  pageAsItWas: 'Page as it was',
  by: 'By ',
  savedOn: (saved: Html): Part => ['Saved ', saved],
  publishedSaved: (published: Html, saved: Html): Part => ['Published ', published, '. Saved ', saved],
  goneFromSite: 'The site has taken this story down.',
  goneDetail: (seen: Html, missing: Html): Part => [
    'Last seen ',
    seen,
    ', first missing ',
    missing,
    '. What was saved stays.',
  ],
  missingHelp: 'The page was kept as it was served.',
  sendFromBrowser: 'Send it from your browser',
  notNewest: 'This is not the newest version.',
  asOf: (moment: Html): Part => ['It is as the page stood on ', moment, '.'],
  toNewest: 'Go to the newest',
  editedSince: (n: number) =>
    n === 1
      ? 'Edited once since it was first saved.'
      : n === 2
        ? 'Edited twice since it was first saved.'
        : `Edited ${n} times since it was first saved.`,
  newestOf: (moment: Html): Part => [
    'This is the newest version, of ',
    moment,
    '. Paragraphs marked ~ are not as they were first.',
  ],
  paragraphChanged: 'This paragraph was changed: compare',
  storyEnds: (moment: string, size: Size) => `The story ends here, as saved on ${moment}. ${sized(size)}.`,
  versions: 'Versions',
  lookAgain: 'Look again now',
  readingThis: 'You are reading this one.',
  compare: 'Compare',
  newsTypes: { opinion: 'Opinion', live: 'Live', gallery: 'Pictures', video: 'Video' },
  forSubscribers: 'for subscribers of the site',
  firstSaved: 'First saved',
  bookmarkedOn: (moment: Part) => ['In the bookmarks since ', moment, '.'],
  lookUnchanged: 'Unchanged',
  looksUnchanged: (n: number) => `Unchanged, at ${n} looks`,
  lookVersion: 'A version',
  lookPart: (n: number) => `Page ${n} of the story`,
  pageGone: 'The page is gone',
  earlierLooks: 'Earlier looks',
  changed: ({ isRetitled, isReworded, words, unit }: ChangedText) => {
    const what = isRetitled ? (isReworded ? 'Headline and text' : 'Headline') : isReworded ? 'Text' : 'Unchanged';
    const size = words === 0 ? '' : `, ${Math.abs(words)} ${s(Math.abs(words), unit)} ${words > 0 ? 'more' : 'fewer'}`;
    return `${what}${isReworded ? size : ''}.`;
  },
  marks: {
    shrunk: 'The page held less than before; the text stays.',
    replaced: 'Another story stood there; the text stays.',
    moved: 'The address led elsewhere; the text stays.',
    part: 'A further page of the story',
    truncated: 'The page broke off; the text stays.',
  } as Record<Mark, string>,
  sources: {
    fetch: '',
    submitted: ', sent from a browser',
    document: ', from a document',
    warc: ', from a WARC',
    feed: ', as the feed had it',
  } as Record<Source, string>,
  whereItWas: 'Where it was',
  originalAt: (moment: string) => `Original, seen ${moment}`,
  originalGone: (moment: string) => `Original, gone since ${moment}`,
  permanentLink: 'Permanent link',
  copyLink: 'Copy the link',
  onlyThisMachine: 'Only this machine opens this link. To show the story to somebody else, send it as',
  oneFile: 'one file',
  oneFileHtml: 'HTML, one file',
  cite: 'Cite',
  citation: ({ names, title, site, published, archived, url, archive, digest }: Citation): Html =>
    html`${names ? [names, ', '] : null}“${title}”, ${site}, ${published}, as it stood on ${archived}, ${url}. Archived at ${archive}, ${digest}`,
  download: 'Download',
  document: 'Document of the git archives',
  storedPage: 'The page as it was served',
  yours: 'Yours',
  addTag: 'Add a tag',
  add: 'Add',
  dropTag: (tag: string) => `Take away the tag ${tag}`,
  correctNote: 'Correct, note',
  headline: 'Headline',
  published: 'Published',
  note: 'Note',
  asThePageSays: 'As the page says',
  remove: 'Remove from the archive',
  removeHelp: 'The story is hidden at once and deleted after a day. Until then it can be undone.',
  removeNow: 'Remove',
  removedNow: 'Removed from the archive.',
  deletedAt: (moment: string) => `It is deleted for good on ${moment}.`,
  undo: 'Undo',
  keyAgain: 'Admin key',
  needsScope: (scope: string) => `This takes a key of scope ${scope}.`,

  // What changed.
  inStory: (title: Html, site: Html): Part => ['In ', title, ', ', site, '.'],
  oneVersion: 'There is one version so far, so there is nothing to compare.',
  aboutComparison: 'About this comparison',
  howToRead: 'How to read it',
  struck: 'struck through',
  stoodBefore: 'stood there before',
  underlined: 'underlined',
  standsNow: 'stands there now',
  same: 'same',
  opens: 'opens',
  changesOfStory: 'Changes of this story',
  share: 'Share',
  changeSummary: (c: ChangeSummary) => {
    const what = [
      c.isRetitled ? 'The headline' : '',
      c.isReworded
        ? `${c.isRetitled ? '' : 'In the text '}${c.changed} of ${c.paragraphs} ${c.paragraphs === '1' ? 'paragraph' : 'paragraphs'}`
        : '',
    ].filter(Boolean);
    if (what.length === 0) return 'Nothing that is read has changed.';
    return `${what.join(' and ')}: ${c.wordsIn} ${c.wordsIn === '1' ? c.unit : `${c.unit}s`} came in, ${c.wordsOut} went out.`;
  },
  before: 'Before',
  after: 'After',
  changeBefore: '‹ Change before',
  changeNext: 'Next change ›',
  was: 'was',
  now: 'now',
  editedMark: 'edited',
  cutMark: 'cut',
  addedMark: 'added',
  noTexts: 'Neither version has a text.',
  sameParagraphs: (n: number, size: Size, isLast: boolean) =>
    `${n} ${s(n, 'paragraph')}${isLast && n > 1 ? ' to the end' : ''}, ${sized(size)}`,
  shownHere: 'Shown here.',

  // Saving.
  saveTitle: 'Save pages',
  addresses: 'Addresses',
  addressesHint: 'Paste one address, many, or any text with addresses in it',
  tags: 'Tags',
  tagsHint: 'Separated by commas',
  files: 'Or bring files: bookmarks, OPML, saved pages, WARC, Markdown, lists of Pocket or Instapaper',
  noAddress: 'There is no address in this. An address looks like https://paper.example/story.',
  tooMany: (most: number) => `At most ${most} addresses at a time; the rest is still here.`,
  doneOf: (n: string, of: string) => `${n} of ${of} done`,
  allDone: (n: string, count: number) => `${n} ${s(count, 'page')} done`,
  mayLeave: 'You may leave this page; the archive goes on.',
  stateSaved: 'Saved.',
  wordsFrom: (size: Size, site: Html): Part => [`${sized(size)}, `, site],
  stateEdited: 'Edited',
  editedKept: 'since it was saved before. Both versions are kept.',
  stateUnchanged: 'Unchanged',
  unchangedKept: 'since it was saved before. Nothing new to keep.',
  stateNoStory: 'Saved, but it holds no story.',
  noStoryHelp: 'The page may be put together by scripts in the browser, which the archive does not run.',
  stateWall: 'Saved, but it is a wall.',
  wallHelp: 'If you can read the story, your browser can send it.',
  seeSaved: 'See what was saved',
  stateFailed: 'Not saved.',
  stateGone: 'The site has taken it down.',
  copyStays: 'The copy in the archive stays.',
  stateWaiting: 'Waiting.',
  waitingTurn: 'Its turn comes soon; each site is asked politely, one page at a time.',
  waitingUntil: (moment: string) => `The next attempt is at ${moment}.`,
  stateFetching: 'Fetching',
  notAddress: 'Not the address of a web page.',
  tryAgain: 'Try again',
  tryAllAgain: 'Try all again',
  wayback: 'Look in the Wayback Machine',
  otherWays: 'Other ways to save',
  oneClick: 'Save in one click',
  oneClickHelp:
    'Drag this to your bookmarks bar. On a page that you read, press it: this archive opens with the page, and saves it when you say so.',
  bookmark: 'Save to Nightdesk',
  browserSend: 'Send it from your browser',
  browserHelp: 'For pages behind a log-in, with pictures: install SingleFile, then in its options',
  browserSteps: (url: Html, file: Html, address: Html): Part[] => [
    'choose “upload to a REST Form API”',
    ['URL: ', url],
    'authorization token: a key of scope write',
    ['field names: ', file, ' and ', address],
  ],
  terminal: 'From a terminal',
  again: 'Save more',
  unknownProblem: 'The archive could not save it.',
  problems: {} as Record<string, string>,

  // Ledgers.
  editedTitle: 'Edited after they were saved',
  editedIntro:
    'A story is looked at again after an hour, six hours, a day and a week, and each version that differs is kept. The times say when an edit was found.',
  latestEdits: 'the latest edits first',
  noEdits: (n: string, count: number) =>
    count === 0 ? 'There are no stories yet.' : `None of the ${n} ${s(count, 'story', 'stories')} was edited so far.`,
  editsAsFeed: 'Edited stories, as a feed',
  removalsAsFeed: 'Removed stories, as a feed',
  allAsFeed: 'All stories, as a feed',
  removedTitle: 'Removed by their sites',
  removedIntro:
    'Stories that could be read once and can no longer be read where they were. Somewhere between the two times of a row the site took it down. The copies here stay.',
  noneRemoved: 'No story was found missing so far.',
  lastSeen: 'Last seen',
  firstMissing: 'First missing',
  kept: 'Kept',
  siteSays: 'The site says',
  siteAnswers: { 'not-found': 'not found', gone: 'gone for good', home: 'leads to the front page' },
  correctedHere: (said: Html): Part => ['The headline was corrected in this archive. The page says ', said, '.'],
  wasGone: (from: Html, to: Html): Part => [
    'The site had taken this story down: missing on ',
    from,
    ', back by ',
    to,
    '.',
  ],
  later: (ms: number) =>
    ms < 60_000
      ? ''
      : ms < 7_200_000
        ? `${Math.round(ms / 60_000)} minutes later`
        : ms < 172_800_000
          ? `${Math.round(ms / 3_600_000)} hours later`
          : `${Math.round(ms / 86_400_000)} days later`,
  nVersions: (n: number) => `${n} ${s(n, 'version')}`,

  // Feeds.
  noFeeds:
    'No feed is followed yet. Give a paper’s front page, and the archive finds its feed and saves each new story.',
  feedsIntro: (n: string, count: number) =>
    `${n} ${s(count, 'feed is', 'feeds are')} followed. Each new story is saved and looked at again for a week.`,
  followSite: 'Follow a site',
  followNow: 'Follow',
  followHelp: 'Its front page or its feed; the archive looks for the feed itself.',
  inTrouble: 'In trouble',
  quiet: 'Quiet',
  asUsual: 'As usual',
  paused: 'Paused',
  moreFeeds: 'There are more feeds; the API lists all of them.',
  lists: 'Lists',
  downloadOpml: 'Download as OPML',
  bringOpml: 'Bring an OPML file',
  followArchive: 'Follow the archive',
  brought: (n: string, count: number) => `${n} ${s(count, 'story', 'stories')}`,
  goOn: 'Go on',
  lookNow: 'Look now',
  pause: 'Pause',
  settings: 'Settings',
  lookEvery: 'Look every',
  feedName: 'Name',
  stopFollowing: 'Stop following',
  lookedAt: (ms: number) => `Looked at every ${span(ms)}.`,
  span: (ms: number) => span(ms),
  pausedSince: (moment: string) => `Paused since ${moment}.`,
  storiesStay: 'Its stories stay.',
  failedTimes: (n: number) => (n === 1 ? 'Failed once.' : `Failed ${n} times in a row.`),
  ended: (moment: string) => `Ended on ${moment}.`,
  lastWell: (moment: string) => `It last answered well on ${moment}.`,
  quietSince: (moment: string) => `Nothing new since ${moment}.`,
  usualGap: (ms: number) => `Usually there is something every ${span(Math.max(ms, 3_600_000))}.`,
  storiesADay: (n: string) => `They bring about ${n} a day.`,
  thisWeek: (n: string, count: number) => (count === 0 ? 'none this week' : `${n} this week`),
  otherFeeds: (n: number) => `${n} more ${s(n, 'feed', 'feeds')} on its page`,
  followToo: 'Follow this one too',
  noOthers: 'Never mind the others',
  quietHelp: 'The feed itself answers well, so the paper may have moved it.',
  willTryAgain: 'The archive tries again by itself.',
  lookingForFeed: 'Looking for its feed.',
  asUsualNow: 'As usual.',
  lastNew: (moment: string) => `Last new story: ${moment}.`,

  // Attention.
  nothingNeedsYou: 'Nothing needs you',
  thingsNeedYou: (n: number) => `${n} ${s(n, 'thing needs', 'things need')} you`,
  attentionIntro:
    'What the archive could not do by itself. What mends itself, such as a site that is slow today, is not listed here.',
  withoutStory: 'Saved, but without a story',
  notSaved: 'Not saved',
  waitsLong: 'Waiting for long',
  feedsInTrouble: 'Feeds in trouble',
  dismiss: 'Dismiss',
  newestOnly: 'Only the newest captures are looked at.',
  kinds: 'Kinds',
  dismissed: 'Dismissed',
  dismissedCount: (n: number) => `${n} ${s(n, 'thing')} of the last 30 days`,

  // Keys.
  keysIntro:
    'A key is what programs send, and what people sign in with. The archive keeps only its hash, so it is shown once.',
  keyMade: 'A new key. Copy it now; it is not shown again.',
  noKeys: 'There are no keys yet.',
  makeKey: 'Make a key',
  keyName: 'For whom or what',
  mayDo: 'May',
  scopes: { read: 'Read', write: 'Read and write', admin: 'Everything' } as Record<Scope, string>,
  madeOn: (moment: Html): Part => ['Made ', moment, '.'],
  neverUsed: 'Never used.',
  lastUsed: (moment: Html): Part => ['Last used ', moment, '.'],
  revokedOn: (moment: Html): Part => ['Revoked ', moment, '.'],
  revoke: 'Revoke',
  revokeNow: 'Revoke for good',

  // The page as it was.
  servedBy: (site: Html, moment: Html): Part => ['As ', site, ' served it on ', moment, '.'],
  scriptsOff: 'Scripts are off.',
  missingProof: 'What is missing, and proof',
  siteAnswered: (status: number) => `The site answered ${status}.`,
  nothingBeside:
    'The archive keeps what the server sent as the page. Of this one, pictures and styles of other addresses are not kept. Videos, frames and scripts are not shown.',
  keptBeside: (parts: number, missing: number) =>
    `Beside the page ${parts === 1 ? '1 picture, style or font is' : `${parts} pictures, styles and fonts are`} kept${missing === 0 ? '' : `, and ${missing} could not be had`}. Videos, frames and scripts are not shown.`,
  tooLargeToShow: 'Some are so large, or named so often, that the page shows an empty place for them.',
  whatIsMissing: 'What is missing, and why',
  digestChecked: 'The stored bytes were read just now and have this digest:',
  digestWrong: 'The stored bytes do not have the digest that was noted when they were saved:',
  downloadBytes: 'Download the bytes',
  openOriginal: 'Open the original',
  frameTitle: (site: string, moment: string) => `The page as ${site} served it on ${moment}`,
  noPage: 'The bytes of this page are not here.',
  isFile: (type: string) => `This is a file and no web page (${type}). Download it to see it.`,
  isDocument: 'This was imported as a document; there is no page to show.',
  leaving: 'This page is not in the archive',
  leavingHelp: 'The link leads out of the archive:',
  saveIt: 'Save it',
  openIt: 'Open it on its site',

  // Files that are brought.
  filesTitle: 'What became of the files',
  fileKept: (n: number) => `${n} kept`,
  fileQueued: (n: number) => `${n} ${s(n, 'address', 'addresses')} on their way`,
  fileFeeds: (n: number) => `${n} ${s(n, 'feed')} followed`,
  fileSkipped: (n: number) => `${n} left out`,
  fileUnknown: 'This is no file that the archive can read.',
  fileNoUrl:
    'The page does not say its address, so nobody could find it again. Save it with SingleFile, or from the bookmark button.',
  watchThem: 'Watch them come in',

  // The window of the bookmark button. The names are those that the script says.
  window: {
    bad: 'This is no address.',
    'cut-off': 'The page has let go of this window, so only its address is saved.',
    often: 'This site has opened many windows in a minute. Press Save to save this page.',
    'too-large': 'The page is too large to send, so only its address is saved.',
    sending: 'Sending…',
    saved: 'Saved:',
    waiting: 'The archive is fetching it.',
    failed: 'Not saved.',
    'signed-out': 'You were signed out. Sign in in another tab, then press Save again.',
    unreachable: 'The archive cannot be reached. Press Save again when it is back.',
  } as Record<string, string>,
  savePage: 'Save this page',
  alwaysHere: 'Always for this site',
  forget: 'No longer',

  // Errors.
  signedOut: 'You were signed out.',
  typedStays: 'What you typed is still here. Sign in in another tab, then send this again.',
  busy: 'Busy.',
  busyHelp: (seconds: string) => `The archive has as much to do as it can. Try again in ${seconds} seconds.`,
  notFound: 'There is no such page',
  notFoundHelp: 'The address may be mistyped.',
  unknownStory: 'There is no such story',
  takenDown: 'This story was taken down',
  wasRemoved: 'This story was removed',
  mayNot: 'This key may not do that',
  signInOther: 'Sign in with another key',
  failed: 'Something went wrong',
  failedHelp: 'Nothing that was archived is affected. The log of the archive says more.',
  back: 'Back',
  allStories: 'All stories',
  notReachable: 'Not reachable.',
  notReachableHelp: 'What you see is as it was. Trying again.',

  // The door.
  private: 'This archive is private',
  welcome: 'Sign in',
  key: 'Key',
  keyHelp: (code: Html): Part => ['It begins with ', code, '. Whoever runs the archive can make one for you.'],
  wrongKey: 'This archive has no such key. Was all of it pasted?',
  revokedKey: 'This key was revoked.',
  stay: 'You stay signed in on this browser for 30 days, or until you sign out.',
  needsHttps:
    'Signing in needs https: this address is http, and a browser keeps no sign-in there. Open the archive by its https address.',
  noKeyNeeded: 'Nobody has to sign in here: whoever reaches this archive may use it.',

  // The keyboard.
  keysOf: [
    ['/', 'search'],
    ['↓', 'in the search: to the first story'],
    ['j k', 'next, previous story'],
    ['o', 'open'],
    ['v', 'original'],
    ['p', 'page as it was'],
    ['c', 'what changed'],
    ['[ ]', 'older, newer version'],
    ['t', 'tag'],
    ['s', 'look again now'],
    ['a', 'save a page'],
    ['g h', 'stories'],
    ['g c', 'edited'],
    ['g r', 'removed'],
    ['g f', 'feeds'],
    ['g t', 'attention'],
    ['?', 'these keys'],
    ['Esc', 'back, close'],
  ] as [string, string][],
};

export type Words = typeof en;
export type Citation = {
  names: Part;
  title: Html;
  site: Html;
  published: string;
  archived: string;
  url: string;
  archive: string;
  digest: Html;
};
/** How long a text is. `text`: the count as it is written. */
export type Size = { text: string; count: number; unit: 'word' | 'character' };

/** `words`: how many more there are, or fewer. */
export type ChangedText = { isRetitled: boolean; isReworded: boolean; words: number; unit: Size['unit'] };

export type ChangeSummary = {
  isRetitled: boolean;
  isReworded: boolean;
  changed: string;
  paragraphs: string;
  wordsIn: string;
  wordsOut: string;
  unit: Size['unit'];
};
