/** The text of a robots.txt -> the rules in it that are for one agent. Pure; what rules mean is left to the parser. */

/** A longer rule names no path that a URL could have, but takes long to match. */
const maxRuleLength = 2000;

/**
 * The groups of the agent (RFC 9309 2.2.1), or else those for everybody, as one group for everybody; empty when there are
 * none. Comments, other agents' rules and whatever is no rule are left out: of some files that is nearly all.
 */
export function rulesFor(text: string, agent: string): string {
  const token = plain(agent);
  const own: string[] = [];
  const everybody: string[] = [];
  let hasOwn = false;
  let agents: string[] = [];
  let inAgents = false;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [, key = '', value = ''] = /^\s*([\w-]+)\s*:(.*)$/.exec(line.replace(/#.*/, '')) ?? [];
    if (key === '') continue;
    const name = key.toLowerCase();
    if (name === 'user-agent') agents = inAgents ? [...agents, plain(value)] : [plain(value)];
    inAgents = name === 'user-agent';
    if (name !== 'allow' && name !== 'disallow') continue;
    const rule = value.trim().length <= maxRuleLength ? [`${name}: ${value.trim()}`] : [];
    if (agents.includes(token)) {
      hasOwn = true;
      own.push(...rule);
    }
    if (agents.includes('*')) everybody.push(...rule);
  }
  const rules = hasOwn ? own : everybody;
  return rules.length === 0 ? '' : ['user-agent: *', ...rules, ''].join('\n');
}

/** A product token without its version; case does not matter. */
function plain(agent: string): string {
  return agent.toLowerCase().split('/', 1)[0]?.trim() ?? '';
}
