/** The settings in words, one row a variable, for docs/settings.md. `test/docs.test.ts` holds the rows to what `readSettings` reads. */

/** `byDefault`: the value that means the same as leaving the variable out; null where there is no such value. */
export type SettingRow = { name: string; byDefault: string | null; takes: string; means: string };

export const settingRows: readonly SettingRow[] = [
  {
    name: 'PORT',
    byDefault: '8080',
    takes: '0 to 65535',
    means: 'The port that the archive listens on. 0 takes any free port. Commands look for a running archive here.',
  },
  {
    name: 'HOST',
    byDefault: '127.0.0.1',
    takes: 'an address of this machine',
    means: 'The address that the archive listens on. On any address that others can reach it asks for keys.',
  },
  {
    name: 'DATA_DIR',
    byDefault: './data',
    takes: 'a folder',
    means:
      'Where the archive keeps everything. The folder is made if it does not exist. npm starts commands in the folder of the clone.',
  },
  {
    name: 'USER_AGENT',
    byDefault: null,
    takes: '1 to 500 printable ASCII characters',
    means:
      'Sent with every fetch. robots.txt rules are matched against its first word. Without it: `Nightdesk/VERSION (news archive; +https://github.com/nightdesk/nightdesk)`.',
  },
  {
    name: 'ROBOTS',
    byDefault: 'obey',
    takes: '`obey`, `ignore`',
    means: '`ignore` fetches pages that robots.txt forbids.',
  },
  {
    name: 'NOARCHIVE',
    byDefault: 'ignore',
    takes: '`ignore`, `obey`',
    means: '`obey` leaves out pages that say `noarchive`, in `X-Robots-Tag` or in a robots meta tag.',
  },
  {
    name: 'HOST_PAUSE_MS',
    byDefault: '1000',
    takes: '0 to 600000',
    means: 'The pause between two fetches from one host, in milliseconds.',
  },
  {
    name: 'PICTURES',
    byDefault: 'story',
    takes: '`off`, `story`, `page`',
    means:
      'What is kept of the looks of pages that people ask for: nothing, or styles, fonts and the pictures of the story, or all of the page. Of what feeds bring nothing is kept, unless a feed says otherwise (`pictures`).',
  },
  {
    name: 'FETCH_PROXY',
    byDefault: null,
    takes: 'an http:// or https:// address',
    means:
      'An HTTP proxy for all fetches. The proxy then looks up host names, and the archive checks only addresses that are written in a URL.',
  },
  {
    name: 'FETCH_ALLOW',
    byDefault: null,
    takes: 'addresses or CIDR blocks, with commas between',
    means:
      'Private addresses that the archive may fetch although it normally refuses them, such as `127.0.0.1`: for your own test sites.',
  },
  {
    name: 'FETCH_CONNECT_TO',
    byDefault: null,
    takes: '`HOST1:PORT1:HOST2:PORT2`, with commas between',
    means: "Connects to HOST2:PORT2 in place of HOST1:PORT1, like curl's `--connect-to`: for tests.",
  },
  {
    name: 'KEYS',
    byDefault: 'unset',
    takes: '`unset`, `required`',
    means: '`required` asks for keys on loopback too.',
  },
  {
    name: 'PUBLIC_URL',
    byDefault: null,
    takes: 'an https:// or http:// address without a path',
    means:
      'The address by which others reach the archive, through a proxy that ends TLS. Links in `/feed.xml` begin with it, and the archive asks for keys, on loopback too. `X-Forwarded-*` headers are not read.',
  },
  {
    name: 'PUBLIC_READ',
    byDefault: 'false',
    takes: '`false`, `true`',
    means: '`true`: reading takes no key, writing still does. It matters only where keys are asked for.',
  },
  {
    name: 'NIGHTDESK_KEY',
    byDefault: null,
    takes: 'a key',
    means: 'The key that commands send to an archive that asks for one.',
  },
  {
    name: 'QUIET',
    byDefault: null,
    takes: 'any text',
    means: 'Any text turns the log lines off.',
  },
];
