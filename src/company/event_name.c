/* The name of a filing: which decision it tells of. Of its five kinds alone, in a report of its own: 유무상증자,
 * 분할합병 and 주식교환 are none, and what a subsidiary decides is not the company's. A withdrawal is a filing, too. */
#include <closebell/company/event.h>

#include <string.h>

static const char CORRECTION[] = "정정", WITHDRAWAL[] = "철회", SUBSIDIARY[] = "자회사", REPORT[] = "주요사항보고서(";
static const char *const ORDERS[] = {"[정정명령부과]", "[정정제출요구]"};

#define WORDS(NUMBER, name, service, words) words,
static const char *const DECISIONS[EVENT_KIND_COUNT] = {EVENT_KINDS(WORDS)};

/* Blanks as Korean texts have them: of one byte, the one that does not break, the wide one. Returns its length; 0: it
 * is none. */
static size_t blank(const char *text) {
  if (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\n') return 1;
  if (strncmp(text, "\xc2\xa0", 2) == 0) return 2;
  return strncmp(text, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

/* As much as fits: a name that is longer is none of ours. */
static void without_blanks(const char *text, char *to, size_t size) {
  size_t length = 0;
  while (*text && length + 1 < size) {
    size_t skipped = blank(text);
    if (skipped == 0) to[length++] = *text;
    text += skipped ? skipped : 1;
  }
  to[length] = '\0';
}

/* The supervisor has ordered or asked for a correction of this very filing: it is none itself. */
static bool begins_with_order(const char *name) {
  for (size_t i = 0; i < sizeof ORDERS / sizeof ORDERS[0]; i++)
    if (strncmp(name, ORDERS[i], strlen(ORDERS[i])) == 0) return true;
  return false;
}

static const char *skip_prefixes(const char *name, EventName *found) {
  for (const char *end; *name == '[' && (end = strchr(name, ']')) != NULL; name = end + 1) {
    const char *correction = strstr(name, CORRECTION);
    if (begins_with_order(name)) continue;
    found->has_prefix = true;
    found->is_corrected |= correction && correction < end;
  }
  return name;
}

/* "주요사항보고서(무상증자결정)" and no more; of a withdrawal only its beginning, as its word stands in any place. */
static bool is_of(const char *name, const char *decision, bool is_withdrawal) {
  size_t length = strlen(decision);
  if (strncmp(name, REPORT, sizeof REPORT - 1) != 0) return false;
  name += sizeof REPORT - 1;
  if (strncmp(name, decision, length) != 0) return false;
  return is_withdrawal || strcmp(name + length, ")") == 0;
}

bool event_name_read(const char *report_nm, EventName *ret_name) {
  char text[FILING_NAME_SIZE];
  without_blanks(report_nm, text, sizeof text);
  EventName found = {.is_withdrawal = strstr(text, WITHDRAWAL) != NULL};
  const char *name = skip_prefixes(text, &found);
  if (strstr(text, SUBSIDIARY)) return false;
  for (EventKind kind = 0; kind < EVENT_KIND_COUNT; kind++) {
    if (!is_of(name, DECISIONS[kind], found.is_withdrawal)) continue;
    found.kind = kind;
    *ret_name = found;
    return true;
  }
  return false;
}
