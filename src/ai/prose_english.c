/* prose_english.c: numbers in English words.
 *
 * Refused: any number word in front of a unit or beside a placeholder; from eleven on, and two number words together,
 * anywhere; fractions, multiples (twice, doubled, tenfold), ratios (two for one), a value at the end of a clause (beta
 * above one), Roman numerals in front of a unit. Words all the same: one, first, second, third
 * and such; "two companies", where what is counted is no unit; "one day", "one point"; the terms "twelve months" and
 * "fifty-two week", which say what a field is. */
#include "prose.h"

#include <string.h>

static const char small_words[] = "one two three four five six seven eight nine ten";
static const char large_words[] = "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty "
                                  "thirty forty fourty fifty sixty seventy eighty ninety hundred thousand million "
                                  "billion trillion quadrillion dozen dozens";
static const char vague_words[] = "hundreds thousands millions billions trillions tens scores";
static const char unit_words[] =
    "percent percents percentage percentages pct permille pp bp bps basis points won krw dollar dollars usd cent cents "
    "yen yuan euro euros share shares time times fold folds day days week weeks month months year years quarter "
    "quarters "
    "session sessions decade decades hour hours minutes halves thirds fourths fifths sixths sevenths eighths ninths "
    "tenths hundredths thousandths sigma sigmas deviation deviations multiple multiples digit digits point percentile";
/* "one" in front of these is an article. */
static const char single_units[] = "time times day week month year quarter session share hour point decade";
/* May stand between a number and its unit. */
static const char fillers[] = "korean whole full consecutive straight trading more additional successive standard per "
                              "further calendar business of a";
static const char parts[] = "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth hundredth thousandth "
                            "twentieth fortieth quarter half";
static const char large_ordinals[] =
    "eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth "
    "nineteenth twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth "
    "ninetieth hundredth thousandth millionth twenties thirties forties "
    "fifties sixties seventies eighties nineties teens";
static const char ordinals[] = "first second third fourth fifth sixth seventh eighth ninth tenth";
/* But March and May, which are words. */
static const char months[] = "january february april june july august september october november december";
static const char multiples[] = "twice thrice doubled doubles doubling tripled triples tripling trebled quadrupled "
                                "quadruples quadrupling quintupled halved halves halving";

static bool is_number(const ProseWord *word) {
  return prose_word_is(word, small_words) || prose_word_is(word, large_words) ||
         prose_word_is(word, "zero nil nought naught");
}

/* The word behind `at`, of Latin letters. */
static bool next_word(const Prose *prose, size_t at, ProseWord *ret_word) {
  size_t next = prose_next(prose, at);
  return next < prose->count && prose_word(prose, next, ret_word);
}

static bool word_before(const Prose *prose, size_t at, ProseWord *ret_word) {
  size_t before = prose_before(prose, at);
  return before < prose->count && prose_word(prose, before, ret_word);
}

/* The unit behind a number, a filler or two between them. */
static bool find_unit(const Prose *prose, size_t at, ProseWord *ret_unit) {
  ProseWord word;
  for (int i = 0; i < 3 && next_word(prose, at, &word); i++) {
    if (prose_word_is(&word, unit_words)) {
      *ret_unit = word;
      return true;
    }
    if (!prose_word_is(&word, fillers)) return false;
    at = word.end;
  }
  return false;
}

/* Korean units behind an English number: "three 배"; not "DL 주가", "ICD 배당". */
static bool has_korean_unit(const Prose *prose, size_t at) {
  size_t next = prose_next(prose, at);
  if (next >= prose->count) return false;
  size_t length = prose_match_any(prose, next, "퍼센트 프로 원 배 주 포인트 달러 년 개월 거래일 분기");
  if (length != 1 || !prose_is_hangul(prose_at(prose, next + 1))) return length > 0;
  return prose_match_any(prose, next + 1, "로 를 는 은 을 에 간 째 의 만 도 이 연 동 넘 까 쯤 씩 나 와 과") > 0;
}

/* ---- runs of number words ---- */

typedef struct {
  ProseWord first, second, last;
  int count;
  bool has_large;
} Run;

static void take(Run *run, const ProseWord *word) {
  if (run->count == 0) run->first = *word;
  if (run->count == 1) run->second = *word;
  run->last = *word;
  run->count++;
  run->has_large = run->has_large || prose_word_is(word, large_words);
}

