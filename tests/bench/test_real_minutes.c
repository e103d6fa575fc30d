/* test_real_minutes FULL: recorded minutes and flows as a broker would answer them, through the parsers, the hours and
 * the proofs: equal to the last share. FULL holds minute/ and investor/; without it nothing is tested (77). */
#include <dirent.h>
#include <sys/stat.h>

#include <closebell/base/text.h>
#include <closebell/plan/flow_proof.h>
#include <closebell/plan/minutes_proof.h>

#include "kis_body.h"
#include "market_rows.h"
#include "minute_csv.h"

enum { SKIPPED = 77, PAGE = 120, DAYS_MAX = 32 };

/* ---- minutes ---- */

static void answer_row(TextBuffer *body, const char *date, const MinuteBar *bar) {
  text_buffer_printf(body,
                     "%s{\"stck_bsop_date\":\"%s\",\"stck_cntg_hour\":\"%04d00\",\"stck_prpr\":\"%lld\",\"stck_oprc\":"
                     "\"%lld\",\"stck_hgpr\":\"%lld\",\"stck_lwpr\":\"%lld\",\"cntg_vol\":\"%lld\"}",
                     body->length > 12 ? "," : "", date, (int)bar->time, (long long)bar->close, (long long)bar->open,
                     (long long)bar->high, (long long)bar->low, (long long)bar->volume);
}

/* Newest first, at most PAGE, none behind the label; then the previous day's, as the dated service does. */
static json_t *answer_page(const MinuteDay *day, int32_t label) {
  TextBuffer body = {0};
  char date[DAY_TEXT_SIZE], before[DAY_TEXT_SIZE];
  size_t rows = 0;
  text_buffer_printf(&body, "{\"output2\":[");
  for (size_t i = day->count; i > 0 && rows < PAGE; i--) {
    if (day->bars[i - 1].time > label) continue;
    answer_row(&body, day_format_compact(day->date, date), &day->bars[i - 1]);
    rows++;
  }
  const MinuteBar older = {1530, 7, 7, 7, 7, 7};
  if (rows < PAGE) answer_row(&body, day_format_compact(day->date - 1, before), &older);
  text_buffer_printf(&body, "]}");
  json_t *json = kis_body(body.data);
  text_buffer_free(&body);
  return json;
}

/* Asks for pages until the day is whole. Returns the calls. */
static size_t ask_for_day(const MinuteDay *recorded, MinuteDay *day) {
  KisMinutesQuestion asked = {.date = recorded->date, .asked_at = instant_from_kst(recorded->date + 1, 0)};
  int32_t label = MINUTE_LAST;
  size_t calls = 0;
  *day = (MinuteDay){.date = recorded->date};
  for (bool more = true; more; calls++) {
    Answer answer = {.retry_after_ms = -1};
    json_t *body = answer_page(recorded, label);
    kis_parse_minutes(body, &asked, &answer);
    json_decref(body);
    assert_string_equal(answer.detail, "");
    const MinutePage *page = answer_items(&answer, &PAYLOAD_MINUTE_PAGE);
    minute_day_add(day, page->bars, page->count);
    more = minute_page_next(page, &label);
    free(answer.payload);
  }
  return calls;
}

/* The row that the exchange archives of such a day. */
static StockRow row_of_day(const MinuteDay *day) {
  StockRow row = row_of("000150", day->bars[day->count - 1].close);
  row.open = row.high = row.low = day->bars[0].open;
  row.volume = 0;
  for (size_t i = 0; i < day->count; i++) {
    if (day->bars[i].high > row.high) row.high = day->bars[i].high;
    if (day->bars[i].low < row.low) row.low = day->bars[i].low;
    row.volume += day->bars[i].volume;
  }
  return row;
}

static void prove_day(const MinuteDay *recorded) {
  static MinuteDay day;
  size_t calls = ask_for_day(recorded, &day);
  assert_in_range(calls, 1, 4);
  HoursCount alone = {0};
  hours_count_add(&alone, &day);
  const SessionHours hours = hours_of(&alone);
  minute_day_cut(&day, &hours);
  assert_true(minute_day_equal(&day, recorded));
  StockRow row = row_of_day(recorded);
  MinutesFacts facts = {.hours = hours, .archived = &row, .now = instant_from_kst(day.date + 1, 8 * 60)};
  MinutesVerdict verdict = minutes_judge(&day, &facts);
  assert_string_equal(verdict.message, "");
  assert_int_equal(verdict.state, MINUTES_PROVEN);
  row.close++;
  assert_int_equal(minutes_judge(&day, &facts).state, MINUTES_WRONG);
}

static bool is_new(const char *date, char dates[][16], size_t *count) {
  for (size_t i = 0; i < *count; i++)
    if (strcmp(dates[i], date) == 0) return false;
  assert_true(*count < DAYS_MAX);
  strcpy(dates[(*count)++], date);
  return true;
}

