/** Conditions and changes of items as data -> DynamoDB's expressions, each attribute and value by a number. Pure. */

/** All of these together. A comparison with an attribute that is not there does not hold. */
export type Condition = {
  /** No item is there, or one is. */
  absent?: boolean;
  is?: Record<string, unknown>;
  /** Attributes that the item must not have. */
  lacks?: string[];
  below?: Record<string, number>;
  atMost?: Record<string, number>;
  above?: Record<string, number>;
  /** At least one of these, beside all of the above. */
  either?: Condition[];
};

export type Change = {
  set?: Record<string, unknown>;
  /** To a number, or elements to a set; what is not there begins with nothing. */
  add?: Record<string, number | Set<number>>;
  /** Elements from a set. */
  take?: Record<string, Set<number>>;
  remove?: string[];
};

export type Expression = { text: string; names: Record<string, string>; values: Record<string, unknown> };

/** The parts of one request share names and values. */
export function makeExpressions() {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};

  function nameOf(attribute: string): string {
    const name = `#${attribute}`;
    names[name] = attribute;
    return name;
  }

  function placeOf(value: unknown): string {
    const name = `:${Object.keys(values).length}`;
    values[name] = value;
    return name;
  }

  const compared = (operator: string, wanted: Record<string, unknown> = {}) =>
    Object.entries(wanted).map(([attribute, value]) => `${nameOf(attribute)} ${operator} ${placeOf(value)}`);

  function condition({ absent, is, lacks = [], below, atMost, above, either }: Condition): string {
    const parts = [
      ...(absent === undefined ? [] : [`attribute_${absent ? 'not_' : ''}exists(pk)`]),
      ...compared('=', is),
      ...lacks.map((attribute) => `attribute_not_exists(${nameOf(attribute)})`),
      ...compared('<', below),
      ...compared('<=', atMost),
      ...compared('>', above),
    ];
    if (!either) return parts.join(' AND ');
    // AND binds before OR, and DynamoDB refuses parentheses that change nothing.
    const one = either.map(condition).join(' OR ');
    return [...parts, parts.length > 0 && either.length > 1 ? `(${one})` : one].join(' AND ');
  }

  function change({ set = {}, add = {}, take = {}, remove = [] }: Change): string {
    const pairs = (wanted: Record<string, unknown>) =>
      Object.entries(wanted).map(([attribute, value]) => `${nameOf(attribute)} ${placeOf(value)}`);
    const clauses: [string, string[]][] = [
      ['SET', compared('=', set)],
      ['ADD', pairs(add)],
      ['DELETE', pairs(take)],
      ['REMOVE', remove.map(nameOf)],
    ];
    return clauses.flatMap(([verb, parts]) => (parts.length > 0 ? [`${verb} ${parts.join(', ')}`] : [])).join(' ');
  }

  return { condition, change, names, values };
}
