/* prose_link.c: links, addresses and character references. */
#include "prose.h"

static const char schemes[] = "http https ftp mailto javascript data file tel";
/* The ends of names that stand in prose as addresses. */
static const char domains[] =
    "com net org kr io co info biz ai app dev xyz gov edu tv gg link site shop online cn jp us uk eu ly "
    "me to ru finance money stock club top live news blog page web";

/* "word.domain" without a blank between. */
static bool is_domain(const Prose *prose, const ProseWord *word) {
  ProseWord after;
  if (prose_at(prose, word->end) != '.' || !prose_word(prose, word->end + 1, &after)) return false;
  if (word->end - word->begin < 2) return false; /* e.g., i.e., U.S. */
  return prose_word_is(&after, domains) || prose_word_is(word, "www");
}

static bool is_scheme(const Prose *prose, const ProseWord *word) {
  if (prose_at(prose, word->end) != ':' || !prose_word_is(word, schemes)) return false;
  return !prose_is_blank(prose_at(prose, word->end + 1));
}

static ProseFault reference_fault(const Prose *prose, size_t at) {
  ProseWord word;
  if (prose_at(prose, at + 1) == '#') return PROSE_MARKUP;
  if (prose_word(prose, at + 1, &word) && word.begin == at + 1 && prose_at(prose, word.end) == ';') return PROSE_MARKUP;
  return PROSE_FINE;
}

static ProseFault fault_at(const Prose *prose, size_t at) {
  uint32_t c = prose->folded[at];
  ProseWord word;
  if (c == '&') return reference_fault(prose, at);
  if (prose_match(prose, at, "://") > 0 || prose_match(prose, at, "](") > 0) return PROSE_LINK;
  if (c == '@' && prose_is_latin(prose_at(prose, at + 1)) && at > 0 && prose_is_latin(prose->folded[at - 1]))
    return PROSE_LINK;
  if (c == '\\' && prose_at(prose, at + 1) == 'u') return PROSE_MARKUP; /* an escape that was escaped */
  if (!prose_is_latin(c) || (at > 0 && prose_is_latin(prose->folded[at - 1]))) return PROSE_FINE;
  prose_word(prose, at, &word);
  return is_domain(prose, &word) || is_scheme(prose, &word) ? PROSE_LINK : PROSE_FINE;
}

ProseFault prose_links(const Prose *prose) {
  ProseFault fault = PROSE_FINE;
  for (size_t at = 0; fault == PROSE_FINE && at < prose->count; at++) fault = fault_at(prose, at);
  return fault;
}
