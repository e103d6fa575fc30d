#include <closebell/market/name_search.h>

#include <stdint.h>
#include <string.h>

#include <closebell/base/text.h>

enum { MAX_LETTERS = NAME_WANTED_SIZE, NO_MATCH = INT32_MAX };

/* A name as it is compared. */
typedef struct {
  uint32_t letters[MAX_LETTERS];
  size_t count;
} Letters;

/* ---- letters ---- */

/* Never reads behind the end, whatever the bytes are. */
static uint32_t next_letter(const char **text) {
  const unsigned char *at = (const unsigned char *)*text;
  size_t more = at[0] < 0xC0 ? 0 : at[0] < 0xE0 ? 1 : at[0] < 0xF0 ? 2 : 3;
  uint32_t letter = more == 0 ? at[0] : at[0] & (0x3Fu >> more);
  *text += 1;
  for (; more > 0 && ((unsigned char)**text & 0xC0u) == 0x80; more--, ++*text)
    letter = letter << 6 | ((unsigned char)**text & 0x3Fu);
  return letter;
}

/* Unicode, chapter 3.12: a leading consonant and a vowel make a syllable, and a trailing consonant joins it. */
static bool join_hangul(uint32_t *last, uint32_t letter) {
  enum { SYLLABLES = 0xAC00, LEADS = 0x1100, VOWELS = 0x1161, TAILS = 0x11A7 };
  enum { LEAD_COUNT = 19, VOWEL_COUNT = 21, TAIL_COUNT = 28, COUNT = LEAD_COUNT * VOWEL_COUNT * TAIL_COUNT };
  uint32_t lead = *last - LEADS, vowel = letter - VOWELS, syllable = *last - SYLLABLES, tail = letter - TAILS;
  if (lead < LEAD_COUNT && vowel < VOWEL_COUNT)
    *last = SYLLABLES + (lead * VOWEL_COUNT + vowel) * TAIL_COUNT;
  else if (syllable < COUNT && syllable % TAIL_COUNT == 0 && tail > 0 && tail < TAIL_COUNT)
    *last += tail;
  else
    return false;
  return true;
}

static void take_letters(Letters *letters, const char *text) {
  letters->count = 0;
  while (*text != '\0' && letters->count < MAX_LETTERS) {
    uint32_t letter = next_letter(&text);
    if (letter == ' ' || letter == 0x3000) continue; /* also the wide one */
    if (letter >= 'A' && letter <= 'Z') letter += 'a' - 'A';
    if (letters->count > 0 && join_hangul(&letters->letters[letters->count - 1], letter)) continue;
    letters->letters[letters->count++] = letter;
  }
}

/* ---- likeness ---- */

static bool is_same(const Letters *a, const Letters *b) {
  return a->count == b->count && memcmp(a->letters, b->letters, a->count * sizeof a->letters[0]) == 0;
}

static bool is_part(const Letters *part, const Letters *whole) {
  for (size_t i = 0; i + part->count <= whole->count; i++)
    if (memcmp(whole->letters + i, part->letters, part->count * sizeof part->letters[0]) == 0) return true;
  return false;
}

static int least(int a, int b, int c) { return a < b ? (a < c ? a : c) : (b < c ? b : c); }

/* Levenshtein's distance: letters to put in, take out or replace. */
static int distance(const Letters *a, const Letters *b) {
  int row[MAX_LETTERS + 1];
  for (size_t j = 0; j <= b->count; j++) row[j] = (int)j;
  for (size_t i = 0; i < a->count; i++) {
    int before = row[0]++;
    for (size_t j = 0; j < b->count; j++) {
      int replaced = before + (a->letters[i] != b->letters[j]);
      before = row[j + 1];
      row[j + 1] = least(replaced, row[j] + 1, row[j + 1] + 1);
    }
  }
  return row[b->count];
}

static int rank_of(const Letters *wanted, const Letters *name, NameMatch kind) {
  if (kind == NAME_EXACT) return is_same(wanted, name) ? 0 : NO_MATCH;
  if (kind == NAME_PART) return is_part(wanted, name) ? 0 : NO_MATCH;
  size_t shorter = wanted->count < name->count ? wanted->count : name->count;
  size_t longer = wanted->count + name->count - shorter;
  int allowed = shorter < 2 ? 0 : shorter < 5 ? 1 : 2;
  if (longer - shorter > (size_t)allowed) return NO_MATCH;
  int apart = distance(wanted, name);
  return apart <= allowed ? apart : NO_MATCH;
}

/* ---- the search ---- */

static void keep(NameMatches *matches, int ranks[NAME_MATCHES], const Target *target, int rank) {
  size_t at = matches->shown;
  matches->count++;
  while (at > 0 &&
         (ranks[at - 1] > rank || (ranks[at - 1] == rank && matches->items[at - 1]->market_cap < target->market_cap)))
    at--;
  if (at == NAME_MATCHES) return;
  if (matches->shown < NAME_MATCHES) matches->shown++;
  for (size_t i = matches->shown - 1; i > at; i--) {
    matches->items[i] = matches->items[i - 1];
    ranks[i] = ranks[i - 1];
  }
  matches->items[at] = target;
  ranks[at] = rank;
}

static NameMatches search_kind(const Universe *universe, const Letters *wanted, NameMatch kind) {
  NameMatches matches = {.kind = kind};
  int ranks[NAME_MATCHES];
  Letters name;
  for (size_t i = 0; i < universe->count; i++) {
    take_letters(&name, universe->items[i].name);
    int rank = rank_of(wanted, &name, kind);
    if (rank != NO_MATCH) keep(&matches, ranks, &universe->items[i], rank);
  }
  return matches;
}

bool name_is_searchable(const char *wanted) {
  size_t length = strlen(wanted);
  for (const char *at = wanted; *at != '\0'; at++)
    if ((unsigned char)*at < ' ' || *at == 0x7F || *at == '/') return false;
  return length < NAME_WANTED_SIZE && text_is_utf8(wanted, length) && wanted[strspn(wanted, " 0123456789")] != '\0';
}

NameMatches name_search(const Universe *universe, const char *wanted) {
  Letters letters;
  take_letters(&letters, wanted);
  for (NameMatch kind = NAME_EXACT; kind <= NAME_NEAR && letters.count > 0; kind++) {
    NameMatches matches = search_kind(universe, &letters, kind);
    if (matches.count > 0) return matches;
  }
  return (NameMatches){.kind = NAME_NONE};
}
