/* test_real_totals FULL: the whole market as recorded against what the exchange published of it. FULL holds raw-2022/,
 * raw-2023/, days/, index/ and openapi/; without it nothing is tested (77). */
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <closebell/market/session_csv.h>
#include <closebell/source/krx_index_parse.h>

#include "index_rows.h"
#include "small_lies.h"

enum { SESSIONS_MAX = 128, LIES = 1000, PATH_SIZE = 128, SKIPPED = 77 };

typedef struct {
  IndexHistory *history;
  Session sessions[SESSIONS_MAX];
  size_t count;
} Recorded;

/* --- reading --- */

static char *read_file(const char *path, size_t *ret_length) {
  FILE *file = fopen(path, "rb");
  struct stat info;
  if (file == NULL || fstat(fileno(file), &info) != 0) fail_msg("cannot read %s", path);
  char *text = malloc((size_t)info.st_size + 1);
  assert_non_null(text);
  *ret_length = fread(text, 1, (size_t)info.st_size, file);
  text[*ret_length] = '\0';
  fclose(file);
  return text;
}

static Session read_session(const char *path, Day date) {
  size_t length;
  Session session = {0};
  Error err = {{0}};
  char *text = read_file(path, &length);
  if (session_csv_parse(text, length, date, &session, &err) != STATUS_OK) fail_msg("%s: %s", path, err.text);
  free(text);
  return session;
}

/* Calls visit for each YYYY-MM-DD.csv of a folder, in no order. */
static size_t each_day(const char *folder, void (*visit)(void *context, Day date, const char *path), void *context) {
  char path[PATH_SIZE];
  size_t count = 0;
  DIR *stream = opendir(folder);
  if (stream == NULL) fail_msg("cannot read %s", folder);
  for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
    char text[DAY_TEXT_SIZE] = "";
    Day date;
    if (strlen(entry->d_name) != 14) continue;
    memcpy(text, entry->d_name, 10);
    if (!day_parse(text, &date)) continue;
    snprintf(path, sizeof path, "%s/%s.csv", folder, text);
    visit(context, date, path);
    count++;
  }
  closedir(stream);
  return count;
}

static void keep_session(void *context, Day date, const char *path) {
  Recorded *recorded = context;
  assert_true(recorded->count < SESSIONS_MAX);
  recorded->sessions[recorded->count++] = read_session(path, date);
}

static int read_recorded(void **state) {
  Recorded *recorded = *state;
  recorded->history = index_history_of("index");
  each_day("raw-2022", keep_session, recorded);
  each_day("raw-2023", keep_session, recorded);
  return 0;
}

static int free_recorded(void **state) {
  Recorded *recorded = *state;
  for (size_t i = 0; i < recorded->count; i++) session_free(&recorded->sessions[i]);
  free(recorded->history);
  return 0;
}

/* --- what the exchange published --- */

static const IndexDay *index_day_of(const Recorded *recorded, Day date) {
  const IndexDay *day = index_history_find(recorded->history, date);
  if (day == NULL) fail_msg("the index has no %s", day_text(date).text);
  return day;
}

static MarketTotals published_of(const Recorded *recorded, Day date, Market market) {
  const IndexRow *row = &index_day_of(recorded, date)->rows[market == MARKET_KOSPI ? INDEX_KOSPI : INDEX_KOSDAQ];
  return (MarketTotals){.volume = row->volume, .value = row->value, .market_cap = row->market_cap};
}

/* --- the tests --- */

static void every_recorded_session_sums_to_the_published_totals(void **state) {
  const Recorded *recorded = *state;
  assert_true(recorded->count >= 61);
  for (size_t i = 0; i < recorded->count; i++) {
    for (Market market = MARKET_KOSPI; market <= MARKET_KOSDAQ; market++) {
      const Session *session = &recorded->sessions[i];
      char text[MARKET_TOTALS_TEXT_SIZE];
      MarketTotals summed, published = published_of(recorded, session->date, market);
      assert_true(market_totals_sum(session->rows, session->count, market, &summed));
      if (!market_totals_agree(&summed, &published))
        fail_msg("%s: %s", day_text(session->date).text, market_totals_difference(market, &summed, &published, text));
    }
  }
  print_message("%zu sessions of two markets agree\n", recorded->count);
}

static void no_lie_about_a_whole_market_is_believed(void **state) {
  const Recorded *recorded = *state;
  for (uint64_t seed = 1; seed <= LIES; seed++) {
    uint64_t sequence = seed;
    Random random = random_seeded(&sequence);
    const Session *truth = &recorded->sessions[random_next(&random) % recorded->count];
    Market market = random_next(&random) % 2 == 0 ? MARKET_KOSPI : MARKET_KOSDAQ;
    SmallLie lie = (SmallLie)(random_next(&random) % LIE_COUNT);
    MarketTotals published = published_of(recorded, truth->date, market);
    Session lied = session_copy(truth);
    session_lie(&lied, lie, market, &random);
    if (!totals_refuse(&lied, market, &published))
      fail_msg("seed %llu, %s: %s was believed", (unsigned long long)seed, day_text(truth->date).text,
               small_lie_name(lie));
    session_free(&lied);
  }
  print_message("%d lies are refused\n", LIES);
}

