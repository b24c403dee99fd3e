/** Time zones as people write them -> minutes east of UTC. */

/** RFC 822 5.1, and those of the rest of the world. A military letter says nothing (RFC 2822 4.3). */
const zones: Record<string, number> = {
  utc: 0,
  gmt: 0,
  ut: 0,
  z: 0,
  wet: 0,
  nst: -210,
  ndt: -150,
  ast: -240,
  adt: -180,
  est: -300,
  edt: -240,
  et: -300,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  akst: -540,
  akdt: -480,
  hst: -600,
  brt: -180,
  art: -180,
  clt: -240,
  clst: -180,
  cot: -300,
  pet: -300,
  bst: 60,
  west: 60,
  cet: 60,
  met: 60,
  mez: 60,
  wat: 60,
  cest: 120,
  mest: 120,
  mesz: 120,
  cat: 120,
  sast: 120,
  eet: 120,
  eest: 180,
  msk: 180,
  trt: 180,
  eat: 180,
  irst: 210,
  gst: 240,
  samt: 240,
  pkt: 300,
  ist: 330,
  npt: 345,
  bdt: 360,
  mmt: 390,
  ict: 420,
  wib: 420,
  hkt: 480,
  sgt: 480,
  myt: 480,
  pht: 480,
  awst: 480,
  wita: 480,
  jst: 540,
  kst: 540,
  wit: 540,
  acst: 570,
  aest: 600,
  acdt: 630,
  aedt: 660,
  nzst: 720,
  nzdt: 780,
};

/** Names that several countries use for different times: by the country of the site. */
const byCountry: Record<string, Record<string, number>> = {
  ist: { IN: 330, IE: 60, IL: 120 },
  cst: { US: -360, CA: -360, MX: -360, CN: 480, TW: 480, CU: -300 },
  bst: { GB: 60, UK: 60, BD: 360 },
  ast: { US: -240, CA: -240, SA: 180, AE: 240, BH: 180, KW: 180, QA: 180, IQ: 180 },
  gst: { AE: 240, OM: 240 },
};
/** No place on earth is further from UTC. */
const furthest = 14 * 60;

/** `EDT`, `CST`. `country`: of the site, in two letters. Null for a name that is none, or of several zones without a country that tells. */
export function zoneMinutes(name: string, country: string | null): number | null {
  const key = name.toLowerCase();
  const several = byCountry[key];
  if (several) return country === null ? null : (several[country] ?? null);
  // Eastern Time, in summer or winter: which of both is not said.
  return key === 'et' ? null : (zones[key] ?? null);
}

/** The same with the likeliest country, as readers of feeds have it: RFC 822 knows `CST` and `EST` as those of America. */
export function likelyZoneMinutes(name: string): number | null {
  return zones[name.toLowerCase()] ?? null;
}

/** `+02:00`, `+0200`, `+2`, `+530`, `-500` -> minutes; null for an offset that no place has. */
export function offsetMinutes(offset: string): number | null {
  const [, sign, digits = '', after] = /^([+\-−–])(\d{1,4})(?::(\d{2}))?$/.exec(offset.trim()) ?? [];
  if (sign === undefined) return null;
  const cut = digits.length > 2 ? digits.length - 2 : digits.length;
  const hours = Number(digits.slice(0, cut));
  const minutes = Number(after ?? (digits.slice(cut) || '0'));
  const all = hours * 60 + minutes;
  if (minutes > 59 || all > furthest || (after !== undefined && digits.length > 2)) return null;
  return sign === '+' ? all : all === 0 ? 0 : -all;
}

/** Minutes -> `+02:00`, or `Z`. */
export function writeOffset(minutes: number): string {
  if (minutes === 0) return 'Z';
  const pad = (n: number) => String(n).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}
