/* prose.c: reading and folding. */
#include "prose.h"

#include <stdlib.h>
#include <string.h>

#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include <closebell/base/vector.h>

void prose_free(Prose *prose) {
  free(prose->folded);
  free(prose->places);
  *prose = (Prose){0};
}

const char *prose_fault_text(ProseFault fault) {
  switch (fault) {
  case PROSE_DIGIT:
    return "a digit or another number character stands outside a placeholder";
  case PROSE_HAN_NUMERAL:
    return "a Chinese numeral stands outside a placeholder";
  case PROSE_NUMBER_WORD:
    return "a number is written in words; a number comes from a placeholder only";
  case PROSE_PLACEHOLDER:
    return "a placeholder is misspelt, or names no fact; it is { and the id of a fact and }, as they stand in the "
           "facts";
  case PROSE_TOUCHING:
    return "a placeholder touches another placeholder or a number word; a blank or a word has to stand between them";
  case PROSE_SIGN:
    return "a plus or minus stands in front of a placeholder; the figure brings its sign";
  case PROSE_UNIT:
    return "a unit that is not the fact's own stands beside a placeholder, or a % or a currency sign without one; the "
           "figure "
           "brings its unit";
  case PROSE_HIDDEN:
    return "a control, format or otherwise invisible character stands in it";
  case PROSE_SYMBOL:
    return "a symbol that shows a number or letters stands in it";
  case PROSE_LETTER:
    return "a letter stands in it that is neither English nor Korean";
  case PROSE_MARKUP:
    return "markup stands in it: <, > or a character reference";
  case PROSE_LINK:
    return "a link or an address stands in it";
  case PROSE_APART:
    return "a word is written with its letters apart";
  default:
    return "";
  }
}

/* ---- placeholders ---- */

static bool add_place(Prose *prose, size_t begin, size_t end, size_t fact) {
  ProsePlace *places =
      vector_reserve(prose->places, &prose->place_capacity, prose->place_count + 1, sizeof *prose->places);
  if (places == NULL) return false;
  prose->places = places;
  prose->places[prose->place_count++] = (ProsePlace){.begin = begin, .end = end, .fact = fact, .folded = prose->count};
  return true;
}

static bool add_folded(Prose *prose, uint32_t c) {
  uint32_t *folded = vector_reserve(prose->folded, &prose->capacity, prose->count + 1, sizeof *folded);
  if (folded == NULL) return false;
  prose->folded = folded;
  prose->folded[prose->count++] = c;
  return true;
}

/* At a "{": exactly {f12}, where f12 is a fact. */
static ProseFault take_place(Prose *prose, size_t *at, const FactTable *facts) {
  const char *text = prose->text + *at;
  const char *end = memchr(text, '}', prose->length - *at);
  if (end == NULL) return PROSE_PLACEHOLDER;
  const Fact *fact = fact_table_find(facts, text + 1, (size_t)(end - text) - 1);
  if (fact == NULL) return PROSE_PLACEHOLDER;
  size_t index = (size_t)(fact - facts->items), behind = *at + (size_t)(end - text) + 1;
  if (!add_place(prose, *at, behind, index) || !add_folded(prose, PROSE_PLACE + (uint32_t)index))
    return PROSE_NO_MEMORY;
  *at = behind;
  return PROSE_FINE;
}

/* ---- characters ---- */

/* The letter without its marks, where that is one of a to z; else itself. */
static uint32_t fold_letter(uint32_t c) {
  for (ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH]; c >= 0x80;) {
    int count = uc_canonical_decomposition(c, parts);
    if (count <= 0 || parts[0] >= 0x250) break;
    c = parts[0];
  }
  return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Latin letters that look like those of English and are others: ı, ᴛ. */
static bool is_odd_latin(uint32_t c) {
  const uc_script_t *script = c < 0x80 ? NULL : uc_script(c);
  return script != NULL && strcmp(script->name, "Latin") == 0 &&
         uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L);
}

/* Of Korean syllables, which NFKC did not join; one of them serves as a middle dot. */
static bool is_part_of_syllable(uint32_t c) { return c >= 0x1100 && c <= 0x11FF && c != 0x119E; }

static ProseFault check_raw(const char *text, size_t length, bool behind_place) {
  ucs4_t c;
  for (size_t at = 0; at < length;) {
    at += (size_t)u8_mbtouc(&c, (const uint8_t *)text + at, length - at);
    ProseFault fault = prose_character_fault(c);
    if (fault != PROSE_FINE) return fault;
    if (behind_place && uc_is_general_category_withtable(c, UC_CATEGORY_MASK_M)) return PROSE_TOUCHING;
    behind_place = false;
  }
  return PROSE_FINE;
}

/* "tεn": a Greek letter in an English word; μm is a unit of length. */
static bool is_mixed(uint32_t one, uint32_t other) {
  if (prose_is_latin(other)) return one >= 0x370 && one <= 0x3FF && one != 0x3BC;
  return prose_is_latin(one) && other >= 0x370 && other <= 0x3FF && other != 0x3BC;
}