static void read_run(const Prose *prose, const ProseWord *first, Run *ret_run) {
  ProseWord word;
  *ret_run = (Run){0};
  take(ret_run, first);
  while (next_word(prose, ret_run->last.end, &word)) {
    if (prose_word_is(&word, "and point") && !next_word(prose, word.end, &word)) return;
    if (!is_number(&word) || word.begin <= ret_run->last.begin) return;
    take(ret_run, &word);
  }
}

static bool is_term(const Prose *prose, const Run *run) {
  ProseWord word;
  if (!next_word(prose, run->last.end, &word)) return false;
  if (run->count == 1 && prose_word_is(&run->first, "twelve")) return prose_word_is(&word, "month months");
  return run->count == 2 && prose_word_is(&run->first, "fifty") && prose_word_is(&run->second, "two") &&
         prose_word_is(&word, "week weeks");
}

/* "no one won", "each one points down": a verb. */
static bool is_verb(const Prose *prose, const Run *run, const ProseWord *unit) {
  ProseWord before;
  return prose_word_is(unit, "won points") && prose_word_is(&run->first, "one") &&
         word_before(prose, run->first.begin, &before) &&
         prose_word_is(&before, "no any every each the this that which neither");
}

/* "the two shares": stocks. */
static bool is_counted_stock(const Prose *prose, const Run *run, const ProseWord *unit) {
  ProseWord before;
  return prose_word_is(unit, "shares") && prose_word_is(&run->first, "two three") &&
         word_before(prose, run->first.begin, &before) && prose_word_is(&before, "the these those both all");
}

static bool is_part(const Prose *prose, const Run *run) {
  ProseWord word, after;
  if (!next_word(prose, run->last.end, &word) || !prose_word_is(&word, parts)) return false;
  return !prose_word_is(&word, "quarter") || (next_word(prose, word.end, &after) && prose_word_is(&after, "of"));
}

/* "one in ten", "two to one"; not "two in one", "one to one". */
static bool is_ratio(const Prose *prose, const Run *run) {
  ProseWord word, second;
  if (!next_word(prose, run->last.end, &word)) return false;
  if (prose_word_is(&word, "stock share company session day") && !next_word(prose, word.end, &word)) return false;
  bool is_out_of = prose_word_is(&word, "out") && next_word(prose, word.end, &word) && prose_word_is(&word, "of");
  if ((!is_out_of && !prose_word_is(&word, "in to for")) || !next_word(prose, word.end, &second) || !is_number(&second))
    return false;
  return !prose_word_is(&second, "one") || (!prose_word_is(&run->last, "one") && !prose_word_is(&word, "in"));
}

/* "Q three"; "beta above one", "a P/E of ten" at the end of a clause. */
static bool is_value(const Prose *prose, const Run *run) {
  ProseWord before, metric;
  if (!word_before(prose, run->first.begin, &before)) return false;
  if (prose_word_is(&before, "q h fy")) return true;
  if (prose_next(prose, run->last.end) < prose->count || prose_word_is(&run->first, "zero nil")) return false;
  if (prose_word_is(&before, "above below under over exceeds")) return true;
  return !prose_word_is(&run->first, "one") && prose_word_is(&before, "of at is was near around") &&
         word_before(prose, before.begin, &metric) &&
         prose_word_is(&metric, "rank rating score grade beta e per pbr b roe ratio multiple rsi book margin yield");
}

/* A placeholder beside it, and no more than a blank between: they would read as one figure. */
static bool is_beside_place(const Prose *prose, const Run *run) {
  size_t begin = run->first.begin, end = run->last.end;
  if (prose_word_is(&run->first, "one")) return false;
  return (begin > 1 && prose->folded[begin - 1] == ' ' && prose_is_place(prose->folded[begin - 2])) ||
         (prose_at(prose, end) == ' ' && prose_is_place(prose_at(prose, end + 1)));
}

