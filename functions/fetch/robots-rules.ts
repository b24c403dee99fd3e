/** The text of a robots.txt -> the rules in it that are for one agent. Pure; what rules mean is left to robots-match.ts. */

/** A longer rule names no path that a URL could have, but takes long to match. */
const maxRuleLength = 2000;
/** Each is matched against each URL, and the bytes that are read of a file have room for 40,000. */
const maxRules = 5000;

/**
 * The groups of the agent (RFC 9309 2.2.1), or else those for everybody, as one group for everybody; empty when there are
 * none. Comments, other agents' rules and whatever is no rule are left out: of some files that is nearly all. So are rules
 * after the first 5,000. `Crawl-delay`, which is in no RFC and in many files, is kept as its first line.
 */
export function rulesFor(text: string, agent: string): string {
  const token = plain(agent);
  const own: string[] = [];
  const everybody: string[] = [];
  const delays: { own?: string; everybody?: string } = {};
  let hasOwn = false;
  let forUs = false;
  let forEverybody = false;
  let inAgents = false;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [, key = '', value = ''] = /^\s*([\w-]+)\s*:(.*)$/.exec(line.replace(/#.*/, '')) ?? [];
    if (key === '') continue;
    const name = key.toLowerCase();
    if (name === 'user-agent') {
      forUs = (inAgents && forUs) || plain(value) === token;
      forEverybody = (inAgents && forEverybody) || plain(value) === '*';
    }
    inAgents = name === 'user-agent';
    if (name === 'crawl-delay' && /^\d{1,6}(\.\d{1,6})?$/.test(value.trim())) {
      if (forUs) delays.own ??= value.trim();
      if (forEverybody) delays.everybody ??= value.trim();
    }
    if (name !== 'allow' && name !== 'disallow') continue;
    const rule = value.trim().length <= maxRuleLength ? [`${name}: ${value.trim()}`] : [];
    if (forUs) {
      hasOwn = true;
      own.push(...rule);
    }
    if (forEverybody) everybody.push(...rule);
  }
  const delay = delays.own ?? (hasOwn ? undefined : delays.everybody);
  const rules = [
    ...(delay === undefined ? [] : [`crawl-delay: ${delay}`]),
    ...(hasOwn ? own : everybody).slice(0, maxRules),
  ];
  return rules.length === 0 ? '' : ['user-agent: *', ...rules, ''].join('\n');
}

/** How long the rules ask to wait between two requests, in milliseconds; 0 when they do not say. */
export function crawlDelayMs(rules: string): number {
  return Number(/^crawl-delay: (.+)$/m.exec(rules)?.[1] ?? 0) * 1000;
}

/** A product token without its version; case does not matter. */
function plain(agent: string): string {
  return agent.toLowerCase().split('/', 1)[0]?.trim() ?? '';
}