static size_t prove_file(const char *path) {
  static MinuteDay day;
  static char dates[DAYS_MAX][16];
  char line[256];
  size_t count = 0;
  FILE *file = fopen(path, "r");
  if (file == NULL) fail_msg("cannot read %s", path);
  while (fgets(line, sizeof line, file) != NULL) {
    char date[16], dashed[DAY_TEXT_SIZE];
    snprintf(date, sizeof date, "%.8s", line);
    if (date[0] != '2' || !is_new(date, dates, &count)) continue;
    snprintf(dashed, sizeof dashed, "%.4s-%.2s-%.2s", date, date + 4, date + 6);
    day = (MinuteDay){.date = day_of(dashed)};
    minute_csv_read(path, date, &day);
    prove_day(&day);
  }
  fclose(file);
  return count;
}

static size_t prove_folder(const char *full, const char *name) {
  char folder[256], path[600];
  size_t days = 0;
  snprintf(folder, sizeof folder, "%s/minute/%s", full, name);
  DIR *stream = opendir(folder);
  if (stream == NULL) fail_msg("cannot read %s", folder);
  for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
    if (strstr(entry->d_name, ".csv") == NULL) continue;
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    days += prove_file(path);
  }
  closedir(stream);
  return days;
}

static void every_recorded_minute_is_read_and_proven(void **state) {
  const char *full = *state;
  size_t days = prove_folder(full, "2025-09") + prove_folder(full, "special");
  assert_in_range(days, 112, 1000);
}

/* ---- flows ---- */

/* The row of a broker: bought and sold that come to the net, values in million won. */
static void answer_group(TextBuffer *body, const char *name, int64_t net, int64_t volume) {
  int64_t bought = net > 0 ? net + (volume - net) / 3 : (volume + net) / 3, sold = bought - net;
  text_buffer_printf(body,
                     ",\"%s_shnu_vol\":\"%lld\",\"%s_seln_vol\":\"%lld\",\"%s_ntby_qty\":\"%lld\",\"%s_shnu_tr_pbmn\":"
                     "\"%lld\",\"%s_seln_tr_pbmn\":\"%lld\",\"%s_ntby_tr_pbmn\":\"%lld\"",
                     name, (long long)bought, name, (long long)sold, name, (long long)net, name, (long long)bought / 9,
                     name, (long long)sold / 9, name, (long long)(bought / 9 - sold / 9));
}

static json_t *answer_flow(char *fields[12], const int64_t figures[12]) {
  TextBuffer body = {0};
  text_buffer_printf(&body, "{\"output\":[{\"stck_bsop_date\":\"%.4s%.2s%.2s\",\"stck_clpr\":\"%s\"", fields[0],
                     fields[0] + 5, fields[0] + 8, fields[5]);
  answer_group(&body, "orgn", figures[7], figures[6]);
  answer_group(&body, "prsn", figures[9], figures[6]);
  answer_group(&body, "frgn", figures[10], figures[6]);
  text_buffer_printf(&body, "}]}");
  json_t *json = kis_body(body.data);
  text_buffer_free(&body);
  return json;
}

static void prove_flow(char *fields[12]) {
  int64_t figures[12];
  for (size_t i = 2; i < 12; i++) figures[i] = strtoll(fields[i], NULL, 10);
  Answer answer = {.retry_after_ms = -1};
  json_t *body = answer_flow(fields, figures);
  kis_parse_investors(body, "output", &answer);
  json_decref(body);
  assert_string_equal(answer.detail, "");
  const FlowRow *row = answer_items(&answer, &PAYLOAD_FLOW_ROWS);
  StockRow archived = row_of(fields[1], figures[5]);
  archived.volume = figures[6];
  FlowFacts facts = {.wanted = FLOW_INVESTORS, .archived = &archived, .volume = -1};
  assert_string_equal(flow_judge(row, &facts).message, "");
  FlowDay day = flow_day(row, archived.close, true);
  assert_int_equal(day.net_volume[FLOW_INSTITUTION], figures[7]);
  assert_int_equal(day.net_volume[FLOW_INDIVIDUAL], figures[9]);
  assert_int_equal(day.net_volume[FLOW_FOREIGN], figures[10]);
  assert_int_equal(figures[7] + figures[8] + figures[9] + figures[10], 0); /* other corporations are the rest */
  free(answer.payload);
}

static void every_recorded_flow_is_read_to_the_last_share(void **state) {
  char path[256], line[512], *fields[12];
  size_t rows = 0;
  snprintf(path, sizeof path, "%s/investor/net_shares.csv", (const char *)*state);
  FILE *file = fopen(path, "r");
  if (file == NULL || fgets(line, sizeof line, file) == NULL) fail_msg("cannot read %s", path);
  for (; fgets(line, sizeof line, file) != NULL; rows++) {
    assert_int_equal(csv_fields(line, fields, 12), 12);
    prove_flow(fields);
  }
  fclose(file);
  assert_in_range(rows, 1000, 100000);
}

int main(int argc, char **argv) {
  char path[256];
  struct stat info;
  if (argc < 2) return 2;
  snprintf(path, sizeof path, "%s/minute", argv[1]);
  if (stat(path, &info) != 0) {
    printf("there are no recorded minutes in %s\n", argv[1]);
    return SKIPPED;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_prestate(every_recorded_minute_is_read_and_proven, argv[1]),
      cmocka_unit_test_prestate(every_recorded_flow_is_read_to_the_last_share, argv[1]),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