static ProseFault run_fault(const Prose *prose, const ProseWord *first, size_t *ret_end) {
  Run run;
  ProseWord unit;
  read_run(prose, first, &run);
  *ret_end = run.last.end;
  if (is_term(prose, &run)) return PROSE_FINE;
  if (run.has_large || run.count > 1) return PROSE_NUMBER_WORD;
  if (has_korean_unit(prose, run.last.end) || is_part(prose, &run)) return PROSE_NUMBER_WORD;
  if (is_beside_place(prose, &run)) return PROSE_TOUCHING;
  if (is_ratio(prose, &run) || is_value(prose, &run)) return PROSE_NUMBER_WORD;
  if (word_before(prose, run.first.begin, &unit) && prose_word_is(&unit, "krw usd eur jpy cny"))
    return PROSE_NUMBER_WORD;
  if (!find_unit(prose, run.last.end, &unit)) return PROSE_FINE;
  if (prose_word_is(&run.first, "one") && prose_word_is(&unit, single_units)) return PROSE_FINE;
  if (is_verb(prose, &run, &unit) || is_counted_stock(prose, &run, &unit)) return PROSE_FINE;
  return PROSE_NUMBER_WORD;
}

/* ---- other words that say how many ---- */

/* "first half", "half-year", "better half" */
static bool is_half_a_number(const Prose *prose, const ProseWord *word) {
  ProseWord beside;
  if (next_word(prose, word->end, &beside) && prose_word_is(&beside, "year yearly hearted baked way time"))
    return false;
  return !word_before(prose, word->begin, &beside) ||
         !prose_word_is(&beside, "first second other better latter former last early late upper lower");
}

static bool is_double_a_number(const Prose *prose, const ProseWord *word) {
  ProseWord beside;
  return next_word(prose, word->end, &beside) &&
         prose_word_is(&beside, "the its their his that this those these of what digit digits");
}

static bool is_vague_a_number(const Prose *prose, const ProseWord *word) {
  ProseWord unit;
  return find_unit(prose, word->end, &unit);
}

static bool is_ordinal_a_number(const Prose *prose, const ProseWord *word) {
  ProseWord beside;
  if (next_word(prose, word->end, &beside) && prose_word_is(&beside, "percentile percentiles decile quartile quintile"))
    return true;
  if (word_before(prose, word->begin, &beside) && prose_word_is(&beside, months)) return true;
  /* "a third of" */
  return prose_word_is(word, parts) && next_word(prose, word->end, &beside) && prose_word_is(&beside, "of") &&
         word_before(prose, word->begin, &beside) && prose_word_is(&beside, "a about nearly almost over roughly");
}

/* "a few percent", "a couple of won"; "a few points" and "several times" are words. */
static bool is_few_a_number(const Prose *prose, const ProseWord *word) {
  ProseWord unit, before;
  if (prose_word_is(word, "few") &&
      (!word_before(prose, word->begin, &before) || !prose_word_is(&before, "a the last")))
    return false; /* "Few won." */
  return find_unit(prose, word->end, &unit) &&
         prose_word_is(&unit, "percent pct won krw dollars bps fold basis percentage");
}

/* "third", "quarter" behind "a" and before "of" are parts. */
static bool is_quarter_a_number(const Prose *prose, const ProseWord *word) {
  return prose_word_is(word, "quarter") && is_ordinal_a_number(prose, word);
}

/* Number words run together, a unit perhaps behind them: "thirtypercent", "twentyfive", "tenfold". */
static size_t longest_piece(const char *text, const char *words) {
  size_t longest = 0;
  for (const char *at = words; *at != '\0'; at += strspn(at, " ")) {
    size_t length = strcspn(at, " ");
    if (length > longest && strncmp(text, at, length) == 0) longest = length;
    at += length;
  }
  return longest;
}

static bool is_run_together(const ProseWord *word) {
  const char *rest = word->text;
  int numbers = 0;
  for (size_t length; *rest != '\0'; rest += length) {
    length = longest_piece(rest, large_words);
    if (length == 0) length = longest_piece(rest, small_words);
    if (length == 0) break;
    numbers++;
  }
  if (numbers == 0 || rest == word->text) return false;
  if (*rest == '\0') return numbers > 1;
  return strcmp(word->text, "onetime") != 0 && strlen(rest) == longest_piece(rest, unit_words);
}

/* ---- Roman numerals ---- */

/* Behind one decimal place of a Roman numeral. */
static const char *roman_place(const char *at, char one, char five, char ten) {
  if (at[0] == one && (at[1] == five || at[1] == ten)) return at + 2;
  if (*at == five) at++;
  for (int i = 0; i < 3 && *at == one; i++) at++;
  return at;
}

