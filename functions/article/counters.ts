/** Which lines of a text only count or tell an age: what changes in them is no edit. Pure. */

/** `Read 1,203 times`, `5 minutes ago`, `12 comments`: a label of few words and a number, or an age, and nothing else. */
const counted =
  /^(?:(?:read|viewed|shared|seen|views?|reads?|hits?|shares?|likes?|comments?|replies|reactions?|votes?|downloads?|subscribers?|visits?|visitors?|clicks?|page ?views?|impressions?|followers?|aufrufe|gelesen|kommentare?|leser|geteilt|klicks?|gefällt mir|vues?|lectures?|commentaires?|partages?|lu|vistas?|visitas?|lecturas?|comentarios?|compartid[oa]s?|visualizações|comentários|letture|visualizzazioni|commenti|condivisioni|weergaven|reacties|gelezen|просмотр\p{L}*|комментари\p{L}*|прочитано|перегляд\p{L}*|görüntülenme|yorum|okunma|阅读|閱讀|浏览|瀏覽|點閱|人氣|人气|点击|點擊|评论|評論|點讚|点赞|转发|分享|閲覧|閲覧数|コメント|조회수?|댓글|추천|lượt xem|bình luận|dibaca|dilihat|komentar)(?:数|數|量|次数|次數|인)?)$/iu;
const unit =
  /^(?:times?|x|mal|fois|veces|vezes|volte|keer|раз|kez|次|回|人|件|people|readers?|users?|persons?|k|m|tsd|mio|万|萬)$/iu;
const age =
  /^(?:(?:updated|published|posted|last updated|aktualisiert|veröffentlicht|mis à jour|actualizado|更新|发布|發佈)[:：]?\s)?(?:(?:about|ca\.?|vor|hace|há|il y a|for|før|för|przed)\s)?(?:\d{1,4}|an?|one|einer?|einem|une?|una?|um|uma)\s?(?:s|m|h|d|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|sekunden?|minuten?|stunden?|std|tage?n?|wochen?|monat(?:en?)?|jahr(?:en)?|secondes?|heures?|jours?|semaines?|mois|ans?|segundos?|minutos?|horas?|días?|dias?|semanas?|mes(?:es)?|secondi|minut[oi]|or[ae]|giorn[io]|settiman[ae]|uur|dagen|dag|секунд\p{L}*|минут\p{L}*|час\p{L}*|д(?:ень|ня|ней)|dakika|saat|gün|秒|分钟|分鐘|分|小时|小時|時間|天|日|周|週間?|个月|個月|초|분|시간|일|phút|giờ|ngày|menit|jam|hari)\.?\s?(?:ago|read|geleden|fa|atrás|sedan|siden|temu|назад|тому|önce|前|전|trước|lalu)?$/iu;
const maxLine = 60;

/** True for a line that is nothing but a label and a number, or an age. A number in a sentence is part of what the sentence says. */
export function isCounter(line: string): boolean {
  const text = line.trim();
  if (text.length === 0 || text.length > maxLine) return false;
  if (age.test(text)) return true;
  if (!/\d/.test(text)) return false;
  const words = text
    .replace(/\d[\d.,'’ \u00a0\u202f]*/g, ' ')
    .split(/[\s:：|·•()[\]+/-]+/)
    .filter((word) => word !== '' && !unit.test(word));
  // Of a name in two words, as `page views`, both are known together.
  return (
    words.length > 0 &&
    words.length <= 4 &&
    (words.every((word) => counted.test(word)) || counted.test(words.join(' ')))
  );
}

/** The text without them, which is what an edit is an edit of. They may stand anywhere, in any number. */
export function withoutCounters(text: string | null): string {
  return (text ?? '')
    .split('\n')
    .filter((line) => !isCounter(line))
    .join('\n');
}
