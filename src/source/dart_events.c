/* The rows of fricDecsn.json, piicDecsn.json, crDecsn.json, cmpDvDecsn.json and cmpMgDecsn.json. */
#include <closebell/source/dart.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <closebell/base/text.h>

#include "answer_row.h"
#include "dart_value.h"

enum { ROWS_MAX = 10000, NUMBER_SIZE = 48 };
static const double RATIO_MAX = 1e6;

const PayloadType PAYLOAD_FILED_EVENTS = {"decisions", sizeof(FiledEvent)};

/* Where each kind has its dates; null: it has none. */
static const struct {
  const char *base_date, *listing_date;
} DATES[EVENT_KIND_COUNT] = {[EVENT_BONUS_ISSUE] = {"nstk_asstd", "nstk_lstprd"},
                             [EVENT_CAPITAL_REDUCTION] = {"cr_std", "crsc_nstklstprd"},
                             [EVENT_SPLIT_OFF] = {"abcr_nstkasstd", "abcr_nstklstprd"},
                             [EVENT_MERGER] = {"mgsc_shddstd", "mgsc_nstklstprd"}};

static void doubt(FiledEvent *event, const char *field, const char *what) {
  if (event->trouble[0] == '\0') snprintf(event->trouble, sizeof event->trouble, "%s, which %s", field, what);
}

/* ---- fields ---- */

static Day read_date(const AnswerRow *row, const char *field, FiledEvent *event) {
  const char *text = field == NULL ? "" : dart_text(row->object, field);
  if (text == NULL) doubt(event, field, "is no text");
  return text == NULL ? DAY_NONE : dart_last_date(text);
}

/* "0.5", "1,000.25". */
static bool read_real(const char *text, double *ret_value) {
  char plain[NUMBER_SIZE];
  size_t length = 0;
  for (; *text != '\0'; text++) {
    if (*text == ',' || *text == ' ') continue;
    if (strchr("0123456789.", *text) == NULL || length + 1 == sizeof plain) return false;
    plain[length++] = *text;
  }
  plain[length] = '\0';
  return text_parse_double(plain, 0, RATIO_MAX, ret_value);
}

static bool is_missing(const char *text) { return text[strspn(text, " -")] == '\0'; }

static double read_new_shares(const AnswerRow *row, FiledEvent *event) {
  static const char FIELD[] = "nstk_ascnt_ps_ostk";
  const char *text = dart_text(row->object, FIELD);
  double ratio = 0;
  if (text == NULL || (!is_missing(text) && !read_real(text, &ratio))) doubt(event, FIELD, "is no number that fits");
  return ratio;
}

/* Of one that is missing or 0 no ratio is made. */
static bool read_shares(const AnswerRow *row, const char *field, FiledEvent *event, int64_t *ret_shares) {
  const char *text = dart_text(row->object, field);
  DartFound found = text == NULL ? DART_NO_AMOUNT : dart_amount(text, ret_shares);
  bool fits = found == DART_AMOUNT && *ret_shares >= 0;
  if (!fits && found != DART_MISSING) doubt(event, field, "is no number of shares");
  return fits && *ret_shares > 0;
}

static double read_reduction(const AnswerRow *row, FiledEvent *event) {
  int64_t before = 0, after = 0;
  bool has_before = read_shares(row, "bfcr_tisstk_ostk", event, &before);
  bool has_after = read_shares(row, "atcr_tisstk_ostk", event, &after);
  return has_before && has_after ? (double)after / (double)before : 0;
}

/* ---- rows ---- */

static bool read_event(const AnswerRow *row, const DartEventsAsked *asked, FiledEvent *event) {
  const char *corp_code = answer_row_text(row, "corp_code");
  const char *rcept_no = corp_code == NULL ? NULL : answer_row_text(row, "rcept_no");
  if (rcept_no == NULL) return false;
  if (strcmp(corp_code, asked->corp_code) != 0) return answer_row_fail(row, "corp_code is another one than was asked");
  Day filed = rcept_no_filed(rcept_no);
  if (filed == DAY_NONE) return answer_row_fail(row, "rcept_no is no receipt number");
  if (filed < asked->from) return answer_row_fail(row, "it was filed before the days that were asked about");
  memcpy(event->rcept_no, rcept_no, sizeof event->rcept_no);
  event->base_date = read_date(row, DATES[asked->kind].base_date, event);
  event->listing_date = read_date(row, DATES[asked->kind].listing_date, event);
  if (asked->kind == EVENT_BONUS_ISSUE) event->ratio = read_new_shares(row, event);
  if (asked->kind == EVENT_CAPITAL_REDUCTION) event->ratio = read_reduction(row, event);
  return true;
}

void dart_parse_events(const json_t *body, const DartEventsAsked *asked, Answer *answer) {
  const json_t *list = answer_rows(body, "list", answer);
  size_t count = list == NULL ? 0 : json_array_size(list);
  if (count > ROWS_MAX) answer_fail(answer, ANSWER_BROKEN, "%zu decisions in one answer", count);
  FiledEvent *events = count == 0 || count > ROWS_MAX ? NULL : answer_payload(count, &PAYLOAD_FILED_EVENTS, answer);
  if (events == NULL) return;
  for (size_t i = 0; i < count; i++) {
    const AnswerRow row = answer_row(list, i, "rcept_no", answer);
    if (read_event(&row, asked, &events[i])) continue;
    free(events);
    return;
  }
  answer->kind = ANSWER_ROWS;
  answer->type = &PAYLOAD_FILED_EVENTS;
  answer->payload = events;
  answer->count = count;
}
