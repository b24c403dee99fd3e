/** `3 hours ago`, `vor zwei Tagen`, `昨天`: a time that is told against the moment of reading -> ISO 8601. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const units: [RegExp, number][] = [
  [/^(?:seconds?|secs?|sekunden?|segundos?|secondes?|secondi|seconden|sekunder|saniye|секунд\p{L}*|秒|초)/iu, 1000],
  [
    /^(?:minutes?|mins?|m|minuten?|minutos?|minuti|minut\p{L}*|dakika|минут\p{L}*|хвилин\p{L}*|分钟|分鐘|分|분|phút|menit|นาที)/iu,
    minute,
  ],
  [
    /^(?:hours?|hrs?|h|stunden?|std|horas?|heures?|ore|ora|uur|uren|timer|timmar|godzin\p{L}*|saat|часов|часа|час|годин\p{L}*|小时|小時|時間|시간|giờ|jam|ชั่วโมง)/iu,
    hour,
  ],
  [
    /^(?:days?|d|tage?n?|días?|dias?|jours?|giorn[io]|dagen|dag|dager|dagar|dni|gün|дней|дня|день|дні|天|日|일|ngày|hari|วัน)/iu,
    day,
  ],
  [
    /^(?:weeks?|wochen?|semanas?|semaines?|settiman[ae]|weken|week|uker|veckor|tygodni\p{L}*|hafta|недел\p{L}*|周|週|週間|주|tuần|minggu)/iu,
    7 * day,
  ],
];
const before =
  /(?:^|[^\p{L}\d])(?:vor|hace|há|il y a|przed|før|för)\s+(\d{1,3}|einer?|einem|una?|um|uma|une?)\s*(\p{L}+)/iu;
const after =
  /(?:^|[^\p{L}\d])(\d{1,3}|an?|one)\s?(\p{L}+?)\s*(?:ago\b|fa\b|atrás|geleden|sedan|siden|sitten|temu|önce|назад|тому|lalu|trước|ที่แล้ว|前|전)/iu;
const cjk = /(\d{1,3})\s?(秒|分钟|分鐘|分|小时|小時|時間|天|日|周|週間|週)前/u;
const words: [RegExp, number][] = [
  [
    /^(?:today|heute|hoy|hoje|oggi|aujourd['’]hui|vandaag|i dag|idag|dziś|dzisiaj|bugün|сегодня|сьогодні|今天|今日|오늘|hôm nay|hari ini)(?![\p{L}\d])/iu,
    0,
  ],
  [
    /^(?:yesterday|gestern|ayer|ontem|ieri|hier|gisteren|i går|igår|wczoraj|dün|вчера|вчора|昨天|昨日|어제|hôm qua|kemarin)(?![\p{L}\d])/iu,
    1,
  ],
];

/** Null for a text that tells no such time. What is told in days or more gives a day. */
export function relativeTime(text: string, capturedAtMs: number): string | null {
  const short = text.slice(0, 120).trim();
  const found = cjk.exec(short) ?? before.exec(short) ?? after.exec(short);
  if (found) {
    const count = /^\d/.test(found[1] ?? '') ? Number(found[1]) : 1;
    const unit = units.find(([name]) => name.test(found[2] ?? ''))?.[1];
    if (unit === undefined) return null;
    const iso = new Date(capturedAtMs - count * unit).toISOString();
    return unit < day ? `${iso.slice(0, 16)}:00Z` : iso.slice(0, 10);
  }
  const said = words.find(([word]) => word.test(short.replace(/^[\p{L} ]{2,12}:\s*/u, '')))?.[1];
  return said === undefined ? null : new Date(capturedAtMs - said * day).toISOString().slice(0, 10);
}
