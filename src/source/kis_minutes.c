/* Minutes of a stock's day: inquire-time-itemchartprice and inquire-time-dailychartprice. */
#include <closebell/source/kis_parse.h>

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <closebell/base/text.h>

#include "answer_row.h"

const PayloadType PAYLOAD_MINUTE_PAGE = {"minutes", sizeof(MinutePage)};

enum { FINAL_AFTER_MS = (60 + 6) * 1000 }; /* a minute, and the seconds that its last trades need */

static const char NO_DATA[] = "-9223372036854775808"; /* a volume that is none */

/* "153000": the minute's start. */
static FieldFound read_label(const AnswerRow *row, int32_t *ret_label) {
  const char *text = answer_row_text(row, "stck_cntg_hour");
  int64_t value;
  if (text == NULL) return FIELD_BROKEN;
  if (*text == '\0') return FIELD_MISSING;
  bool good = strlen(text) == 6 && text_parse_int64(text, 0, 235900, &value) && value % 100 == 0;
  if (!good || !minute_label_is_valid((int32_t)(value / 100))) {
    answer_row_fail(row, "stck_cntg_hour \"%s\" is not a minute's start", answer_quote(text).text);
    return FIELD_BROKEN;
  }
  *ret_label = (int32_t)(value / 100);
  return FIELD_NUMBER;
}

/* A missing figure is 0: neither a price nor a trade. */
static bool read_figure(const AnswerRow *row, const char *field, int64_t *ret_value) {
  const char *text = answer_row_text(row, field);
  if (text == NULL) return false;
  *ret_value = 0;
  return strcmp(text, NO_DATA) == 0 || answer_row_number(row, field, 0, INT64_MAX, ret_value) != FIELD_BROKEN;
}

static bool read_figures(const AnswerRow *row, MinuteBar *bar) {
  return read_figure(row, "stck_oprc", &bar->open) && read_figure(row, "stck_hgpr", &bar->high) &&
         read_figure(row, "stck_lwpr", &bar->low) && read_figure(row, "stck_prpr", &bar->close) &&
         read_figure(row, "cntg_vol", &bar->volume);
}

static bool is_in_the_future(const KisMinutesQuestion *asked, int32_t label) {
  return asked->asked_at < minute_label_start(asked->date, label) + FINAL_AFTER_MS;
}

/* Forming rows and placeholders are not looked at any closer. */
static bool is_kept(const KisMinutesQuestion *asked, int32_t label) {
  return label >= MINUTE_FIRST && label <= MINUTE_LAST && !is_in_the_future(asked, label);
}

static bool add_bar(const AnswerRow *row, int32_t label, MinutePage *page) {
  MinuteBar bar = {.time = label};
  if (!read_figures(row, &bar)) return false;
  if (bar.volume == 0) return true;
  const char *fault = minute_bar_fault(&bar);
  if (fault != NULL)
    return answer_row_fail(row, "%s cannot be right: open %lld, high %lld, low %lld, close %lld, volume %lld", fault,
                           (long long)bar.open, (long long)bar.high, (long long)bar.low, (long long)bar.close,
                           (long long)bar.volume);
  if (page->count == MINUTE_PAGE_MAX) return answer_row_fail(row, "there are more minutes than a page has");
  page->bars[page->count++] = bar;
  return true;
}

static bool read_row(const AnswerRow *row, const KisMinutesQuestion *asked, MinutePage *page) {
  Day date;
  int32_t label;
  FieldFound dated = answer_row_day(row, "stck_bsop_date", &date);
  if (dated != FIELD_NUMBER) return dated == FIELD_MISSING;
  FieldFound timed = read_label(row, &label);
  if (timed != FIELD_NUMBER) return timed == FIELD_MISSING;
  page->reaches_back |= date < asked->date;
  if (date != asked->date) return true;
  if (page->earliest < 0 || label < page->earliest) page->earliest = label;
  return !is_kept(asked, label) || add_bar(row, label, page);
}

static int compare(const void *a, const void *b) { return ((const MinuteBar *)a)->time - ((const MinuteBar *)b)->time; }

static bool each_stands_once(MinutePage *page, Answer *answer) {
  qsort(page->bars, page->count, sizeof *page->bars, compare);
  for (size_t i = 1; i < page->count; i++) {
    if (page->bars[i - 1].time != page->bars[i].time) continue;
    answer_fail(answer, ANSWER_BROKEN, "stck_cntg_hour %04d00 stands twice", (int)page->bars[i].time);
    return false;
  }
  return true;
}

static bool read_rows(const json_t *list, const KisMinutesQuestion *asked, MinutePage *page, Answer *answer) {
  for (size_t i = 0; i < json_array_size(list); i++) {
    AnswerRow row = answer_row(list, i, "stck_cntg_hour", answer);
    if (!read_row(&row, asked, page)) return false;
  }
  return each_stands_once(page, answer);
}

void kis_parse_minutes(const json_t *body, const KisMinutesQuestion *asked, Answer *answer) {
  const json_t *list = answer_rows(body, "output2", answer);
  MinutePage *page = list == NULL ? NULL : answer_payload(1, &PAYLOAD_MINUTE_PAGE, answer);
  if (page == NULL) return;
  page->date = asked->date;
  page->earliest = -1;
  bool good = read_rows(list, asked, page, answer);
  if (!good || (page->earliest < 0 && !page->reaches_back)) {
    free(page);
    return;
  }
  answer->kind = ANSWER_ROWS;
  answer->type = &PAYLOAD_MINUTE_PAGE;
  answer->payload = page;
  answer->count = 1;
}
