/* prose.h: one text of an answer, read and folded, so that rules look at what a reader sees.
 *
 * Folded: NFKC, small letters, marks taken off Latin letters; a placeholder is one character of its own. Private to
 * this folder. */
#ifndef CLOSEBELL_AI_PROSE_INTERNAL_H
#define CLOSEBELL_AI_PROSE_INTERNAL_H

#include <closebell/ai/fact.h>

/* Above every code point: PROSE_PLACE + the fact's index in the table. */
#define PROSE_PLACE UINT32_C(0x110000)

typedef enum {
  PROSE_FINE = 0,
  PROSE_NO_MEMORY,
  PROSE_DIGIT,
  PROSE_HAN_NUMERAL,
  PROSE_NUMBER_WORD,
  PROSE_PLACEHOLDER,
  PROSE_TOUCHING,
  PROSE_SIGN,
  PROSE_UNIT,
  PROSE_HIDDEN,
  PROSE_SYMBOL,
  PROSE_LETTER,
  PROSE_MARKUP,
  PROSE_LINK,
  PROSE_APART
} ProseFault;
/* Why a text is refused, in words. It quotes nothing. */
const char *prose_fault_text(ProseFault fault);

/* A placeholder in the text as it was written. */
typedef struct {
  size_t begin, end; /* bytes: of "{" and behind "}" */
  size_t fact;       /* index in the table */
  size_t folded;     /* its place among the folded characters */
  bool has_unit;     /* the prose writes the fact's own unit beside it: it is printed bare */
} ProsePlace;

typedef struct {
  const char *text; /* lent */
  size_t length;
  uint32_t *folded; /* owned */
  size_t count, capacity;
  ProsePlace *places; /* owned, in order */
  size_t place_count, place_capacity;
} Prose;

/* Reads a text, which is UTF-8: placeholders, and every character that may not stand in prose. Zero-initialise;
 * prose_free in any case. */
ProseFault prose_read(const char *text, size_t length, const FactTable *facts, Prose *prose);
void prose_free(Prose *prose);

/* What may not stand in prose, whatever its neighbours are. */
ProseFault prose_character_fault(uint32_t c);

/* The rules over folded characters. */
ProseFault prose_links(const Prose *prose);
ProseFault prose_places(Prose *prose, const FactTable *facts); /* signs, neighbours, units; sets has_unit */
ProseFault prose_english_numbers(const Prose *prose);
ProseFault prose_korean_numbers(const Prose *prose);

/* ---- for the rules ---- */

static inline uint32_t prose_at(const Prose *prose, size_t at) { return at < prose->count ? prose->folded[at] : 0; }
static inline bool prose_is_latin(uint32_t c) { return c >= 'a' && c <= 'z'; }
static inline bool prose_is_hangul(uint32_t c) { return c >= 0xAC00 && c <= 0xD7A3; }
static inline bool prose_is_place(uint32_t c) { return c >= PROSE_PLACE; }
/* A letter of any script, or a placeholder. */
bool prose_is_solid(uint32_t c);
bool prose_is_blank(uint32_t c);

/* The next letter or placeholder from `at` on, a few other characters further on at most, and not behind the end of a
 * sentence or a comma; prose->count: none is that near. */
size_t prose_next(const Prose *prose, size_t at);
/* The last one before `at`, likewise; prose->count: none. */
size_t prose_before(const Prose *prose, size_t at);

/* The folded text has `word` (UTF-8, folded) at `at`. Returns how many characters it has, or 0. */
size_t prose_match(const Prose *prose, size_t at, const char *word);
/* The longest of the blank-separated words that stands at `at`, or 0. */
size_t prose_match_any(const Prose *prose, size_t at, const char *words);

/* The word of Latin letters that begins or goes on at `at`. */
enum { PROSE_WORD_SIZE = 24 };
typedef struct {
  char text[PROSE_WORD_SIZE]; /* "" when it is longer */
  size_t begin, end;
} ProseWord;
bool prose_word(const Prose *prose, size_t at, ProseWord *ret_word);
/* The word is one of the blank-separated ones. */
bool prose_word_is(const ProseWord *word, const char *words);

#endif
