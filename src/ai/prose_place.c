/* prose_place.c: what stands beside a placeholder: other placeholders, signs, units. */
#include "prose.h"

/* What a model writes for the unit of a figure. Latin words end where their letters end; Korean ones and signs stand
 * right behind the figure or one blank further. */
typedef struct {
  FactUnit unit;
  const char *latin, *korean, *signs;
} UnitWords;

static const UnitWords unit_words[] = {
    {UNIT_WON, "won krw", "원", ""},
    {UNIT_SHARES, "shares share", "주", ""},
    {UNIT_PERCENT, "percent pct", "퍼센트 프로", "%"},
    {UNIT_TIMES, "times x fold", "배", ""},
    {UNIT_SESSIONS, "sessions session", "거래일", ""},
    /* of no fact */
    {UNIT_NONE, "k m b t bn mn tn usd dollars yen euros bps pp permille", "달러 엔 유로 위안", "‰ °"},
};
enum { UNIT_WORDS = sizeof unit_words / sizeof unit_words[0] };

/* Korean syllables that are a unit only where they touch the figure: further on they begin other words. */
static bool is_short_korean(size_t count) { return count == 1; }

typedef enum { BESIDE_NOTHING = 0, BESIDE_OWN, BESIDE_OTHER } Beside;

static bool has_unit_behind(const Prose *prose, size_t at, bool touches, const UnitWords *words) {
  ProseWord word;
  if (prose_match_any(prose, at, words->signs) > 0) return true;
  size_t korean = prose_match_any(prose, at, words->korean);
  if (korean > 0 && (touches || !is_short_korean(korean) || !prose_is_hangul(prose_at(prose, at + korean))))
    return true;
  if (!prose_word(prose, at, &word) || word.begin != at || !prose_word_is(&word, words->latin)) return false;
  return touches || word.end - word.begin > 1;
}

static Beside unit_behind(const Prose *prose, size_t at, FactUnit own) {
  bool touches = true;
  if (prose_at(prose, at) == ' ' || prose_at(prose, at) == '-') {
    touches = false;
    at++;
  }
  for (size_t i = 0; i < UNIT_WORDS; i++) {
    if (!has_unit_behind(prose, at, touches, &unit_words[i])) continue;
    return unit_words[i].unit == own && own != UNIT_NONE ? BESIDE_OWN : BESIDE_OTHER;
  }
  return BESIDE_NOTHING;
}

static bool is_currency(uint32_t c) { return c == '$' || (c >= 0xA2 && c <= 0xA5) || (c >= 0x20A0 && c <= 0x20C0); }

/* "KRW {f1}", "₩{f1}". */
static Beside unit_before(const Prose *prose, size_t at, FactUnit own) {
  ProseWord word;
  if (at == 0) return BESIDE_NOTHING;
  uint32_t c = prose->folded[at - 1];
  if (is_currency(c)) return c == 0x20A9 && own == UNIT_WON ? BESIDE_OWN : BESIDE_OTHER;
  if (c == ' ' && at > 1 && is_currency(prose->folded[at - 2])) return BESIDE_OTHER;
  size_t letter = c == ' ' && at > 1 ? at - 2 : at - 1;
  if (!prose_word(prose, letter, &word)) return BESIDE_NOTHING;
  if (prose_word_is(&word, "usd eur jpy cny")) return BESIDE_OTHER;
  if (!prose_word_is(&word, "krw")) return BESIDE_NOTHING;
  return own == UNIT_WON ? BESIDE_OWN : BESIDE_OTHER;
}

static ProseFault units_fault(const Prose *prose, ProsePlace *place, const Fact *fact) {
  Beside behind = unit_behind(prose, place->folded + 1, fact->unit);
  Beside before = unit_before(prose, place->folded, fact->unit);
  if (fact->value.kind == FACT_TEXT && prose_at(prose, place->folded + 1) != '%') return PROSE_FINE; /* of no unit */
  if (behind == BESIDE_OTHER || before == BESIDE_OTHER) return PROSE_UNIT;
  if (behind == BESIDE_OWN && before == BESIDE_OWN) return PROSE_UNIT; /* "KRW {f1} won" */
  place->has_unit = behind == BESIDE_OWN || before == BESIDE_OWN;
  return PROSE_FINE;
}

static bool is_sign(uint32_t c) {
  return c == '+' || c == '-' || c == 0x2212 || c == 0x2010 || c == 0x2011 || c == 0x2012 || c == 0x2013 || c == 0xB1;
}

/* "minus {f1}" */
static bool is_signed_in_words(const Prose *prose, size_t at) {
  ProseWord word;
  size_t before = prose_before(prose, at);
  if (before >= prose->count) return false;
  if (prose_word(prose, before, &word)) return prose_word_is(&word, "minus plus");
  return (before >= 3 && prose_match(prose, before - 3, "마이너스") > 0) ||
         (before >= 2 && prose_match(prose, before - 2, "플러스") > 0);
}

/* A sign between two words, or figures, is a dash. */
static bool is_signed(const Prose *prose, size_t at) {
  if (is_signed_in_words(prose, at)) return true;
  if (at == 0 || !is_sign(prose->folded[at - 1])) return false;
  return at == 1 || !prose_is_solid(prose->folded[at - 2]);
}

/* Two figures, and nothing but this between them: they would read as one. */
static bool is_joint(uint32_t c) {
  return c == '.' || c == ',' || c == '\'' || c == '_' || c == '^' || c == '*' || c == '`' || c == 0xB7 ||
         c == 0x2019 || c == 0x30FB || c == 0x119E || c == 0x2027 || c == 0x22C5;
}

static bool touches_place(const Prose *prose, size_t at) {
  uint32_t next = prose_at(prose, at + 1);
  return prose_is_place(next) || (is_joint(next) && prose_is_place(prose_at(prose, at + 2)));
}

/* 조차 is "even", 백분 belongs to percentages. */
static bool touches_magnitude(const Prose *prose, size_t at) {
  if (prose_match(prose, at, "조차") > 0) return false;
  return prose_match_any(prose, at, "삼 육 칠 팔 십 백 천 억 조 만원 만배 만주 만퍼센트") > 0;
}

static ProseFault place_fault(const Prose *prose, ProsePlace *place, const FactTable *facts) {
  if (touches_place(prose, place->folded) || touches_magnitude(prose, place->folded + 1)) return PROSE_TOUCHING;
  if (is_signed(prose, place->folded)) return PROSE_SIGN;
  return units_fault(prose, place, &facts->items[place->fact]);
}

/* A % says nothing without a figure of ours before it; nor does a currency's sign without one behind it. */
static bool is_lonely(const Prose *prose, size_t at) {
  uint32_t c = prose->folded[at];
  if (is_currency(c)) return !prose_is_place(prose_at(prose, at + 1));
  if (c != '%' && c != 0x2030 && c != 0x2031 && c != 0x66A && c != 0x609 && c != 0x60A) return false;
  if (at > 0 && prose_is_place(prose->folded[at - 1])) return false;
  return at < 2 || prose->folded[at - 1] != ' ' || !prose_is_place(prose->folded[at - 2]);
}

ProseFault prose_places(Prose *prose, const FactTable *facts) {
  for (size_t at = 0; at < prose->count; at++)
    if (is_lonely(prose, at)) return PROSE_UNIT;
  ProseFault fault = PROSE_FINE;
  for (size_t i = 0; fault == PROSE_FINE && i < prose->place_count; i++)
    fault = place_fault(prose, &prose->places[i], facts);
  return fault;
}