static ProseFault add_normal(Prose *prose, const uint8_t *normal, size_t length) {
  ucs4_t c;
  for (size_t at = 0; at < length;) {
    at += (size_t)u8_mbtouc(&c, normal + at, length - at);
    ProseFault fault = prose_character_fault(c);
    if (fault != PROSE_FINE) return fault;
    if (c == '{' || c == '}') return PROSE_PLACEHOLDER;
    if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_M)) continue; /* marks, and forms of symbols */
    c = fold_letter(c);
    if (is_odd_latin(c) || (prose->count > 0 && is_mixed(prose->folded[prose->count - 1], c))) return PROSE_LETTER;
    if (is_part_of_syllable(c)) return PROSE_APART;
    if (!add_folded(prose, c)) return PROSE_NO_MEMORY;
  }
  return PROSE_FINE;
}

/* A stretch without placeholders. */
static ProseFault take_stretch(Prose *prose, size_t begin, size_t end) {
  size_t length = 0;
  if (end == begin) return PROSE_FINE;
  ProseFault fault = check_raw(prose->text + begin, end - begin, begin > 0);
  if (fault != PROSE_FINE) return fault;
  uint8_t *normal = u8_normalize(UNINORM_NFKC, (const uint8_t *)prose->text + begin, end - begin, NULL, &length);
  if (normal == NULL) return PROSE_NO_MEMORY;
  fault = add_normal(prose, normal, length);
  free(normal);
  return fault;
}

ProseFault prose_read(const char *text, size_t length, const FactTable *facts, Prose *prose) {
  ProseFault fault = PROSE_FINE;
  *prose = (Prose){.text = text, .length = length};
  for (size_t at = 0; fault == PROSE_FINE && at < length;) {
    const char *brace = memchr(text + at, '{', length - at);
    size_t end = brace == NULL ? length : (size_t)(brace - text);
    fault = take_stretch(prose, at, end);
    at = end;
    if (fault == PROSE_FINE && at < length) fault = take_place(prose, &at, facts);
  }
  return fault;
}

/* ---- for the rules ---- */

bool prose_is_solid(uint32_t c) {
  return prose_is_latin(c) || prose_is_hangul(c) || prose_is_place(c) ||
         (c >= 0x80 && uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L));
}

bool prose_is_blank(uint32_t c) { return c == ' ' || c == '\n' || c == 0x2028 || c == 0; }

enum { GAP_MAX = 8 };

static bool ends_sentence(const Prose *prose, size_t at) {
  uint32_t c = prose_at(prose, at);
  if (c == ',' || c == ';' || c == ':') return true;
  return (c == '.' || c == '!' || c == '?') && prose_is_blank(prose_at(prose, at + 1));
}

size_t prose_next(const Prose *prose, size_t at) {
  for (size_t gap = 0; gap <= GAP_MAX && at < prose->count; gap++, at++) {
    if (prose_is_solid(prose_at(prose, at))) return at;
    if (ends_sentence(prose, at)) break;
  }
  return prose->count;
}

size_t prose_before(const Prose *prose, size_t at) {
  for (size_t gap = 0; gap <= GAP_MAX && at > 0; gap++) {
    at--;
    if (prose_is_solid(prose_at(prose, at))) return at;
    if (ends_sentence(prose, at)) break;
  }
  return prose->count;
}

size_t prose_match(const Prose *prose, size_t at, const char *word) {
  size_t bytes = strlen(word), count = 0;
  ucs4_t c;
  for (size_t i = 0; i < bytes; count++) {
    i += (size_t)u8_mbtouc(&c, (const uint8_t *)word + i, bytes - i);
    if (prose_at(prose, at + count) != c) return 0;
  }
  return count;
}

size_t prose_match_any(const Prose *prose, size_t at, const char *words) {
  char word[64];
  size_t longest = 0;
  while (*words != '\0') {
    size_t length = strcspn(words, " ");
    if (length > 0 && length < sizeof word) {
      memcpy(word, words, length);
      word[length] = '\0';
      size_t count = prose_match(prose, at, word);
      if (count > longest) longest = count;
    }
    words += length + (words[length] == ' ');
  }
  return longest;
}

bool prose_word(const Prose *prose, size_t at, ProseWord *ret_word) {
  if (!prose_is_latin(prose_at(prose, at))) return false;
  size_t begin = at, end = at;
  while (begin > 0 && prose_is_latin(prose->folded[begin - 1])) begin--;
  while (prose_is_latin(prose_at(prose, end))) end++;
  *ret_word = (ProseWord){.begin = begin, .end = end};
  if (end - begin >= PROSE_WORD_SIZE) return true;
  for (size_t i = begin; i < end; i++) ret_word->text[i - begin] = (char)prose->folded[i];
  return true;
}

bool prose_word_is(const ProseWord *word, const char *words) {
  size_t length = strlen(word->text);
  for (const char *at = words; length > 0 && (at = strstr(at, word->text)) != NULL; at += length)
    if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0')) return true;
  return false;
}