static void every_index_day_continues_the_one_before_it_and_no_other(void **state) {
  const IndexHistory *history = ((const Recorded *)*state)->history;
  assert_true(history->count >= 3777);
  for (size_t i = 0; i < history->count; i++) {
    const IndexDay *day = &history->days[i];
    for (MarketIndex which = 0; which < INDEX_COUNT; which++)
      if (index_row_fault(&day->rows[which]) != NULL)
        fail_msg("%s %s: %s", index_name(which), day_text(day->date).text, index_row_fault(&day->rows[which]));
    if (i > 0 && index_day_gap(day - 1, day) != INDEX_GAP_NONE_MISSING) fail_msg("%s", day_text(day->date).text);
    if (i > 1 && index_day_gap(day - 2, day) != INDEX_GAP_SESSION_MISSING)
      fail_msg("%s continues across a session", day_text(day->date).text);
  }
  print_message("%zu index days link\n", history->count);
}

typedef struct {
  Day first, last;
} Span;

static void widen(void *context, Day date, const char *path) {
  Span *span = context;
  (void)path;
  if (span->first == DAY_NONE || date < span->first) span->first = date;
  if (span->last == DAY_NONE || date > span->last) span->last = date;
}

/* Adjusted prices of some of the stocks have no sum that is published; which days were sessions, the indices say. */
static void the_indices_know_every_session_and_every_closure(void **state) {
  const Recorded *recorded = *state;
  Span span = {DAY_NONE, DAY_NONE};
  size_t files = each_day("days", widen, &span), sessions = 0, closed = 0;
  const IndexDay *before = index_day_of(recorded, span.first);
  for (Day date = span.first; date <= span.last; date = day_next_weekday(date)) {
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "days/%s.csv", day_text(date).text);
    if (access(path, R_OK) != 0) {
      closed++;
      continue;
    }
    const IndexDay *day = index_day_of(recorded, date);
    if (sessions > 0 && index_day_gap(before, day) != INDEX_GAP_NONE_MISSING) fail_msg("%s", day_text(date).text);
    before = day;
    sessions++;
  }
  assert_int_equal(sessions, files);
  assert_true(closed > 0);
  print_message("%zu sessions, %zu weekdays between them closed\n", sessions, closed);
}

static void the_recorded_answers_say_what_the_series_say(void **state) {
  const Recorded *recorded = *state;
  static const char *const names[] = {[MARKET_KOSPI] = "kospi", [MARKET_KOSDAQ] = "kosdaq"};
  KrxIndexQuestion asked = {.date = day_of("2024-01-04"), .wanted = INDEX_SET_ALL};
  for (asked.market = MARKET_KOSPI; asked.market <= MARKET_KOSDAQ; asked.market++) {
    char path[PATH_SIZE];
    size_t length;
    KrxIndexAnswer answer;
    snprintf(path, sizeof path, "openapi/%s_dd_trd_20240104.json", names[asked.market]);
    char *body = read_file(path, &length);
    krx_parse_index(body, length, 200, &asked, &answer);
    free(body);
    assert_string_equal(answer.said.detail, "");
    MarketTotals published = published_of(recorded, asked.date, asked.market);
    assert_true(market_totals_agree(&answer.totals, &published));
    const IndexDay *day = index_day_of(recorded, asked.date);
    for (MarketIndex which = 0; which < INDEX_COUNT; which++) {
      if (!index_set_has(answer.day.has, which)) continue;
      IndexRow told = answer.day.rows[which], series = day->rows[which];
      told.volume = series.volume, told.value = series.value, told.market_cap = series.market_cap; /* the market's */
      assert_true(index_row_equal(&told, &series));
    }
  }
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_recorded_session_sums_to_the_published_totals),
      cmocka_unit_test(no_lie_about_a_whole_market_is_believed),
      cmocka_unit_test(every_index_day_continues_the_one_before_it_and_no_other),
      cmocka_unit_test(the_indices_know_every_session_and_every_closure),
      cmocka_unit_test(the_recorded_answers_say_what_the_series_say),
  };
  static Recorded recorded;
  const char *full = argc > 1 ? argv[1] : "";
  if (chdir(full) != 0) {
    printf("skipped: no recorded market at \"%s\"\n", full);
    return SKIPPED;
  }
  struct CMUnitTest with_state[sizeof tests / sizeof tests[0]];
  for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
    with_state[i] = tests[i];
    with_state[i].initial_state = &recorded;
  }
  void *state = &recorded;
  read_recorded(&state);
  int failed = cmocka_run_group_tests(with_state, NULL, NULL);
  free_recorded(&state);
  return failed;
}
