/* What a question to OpenDART is about, as a text and back. */
#include <closebell/source/dart.h>

#include <stdio.h>
#include <string.h>

#include <closebell/base/text.h>

enum { FIRST_YEAR = 2015, LAST_YEAR = 9999, PAGE_MAX = 100000 };

static const char *const REPORT_CODES[REPORT_KIND_COUNT] = {
    [REPORT_Q1] = "11013", [REPORT_HALF] = "11012", [REPORT_Q3] = "11014", [REPORT_ANNUAL] = "11011"};

const char *dart_report_code(ReportKind kind) { return REPORT_CODES[kind]; }

bool dart_report_code_find(const char *code, ReportKind *ret_kind) {
  for (ReportKind kind = 0; kind < REPORT_KIND_COUNT; kind++) {
    if (strcmp(REPORT_CODES[kind], code) != 0) continue;
    *ret_kind = kind;
    return true;
  }
  return false;
}

/* ---- parts ---- */

/* Takes what is before the next `end`, or all that is left, and goes past it; all of it where `end` is NUL. False: it
 * is longer than room. */
static bool take(const char **text, char end, char *part, size_t room) {
  const char *stop = strchr(*text, end);
  size_t length = stop == NULL ? strlen(*text) : (size_t)(stop - *text);
  if (length >= room) return false;
  memcpy(part, *text, length);
  part[length] = '\0';
  *text += length;
  if (**text != '\0') ++*text;
  return true;
}

/* One of those letters. */
static bool take_letter(const char **text, const char *letters, char *ret_letter) {
  char part[2];
  if (!take(text, ':', part, sizeof part) || part[0] == '\0' || strchr(letters, part[0]) == NULL) return false;
  *ret_letter = part[0];
  return true;
}

static bool take_number(const char **text, char end, int64_t low, int64_t high, int *ret_number) {
  char part[16];
  int64_t number;
  if (!take(text, end, part, sizeof part) || !text_parse_int64(part, low, high, &number)) return false;
  *ret_number = (int)number;
  return true;
}

/* "20250101". */
static bool take_day(const char **text, Day *ret_day) {
  char part[COMPACT_DAY_SIZE];
  int64_t number;
  if (!take(text, ':', part, sizeof part) || strspn(part, "0123456789") != sizeof part - 1) return false;
  return text_parse_int64(part, 0, 99999999, &number) &&
         day_from_ymd((int)(number / 10000), (int)(number / 100 % 100), (int)(number % 100), ret_day);
}

static bool fits(int length) { return length >= 0 && length < DART_KEY_SIZE; }

/* ---- filings ---- */

bool dart_filings_key(const DartFilingsAsked *asked, char key[DART_KEY_SIZE]) {
  char from[DAY_TEXT_SIZE], to[DAY_TEXT_SIZE], whose[CORP_CODE_SIZE] = {asked->corp_cls};
  DartFilingsAsked again;
  if (asked->corp_code[0]) memcpy(whose, asked->corp_code, sizeof whose);
  return asked->from != DAY_NONE && asked->to != DAY_NONE &&
         fits(snprintf(key, DART_KEY_SIZE, "%c:%s:%s:%s:%d", asked->type, whose, day_format_compact(asked->from, from),
                       day_format_compact(asked->to, to), asked->page)) &&
         dart_filings_key_parse(key, &again);
}

/* The letter of a market, or the code of a company. */
static bool take_whose(const char **text, DartFilingsAsked *asked) {
  char part[CORP_CODE_SIZE];
  if (!take(text, ':', part, sizeof part)) return false;
  if (corp_code_is_valid(part)) {
    memcpy(asked->corp_code, part, sizeof part);
    return true;
  }
  asked->corp_cls = part[0];
  return part[0] != '\0' && part[1] == '\0' && strchr("YKNE", part[0]) != NULL;
}

bool dart_filings_key_parse(const char *key, DartFilingsAsked *ret_asked) {
  DartFilingsAsked asked = {0};
  if (strlen(key) >= DART_KEY_SIZE || !take_letter(&key, "ABCDEFGHIJ", &asked.type) || !take_whose(&key, &asked) ||
      !take_day(&key, &asked.from) || !take_day(&key, &asked.to) ||
      !take_number(&key, '\0', 1, PAGE_MAX, &asked.page) || asked.from > asked.to)
    return false;
  *ret_asked = asked;
  return true;
}

/* ---- statements ---- */

bool dart_statements_key(const DartStatementsAsked *asked, char key[DART_KEY_SIZE]) {
  DartStatementsAsked again;
  int length = snprintf(key, DART_KEY_SIZE, "%d:%s:", asked->year, dart_report_code(asked->kind));
  for (size_t i = 0; i < asked->count && fits(length); i++)
    length += snprintf(key + length, DART_KEY_SIZE - (size_t)length, "%s%s", i == 0 ? "" : ",", asked->corp_codes[i]);
  return fits(length) && dart_statements_key_parse(key, &again);
}

static bool take_codes(const char *text, DartStatementsAsked *asked) {
  for (asked->count = 0; asked->count < DART_COMPANIES_PER_CALL;) {
    char *code = asked->corp_codes[asked->count++];
    bool more = strchr(text, ',') != NULL;
    if (!take(&text, ',', code, CORP_CODE_SIZE) || !corp_code_is_valid(code)) return false;
    if (!more) return true;
  }
  return false;
}

bool dart_statements_key_parse(const char *key, DartStatementsAsked *ret_asked) {
  DartStatementsAsked asked = {0};
  char code[8];
  if (strlen(key) >= DART_KEY_SIZE || !take_number(&key, ':', FIRST_YEAR, LAST_YEAR, &asked.year) ||
      !take(&key, ':', code, sizeof code) || !dart_report_code_find(code, &asked.kind) || !take_codes(key, &asked))
    return false;
  *ret_asked = asked;
  return true;
}

/* ---- events ---- */

bool dart_events_key(const DartEventsAsked *asked, char key[DART_KEY_SIZE]) {
  char from[DAY_TEXT_SIZE], to[DAY_TEXT_SIZE];
  DartEventsAsked again;
  return asked->from != DAY_NONE && asked->to != DAY_NONE &&
         fits(snprintf(key, DART_KEY_SIZE, "%s:%s:%s:%s", event_kind_service(asked->kind), asked->corp_code,
                       day_format_compact(asked->from, from), day_format_compact(asked->to, to))) &&
         dart_events_key_parse(key, &again);
}

bool dart_events_key_parse(const char *key, DartEventsAsked *ret_asked) {
  DartEventsAsked asked = {0};
  char service[16];
  if (strlen(key) >= DART_KEY_SIZE || !take(&key, ':', service, sizeof service) ||
      !event_service_find(service, &asked.kind) || !take(&key, ':', asked.corp_code, sizeof asked.corp_code) ||
      !corp_code_is_valid(asked.corp_code) || !take_day(&key, &asked.from) || !take_day(&key, &asked.to) ||
      *key != '\0' || asked.from > asked.to)
    return false;
  *ret_asked = asked;
  return true;
}