static bool is_of_small_letters(const ProseWord *word) { return word->text[strspn(word->text, "ivx")] == '\0'; }

/* Any word of I, V and X; larger letters only in a numeral's order: DXVX is a company. */
static bool is_roman(const ProseWord *word) {
  if (*word->text == '\0') return false;
  if (is_of_small_letters(word)) return true;
  const char *at = word->text + strspn(word->text, "m");
  at = roman_place(at, 'c', 'd', 'm');
  at = roman_place(at, 'x', 'l', 'c');
  return *roman_place(at, 'i', 'v', 'x') == '\0';
}

/* In front of a unit; and long ones of small and large letters anywhere, which are no abbreviation: XLVII. */
static bool is_roman_number(const Prose *prose, const ProseWord *word) {
  ProseWord unit;
  size_t length = strlen(word->text);
  bool is_name = word->begin > 0 && prose_is_hangul(prose->folded[word->begin - 1]); /* a company's that ends in DX */
  if (!is_roman(word) || (is_name && !is_of_small_letters(word))) return false;
  if (length >= 4 && strpbrk(word->text, "iv") != NULL && strpbrk(word->text, "xlc") != NULL &&
      !prose_word_is(word, "civil livid vivid civic mild mimic"))
    return true;
  if (has_korean_unit(prose, word->end)) return true;
  return length > 1 && !prose_word_is(word, "mix mid did dim ill mill") && find_unit(prose, word->end, &unit) &&
         !(prose_word_is(word, "dl dx lx") && prose_word_is(&unit, "share shares")) && /* names */
         (prose_word_is(word, "ii iii iv") || !prose_word_is(&unit, "won basis point points quarter quarters"));
}

/* ---- all ---- */

static bool says_how_many(const Prose *prose, const ProseWord *word) {
  ProseWord before;
  if (prose_word_is(word, multiples))
    return !prose_word_is(word, "twice") || !word_before(prose, word->begin, &before) ||
           !prose_word_is(&before, "think");
  if (prose_word_is(word, "half")) return is_half_a_number(prose, word);
  if (prose_word_is(word, "double triple treble")) return is_double_a_number(prose, word);
  if (prose_word_is(word, "few several couple pair")) return is_few_a_number(prose, word);
  if (prose_word_is(word, "single"))
    return next_word(prose, word->end, &before) && prose_word_is(&before, "digit digits");
  if (prose_word_is(word, vague_words)) return is_vague_a_number(prose, word);
  if (prose_word_is(word, large_ordinals)) return true;
  if (prose_word_is(word, ordinals)) return is_ordinal_a_number(prose, word);
  return is_quarter_a_number(prose, word) || is_run_together(word) || is_roman_number(prose, word);
}

/* "th-ir-ty", "t h i r t y": four or more letters apart. */
static bool is_apart(const Prose *prose, const ProseWord *word) {
  ProseWord next = *word;
  int apart = 0;
  while (next.end - next.begin == 1 && ++apart < 4)
    if (!next_word(prose, next.end, &next)) return false;
  return apart >= 4;
}

/* "thir-ty": the two halves of one word. */
static bool is_torn(const Prose *prose, const ProseWord *word) {
  ProseWord next, whole = *word;
  size_t length = strlen(word->text);
  if (prose_at(prose, word->end) != '-' || !prose_word(prose, word->end + 1, &next) || is_number(word)) return false;
  if (length == 0 || *next.text == '\0' || length + strlen(next.text) >= PROSE_WORD_SIZE) return false;
  strcpy(whole.text + length, next.text);
  return prose_word_is(&whole, large_words) || prose_word_is(&whole, small_words);
}

ProseFault prose_english_numbers(const Prose *prose) {
  ProseFault fault = PROSE_FINE;
  ProseWord word;
  for (size_t at = 0; fault == PROSE_FINE && at < prose->count; at++) {
    if (!prose_word(prose, at, &word)) continue;
    at = word.end;
    if (is_apart(prose, &word)) return PROSE_APART;
    if (is_number(&word))
      fault = run_fault(prose, &word, &at);
    else if (is_torn(prose, &word) || says_how_many(prose, &word))
      fault = PROSE_NUMBER_WORD;
  }
  return fault;
}
