/* market_flow and minute_prices: the real programs, a broker that answers from recorded days, real rows of investors.
 */
#include <stdlib.h>

#include "live_db.h"

static const char KEY[] = "PSMadeUpZzBbNnMmLlPpOoIiUuYyQxWvZyKq", SECRET[] = "aMadeUpQxWvZyKqJjHh/+98765432109876==";
static const char DATE[] = "2024-10-11", BEFORE[] = "2024-10-10";
static const char MORNING[] = "2024-10-11T00:00:00Z", AFTERNOON[] = "2024-10-11T07:05:00Z",
                  EVENING[] = "2024-10-11T11:10:00Z", NEXT[] = "2024-10-14T00:00:00Z";
static const char *const STOCKS[] = {"000660", "005930", "000020", "035720"};
enum { STOCK_COUNT = 4, SESSIONS = 8 };

typedef struct {
  LiveWorld world; /* the first: helpers take a pointer to it */
  ReplayRun kis;
} Scene;

static void control(const Scene *scene, const char *request) {
  char text[256], answer[2048];
  snprintf(text, sizeof text, "POST /control/%s", request);
  if (!replay_run_control(&scene->kis, text, answer, sizeof answer)) fail_msg("%s: %s", text, answer);
}

static long count(const Scene *scene, const char *name) { return replay_run_calls(&scene->kis, name); }

static int start(void **state) {
  static Scene scene;
  const char *const arguments[] = {"--days",      TEST_DATA "/days",
                                   "--listing",   TEST_DATA "/listing.csv",
                                   "--flow",      TEST_DATA "/investor/net_shares.csv",
                                   "--appkey",    KEY,
                                   "--appsecret", SECRET,
                                   NULL};
  live_world_open(&scene.world, LIVE_DAYS);
  scene.world.prices_only = true;
  assert_true(replay_run_start(&scene.kis, KIS_REPLAY, arguments));
  *state = &scene;
  return 0;
}

static int stop(void **state) {
  Scene *scene = *state;
  assert_true(replay_run_stop(&scene->kis));
  live_world_close(&scene->world);
  return 0;
}

static void point_at(Scene *scene, const char *host) {
  char url[128];
  snprintf(url, sizeof url, "http://%s:%u", host, (unsigned)scene->kis.port);
  live_set(&scene->world, "CLOSEBELL_KIS_BASE_URL", url);
}

static int each(void **state) {
  Scene *scene = *state;
  live_world_reset(&scene->world);
  control(scene, "clear");
  control(scene, "paper?off=1");
  control(scene, "forget-token");
  control(scene, "forget-calls");
  control(scene, "market?drift=1&auction_back=1545");
  point_at(scene, "127.0.0.1");
  live_set(&scene->world, "CLOSEBELL_KIS_APP_KEY", KEY);
  live_set(&scene->world, "CLOSEBELL_KIS_APP_SECRET", SECRET);
  live_set(&scene->world, "CLOSEBELL_KIS_RATE_PER_SECOND", "1000");
  live_set(&scene->world, "CLOSEBELL_RETRY_SCALE", "0.01");
  return 0;
}

static void choose(Scene *scene, const char *what) {
  live_set(&scene->world, "CLOSEBELL_FLOW_STOCKS", strcmp(what, "minutes") == 0 ? NULL : "watchlists");
  live_set(&scene->world, "CLOSEBELL_MINUTES_STOCKS", strcmp(what, "flow") == 0 ? NULL : "watchlists");
}

/* Eight sessions up to the one before, and a list of four stocks. */
static void set_up(Scene *scene, const char *what) {
  live_do(&scene->world, "manual_setup", MORNING, "--days 8");
  live_insert(&scene->world, "system_info", "watchlists",
              "{\"_id\": \"mine\", \"tickers\": [\"000020\", \"000660\", \"005930\", \"035720\"], "
              "\"updated_utc\": {\"$date\": \"2024-10-01T00:00:00Z\"}}");
  choose(scene, what);
}

/* The broker's token does not outlast the day. */
static LiveResult run_at(Scene *scene, const char *now, const char *arguments) {
  char request[128];
  snprintf(request, sizeof request, "now?instant=%s", now);
  control(scene, request);
  return live_run_at(&scene->world, "daily_update", now, arguments);
}

static LiveResult do_at(Scene *scene, const char *now, const char *arguments) {
  LiveResult result = run_at(scene, now, arguments);
  live_assert_exit(&result, 0);
  return result;
}

static void next_day(Scene *scene) {
  control(scene, "forget-token");
  if (live_has_collection(&scene->world, "system_info", "source_state")) {
    LiveDocuments states = live_documents(&scene->world, "system_info", "source_state");
    for (size_t i = 0; i < states.count; i++)
      if (strncmp(live_id(states.items[i]), "kis", 3) == 0)
        live_delete(&scene->world, "system_info", "source_state", live_id(states.items[i]));
    live_documents_free(&states);
  }
}

static bson_t *status_of(Scene *scene, const char *date, const char *dataset) {
  char id[64];
  snprintf(id, sizeof id, "%s_%s", date, dataset);
  return live_get(&scene->world, "system_info", "job_status", id);
}

static void assert_status(Scene *scene, const char *date, const char *dataset, const char *state, const char *finality,
                          int64_t stored) {
  bson_t *status = status_of(scene, date, dataset);
  if (strcmp(live_text(status, "status"), state) != 0)
    fail_msg("%s %s: %s, not %s: %s", date, dataset, live_text(status, "status"), state,
             live_has_field(status, "reason") ? live_text(status, "reason") : "");
  assert_string_equal(live_text(status, "finality"), finality);
  assert_int_equal(live_int64(status, "stored_rows"), stored);
  bson_destroy(status);
}

/* Every document of the chosen stocks on that date. */
static void assert_finality(Scene *scene, const char *database, const char *date, const char *finality) {
  for (int i = 0; i < STOCK_COUNT; i++) {
    bson_t *document = live_get(&scene->world, database, STOCKS[i], date);
    assert_string_equal(live_text(document, "finality"), finality);
    bson_destroy(document);
  }
}

static bool has_close(Scene *scene, const char *ticker, const char *date) {
  bson_t *document = live_get(&scene->world, "market_flow", ticker, date);
  bool has = live_has_field(document, "close");
  bson_destroy(document);
  return has;
}

static int64_t archived_close(Scene *scene, const char *ticker, const char *date) {
  bson_t *row = live_get(&scene->world, "stock_data", ticker, date);
  int64_t close = live_int64(row, "close");
  bson_destroy(row);
  return close;
}

/* ---- flows ---- */

/* date,code,open,high,low,close,volume,institution,other,individual,foreign: the nets of the recorded rows. */
static size_t compare_with_recorded(Scene *scene, const char *from, const char *to) {
  FILE *file = fopen(TEST_DATA "/investor/net_shares.csv", "r");
  char line[256], date[16], code[16];
  long long institution, individual, foreign;
  size_t compared = 0;
  assert_non_null(file);
  while (fgets(line, sizeof line, file)) {
    if (sscanf(line, "%10[^,],%6[^,],%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%lld,%*[^,],%lld,%lld", date, code,
               &institution, &individual, &foreign) != 5 ||
        strcmp(date, from) < 0 || strcmp(date, to) > 0)
      continue;
    bson_t *document = live_find(&scene->world, "market_flow", code, date);
    if (!document) continue;
    assert_int_equal(live_int64(document, "institution_net_volume"), institution);
    assert_int_equal(live_int64(document, "individual_net_volume"), individual);
    assert_int_equal(live_int64(document, "foreign_net_volume"), foreign);
    assert_true(live_has_field(document, "program_net_buy") && live_has_field(document, "foreign_net_buy"));
    bson_destroy(document);
    compared++;
  }
  fclose(file);
  return compared;
}

static void flows_are_provisional_then_final_and_gain_their_close(void **state) {
  Scene *scene = *state;
  set_up(scene, "flow");
  do_at(scene, AFTERNOON, "");
  assert_status(scene, DATE, "market_flow", "waiting", "provisional", STOCK_COUNT);
  assert_finality(scene, "market_flow", DATE, "provisional");
  assert_finality(scene, "market_flow", BEFORE, "final");
  assert_false(has_close(scene, STOCKS[0], DATE));
  long asked = count(scene, "calls");
  do_at(scene, AFTERNOON, ""); /* nothing new to be had */
  assert_int_equal(count(scene, "calls"), asked);
  do_at(scene, EVENING, "");
  assert_status(scene, DATE, "market_flow", "completed", "final", STOCK_COUNT);
  assert_finality(scene, "market_flow", DATE, "final");
  assert_false(has_close(scene, STOCKS[0], DATE));
  next_day(scene);
  asked = count(scene, "calls");
  do_at(scene, NEXT, "");
  assert_int_equal(count(scene, "calls"), asked);
  assert_status(scene, DATE, "market_flow", "completed", "final", STOCK_COUNT);
  for (int i = 0; i < STOCK_COUNT; i++) {
    bson_t *document = live_get(&scene->world, "market_flow", STOCKS[i], DATE);
    assert_int_equal(live_int64(document, "close"), archived_close(scene, STOCKS[i], DATE));
    bson_destroy(document);
  }
}

static void flows_equal_the_recorded_rows_and_one_answer_fills_thirty_days(void **state) {
  Scene *scene = *state;
  set_up(scene, "flow");
  do_at(scene, EVENING, "");
  assert_int_equal(count(scene, "investor") + count(scene, "program"), 2 * STOCK_COUNT);
  assert_status(scene, BEFORE, "market_flow", "completed", "final", STOCK_COUNT);
  assert_true(compare_with_recorded(scene, "2024-09-26", DATE) >= SESSIONS);
  assert_int_equal(live_count(&scene->world, "market_flow", STOCKS[0]), SESSIONS + 1);
}

static void what_is_gone_or_altered_is_found_and_comes_back(void **state) {
  Scene *scene = *state;
  set_up(scene, "flow");
  do_at(scene, EVENING, "");
  next_day(scene);
  do_at(scene, NEXT, "");
  LiveDump whole = live_dump(&scene->world, LIVE_CONTENT), flows = live_dump_part(&whole, "market_flow.");
  live_delete(&scene->world, "market_flow", STOCKS[1], BEFORE);
  live_update(&scene->world, "market_flow", STOCKS[2], DATE, "{\"$set\": {\"close\": {\"$numberLong\": \"7\"}}}");
  LiveResult result = live_run_at(&scene->world, "manual_setup", NEXT, "--verify");
  live_assert_exit(&result, 75);
  live_assert_says(result.out, "daily_update --dataset market_flow --date 2024-10-10");
  live_assert_says(result.out, "daily_update --dataset market_flow --date 2024-10-11");
  do_at(scene, NEXT, "--dataset market_flow --date 2024-10-10");
  do_at(scene, NEXT, "--dataset market_flow --date 2024-10-11");
  result = live_run_at(&scene->world, "manual_setup", NEXT, "--verify");
  live_assert_exit(&result, 0);
  LiveDump now = live_dump(&scene->world, LIVE_CONTENT), again = live_dump_part(&now, "market_flow.");
  live_assert_same(&again, &flows);
  live_dump_free(&again);
  live_dump_free(&now);
  live_dump_free(&flows);
  live_dump_free(&whole);
}

static void one_broken_stock_holds_no_other(void **state) {
  Scene *scene = *state;
  set_up(scene, "flow");
  control(scene, "fault?service=investor&kind=negative&times=1");
  LiveResult result = run_at(scene, EVENING, "--dataset market_flow --date 2024-10-11");
  live_assert_exit(&result, 75);
  assert_status(scene, DATE, "market_flow", "failed", "final", STOCK_COUNT - 1);
  bson_t *status = status_of(scene, DATE, "market_flow");
  assert_true(live_array_is(status, "missing", (const char *const[]){"000020"}, 1));
  bson_destroy(status);
  do_at(scene, EVENING, "");
  assert_status(scene, DATE, "market_flow", "completed", "final", STOCK_COUNT);
}

static void a_killed_token_ends_the_run_and_the_next_one_goes_on(void **state) {
  Scene *scene = *state;
  set_up(scene, "flow");
  do_at(scene, AFTERNOON, "");
  control(scene, "kill-token");
  run_at(scene, EVENING, "");
  assert_finality(scene, "market_flow", DATE, "provisional");
  next_day(scene);
  do_at(scene, EVENING, "");
  assert_status(scene, DATE, "market_flow", "completed", "final", STOCK_COUNT);
}

static void rate_errors_are_waited_for(void **state) {
  Scene *scene = *state;
  set_up(scene, "both");
  control(scene, "fault?service=investor&kind=code&code=EGW00201&value=500&times=2");
  control(scene, "fault?service=minutes-dated&kind=code&code=EGW00201&times=2");
  do_at(scene, EVENING, "");
  assert_status(scene, DATE, "market_flow", "completed", "final", STOCK_COUNT);
  assert_status(scene, DATE, "minute_prices", "waiting", "provisional", STOCK_COUNT);
}

/* No evening is known of a day on which the exchange was closed: a holiday in the middle of the week. */
static void a_day_without_a_session_leaves_nothing(void **state) {
  Scene *scene = *state;
  live_do(&scene->world, "manual_setup", "2024-10-09T00:00:00Z", "--days 5");
  live_insert(&scene->world, "system_info", "watchlists",
              "{\"_id\": \"mine\", \"tickers\": [\"000660\"], \"updated_utc\": {\"$date\": \"2024-10-01T00:00:00Z\"}}");
  choose(scene, "both");
  do_at(scene, "2024-10-09T07:05:00Z", "");
  assert_false(live_has(&scene->world, "system_info", "job_status", "2024-10-09_market_flow"));
  assert_false(live_has(&scene->world, "system_info", "job_status", "2024-10-09_minute_prices"));
  assert_false(live_has(&scene->world, "market_flow", "000660", "2024-10-09"));
}

/* ---- minutes ---- */

static void minutes_are_provisional_until_the_archive_agrees(void **state) {
  Scene *scene = *state;
  set_up(scene, "minutes");
  do_at(scene, AFTERNOON, "--dataset minute_prices --date 2024-10-11");
  assert_true(count(scene, "minutes-dated") >= 2 * STOCK_COUNT && count(scene, "minutes-dated") <= 4 * STOCK_COUNT);
  assert_status(scene, DATE, "minute_prices", "waiting", "provisional", STOCK_COUNT);
  assert_finality(scene, "minute_data", DATE, "provisional");
  next_day(scene);
  long asked = count(scene, "calls");
  do_at(scene, NEXT, "--dataset minute_prices --date 2024-10-11");
  assert_true(count(scene, "calls") >= asked);
  do_at(scene, NEXT, "");
  assert_status(scene, DATE, "minute_prices", "completed", "final", STOCK_COUNT);
  assert_finality(scene, "minute_data", DATE, "final");
  assert_finality(scene, "minute_data", BEFORE, "final");
  LiveResult result = live_run_at(&scene->world, "manual_setup", NEXT, "--verify");
  live_assert_exit(&result, 0);
}

static void the_closing_auction_is_awaited(void **state) {
  Scene *scene = *state;
  set_up(scene, "minutes");
  control(scene, "market?auction_back=1620");
  do_at(scene, AFTERNOON, "--dataset minute_prices --date 2024-10-11");
  assert_status(scene, DATE, "minute_prices", "waiting", "provisional", 0);
  assert_false(live_has(&scene->world, "minute_data", STOCKS[0], DATE));
  do_at(scene, "2024-10-11T07:25:00Z", "--dataset minute_prices --date 2024-10-11");
  assert_status(scene, DATE, "minute_prices", "waiting", "provisional", STOCK_COUNT);
}

static void paper_trading_brings_todays_minutes_and_investors(void **state) {
  Scene *scene = *state;
  set_up(scene, "both");
  control(scene, "paper");
  point_at(scene, "openapivts.localhost");
  live_set(&scene->world, "no_proxy", "*");
  do_at(scene, EVENING, "--dataset market_flow --date 2024-10-11");
  assert_status(scene, DATE, "market_flow", "completed", "final", STOCK_COUNT);
  do_at(scene, EVENING, "--dataset minute_prices --date 2024-10-11");
  assert_status(scene, DATE, "minute_prices", "waiting", "provisional", STOCK_COUNT);
  bson_t *flow = live_get(&scene->world, "market_flow", STOCKS[0], DATE);
  assert_false(live_has_field(flow, "program_net_buy"));
  bson_destroy(flow);
}

static void exam_days_end_an_hour_later(void **state) {
  Scene *scene = *state;
  set_up(scene, "minutes");
  control(scene, "hours?date=2024-10-11&open=1000&close=1630");
  control(scene, "market?auction_back=1645");
  next_day(scene);
  do_at(scene, NEXT, "");
  do_at(scene, NEXT, "--dataset minute_prices --date 2024-10-11");
  assert_status(scene, DATE, "minute_prices", "completed", "final", STOCK_COUNT);
  control(scene, "hours?date=2024-10-11&open=0900&close=1530");
}

static void two_processes_do_the_work_once(void **state) {
  Scene *scene = *state;
  set_up(scene, "both");
  char request[64], arguments[64];
  snprintf(request, sizeof request, "now?instant=%s", EVENING);
  control(scene, request);
  live_exchange_now(&scene->world, EVENING);
  snprintf(arguments, sizeof arguments, "--now %s", EVENING);
  LiveProcess processes[2];
  for (int i = 0; i < 2; i++) processes[i] = live_start(&scene->world, "daily_update", arguments);
  for (int i = 0; i < 2; i++) {
    LiveResult result = live_finish(&scene->world, &processes[i]);
    live_assert_exit(&result, 0);
  }
  do_at(scene, EVENING, "");
  assert_status(scene, DATE, "market_flow", "completed", "final", STOCK_COUNT);
  assert_int_equal(count(scene, "investor"), STOCK_COUNT);
}

/* Thirty days by one answer; those behind them by the service that knows dates, thirty by each. */
static void older_flows_come_by_the_dated_service(void **state) {
  Scene *scene = *state;
  enum { MANY = 50 };
  live_do(&scene->world, "manual_setup", MORNING, "--days 50");
  live_insert(&scene->world, "system_info", "watchlists",
              "{\"_id\": \"mine\", \"tickers\": [\"005930\"], \"updated_utc\": {\"$date\": \"2024-10-01T00:00:00Z\"}}");
  choose(scene, "flow");
  do_at(scene, EVENING, "");
  assert_int_equal(live_count(&scene->world, "market_flow", "005930"), MANY + 1);
  assert_int_equal(count(scene, "investor"), 1);
  assert_true(count(scene, "investor-daily") >= 1 && count(scene, "investor-daily") <= 2);
  LiveDocuments flows = live_documents(&scene->world, "market_flow", "005930");
  assert_string_equal(live_text(flows.items[0], "finality"), "final");
  assert_status(scene, live_id(flows.items[0]), "market_flow", "completed", "final", 1);
  live_documents_free(&flows);
  long asked = count(scene, "calls");
  do_at(scene, EVENING, "");
  assert_int_equal(count(scene, "calls"), asked);
}

/* Filling in leaves half of the day's calls to the work of the day. */
static void filling_in_leaves_calls_for_the_day(void **state) {
  Scene *scene = *state;
  set_up(scene, "minutes");
  live_set(&scene->world, "CLOSEBELL_KIS_CALLS_PER_DAY", "60");
  do_at(scene, EVENING, "");
  assert_status(scene, DATE, "minute_prices", "waiting", "provisional", STOCK_COUNT);
  assert_status(scene, BEFORE, "minute_prices", "completed", "final", STOCK_COUNT);
  assert_true(count(scene, "minutes-dated") < 60);
  assert_true(live_count(&scene->world, "minute_data", STOCKS[0]) < SESSIONS + 1);
}

static void minutes_older_than_keep_days_are_removed(void **state) {
  Scene *scene = *state;
  set_up(scene, "minutes");
  do_at(scene, EVENING, "");
  assert_int_equal(live_count(&scene->world, "minute_data", STOCKS[0]), SESSIONS + 1);
  live_set(&scene->world, "CLOSEBELL_MINUTES_KEEP_DAYS", "5");
  next_day(scene);
  do_at(scene, NEXT, "");
  LiveDocuments minutes = live_documents(&scene->world, "minute_data", STOCKS[0]);
  assert_true(minutes.count > 0 && strcmp(live_id(minutes.items[0]), "2024-10-08") > 0);
  live_documents_free(&minutes);
  LiveResult result = live_run_at(&scene->world, "manual_setup", NEXT, "--verify");
  live_assert_exit(&result, 0);
}

/* ---- real minutes ---- */

enum { BARS_MAX = 460 };

typedef struct {
  int time;
  long long open, high, low, close, volume;
} Bar;

/* date,time,open,high,low,close,volume,value: those with trades. */
static size_t read_bars(const char *path, Bar *bars) {
  FILE *file = fopen(path, "r");
  char line[256];
  size_t bar_count = 0;
  assert_non_null(file);
  while (fgets(line, sizeof line, file)) {
    Bar bar;
    bool good = sscanf(line, "%*[^,],%d,%lld,%lld,%lld,%lld,%lld", &bar.time, &bar.open, &bar.high, &bar.low,
                       &bar.close, &bar.volume) == 6;
    bar.time /= 100;
    if (good && bar.volume > 0 && bar_count < BARS_MAX) bars[bar_count++] = bar;
  }
  fclose(file);
  return bar_count;
}

/* A recorded day under another date, and one stock more. */
static void write_day(const char *folder, const char *source, const char *date, const char *row) {
  char path[256], line[256];
  snprintf(path, sizeof path, TEST_DATA "/days/%s.csv", source);
  FILE *from = fopen(path, "r");
  snprintf(path, sizeof path, "%s/%s.csv", folder, date);
  FILE *to = fopen(path, "w");
  bool written = false;
  assert_true(from && to);
  for (bool head = true; fgets(line, sizeof line, from); head = false) {
    if (!head && !written && strncmp(line, row, 6) > 0) written = fputs(row, to) >= 0;
    fputs(line, to);
  }
  fclose(from);
  fclose(to);
}

static const char *write_listing(LiveWorld *world, const char *code, char path[128]) {
  char text[LIVE_TEXT_SIZE], line[256];
  size_t length = 0;
  bool written = false;
  FILE *from = fopen(TEST_DATA "/listing.csv", "r");
  assert_non_null(from);
  for (bool head = true; fgets(line, sizeof line, from); head = false) {
    if (!head && !written && strncmp(line, code, 6) > 0) {
      length += (size_t)snprintf(text + length, sizeof text - length, "%s,real minutes,KOSPI,10000000\n", code);
      written = true;
    }
    length += (size_t)snprintf(text + length, sizeof text - length, "%s", line);
  }
  fclose(from);
  return live_file(world, "listing.csv", text, path);
}

typedef struct {
  const char *code, *file;
  const char *dates[3], *sources[3]; /* two sessions before it, and the day */
  const char *morning, *evening, *next;
} RealDay;

static const RealDay EXAM = {"000230",
                             TEST_DATA "/minute/000230_20251113.csv",
                             {"2025-11-11", "2025-11-12", "2025-11-13"},
                             {"2025-04-08", "2025-04-09", "2025-04-10"},
                             "2025-11-13T00:00:00Z",
                             "2025-11-13T08:40:00Z",
                             "2025-11-14T00:00:00Z"};
static const RealDay LATE_OPENING = {"004310",
                                     TEST_DATA "/minute/004310_20260102.csv",
                                     {"2025-12-29", "2025-12-30", "2026-01-02"},
                                     {"2025-04-07", "2025-04-08", "2025-04-09"},
                                     "2026-01-02T00:00:00Z",
                                     "2026-01-02T08:40:00Z",
                                     "2026-01-05T00:00:00Z"};
static const RealDay USUAL = {"000150",
                              TEST_DATA "/minute/000150_20250901.csv",
                              {"2025-08-28", "2025-08-29", "2025-09-01"},
                              {"2025-04-03", "2025-04-04", "2025-04-07"},
                              "2025-09-01T00:00:00Z",
                              "2025-09-01T08:40:00Z",
                              "2025-09-02T00:00:00Z"};

static void write_days(const RealDay *real, const char *folder, const Bar *bars, size_t bar_count) {
  char row[160];
  long long high = bars[0].high, low = bars[0].low, volume = 0;
  for (size_t i = 0; i < bar_count; i++) {
    high = bars[i].high > high ? bars[i].high : high;
    low = bars[i].low < low ? bars[i].low : low;
    volume += bars[i].volume;
  }
  for (int i = 0; i < 3; i++) {
    snprintf(row, sizeof row, "%s,%lld,%lld,%lld,%lld,%lld\n", real->code, bars[0].open, high, low,
             bars[bar_count - 1].close, volume);
    write_day(folder, real->sources[i], real->dates[i], row);
  }
}

static void assert_bars(Scene *scene, const RealDay *real, const Bar *bars, size_t bar_count) {
  static const char *const FIELDS[] = {"time", "open", "high", "low", "close", "volume"};
  bson_t *document = live_get(&scene->world, "minute_data", real->code, real->dates[2]);
  for (size_t field = 0; field < 6; field++) {
    bson_iter_t iter, items;
    size_t at = 0;
    assert_true(bson_iter_init_find(&iter, document, FIELDS[field]) && bson_iter_recurse(&iter, &items));
    for (; bson_iter_next(&items); at++) {
      const long long values[] = {bars[at].time, bars[at].open,  bars[at].high,
                                  bars[at].low,  bars[at].close, bars[at].volume};
      assert_true(at < bar_count);
      assert_int_equal(bson_iter_as_int64(&items), values[field]);
    }
    assert_int_equal(at, bar_count);
  }
  bson_destroy(document);
}

static void bring_real(Scene *scene, const RealDay *real) {
  Bar bars[BARS_MAX];
  char folder[128], command[512], listing[128];
  const ReplayRun exchange = scene->world.exchange, kis = scene->kis;
  size_t bar_count = read_bars(real->file, bars);
  snprintf(folder, sizeof folder, "%s/days-%s", scene->world.folder, real->code);
  snprintf(command, sizeof command, "mkdir -p %s", folder);
  assert_int_equal(system(command), 0);
  write_days(real, folder, bars, bar_count);
  write_listing(&scene->world, real->code, listing);
  ReplayRun other = live_start_exchange_of(folder, listing);
  const char *const arguments[] = {"--days",   folder, "--listing",   listing, "--minutes", TEST_DATA "/minute",
                                   "--appkey", KEY,    "--appsecret", SECRET,  NULL};
  assert_true(replay_run_start(&scene->kis, KIS_REPLAY, arguments));
  live_use_exchange(&scene->world, &other);
  point_at(scene, "127.0.0.1");
  live_do(&scene->world, "manual_setup", real->morning, "--days 2");
  snprintf(command, sizeof command,
           "{\"_id\": \"mine\", \"tickers\": [\"%s\"], \"updated_utc\": {\"$date\": \"2024-10-01T00:00:00Z\"}}",
           real->code);
  live_insert(&scene->world, "system_info", "watchlists", command);
  choose(scene, "minutes");
  do_at(scene, real->evening, "");
  assert_status(scene, real->dates[2], "minute_prices", "waiting", "provisional", 1);
  next_day(scene);
  do_at(scene, real->next, "");
  assert_status(scene, real->dates[2], "minute_prices", "completed", "final", 1);
  assert_bars(scene, real, bars, bar_count);
  assert_true(replay_run_stop(&scene->kis));
  assert_true(replay_run_stop(&other));
  scene->kis = kis;
  live_use_exchange(&scene->world, &exchange);
}

static void real_minutes_of_a_usual_day_are_kept_to_the_last_share(void **state) { bring_real(*state, &USUAL); }
static void real_minutes_of_an_exam_day_are_kept_to_the_last_share(void **state) { bring_real(*state, &EXAM); }
static void real_minutes_of_a_late_opening_are_kept_to_the_last_share(void **state) {
  bring_real(*state, &LATE_OPENING);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup(name, each)
  const struct CMUnitTest tests[] = {
      TEST(flows_are_provisional_then_final_and_gain_their_close),
      TEST(flows_equal_the_recorded_rows_and_one_answer_fills_thirty_days),
      TEST(what_is_gone_or_altered_is_found_and_comes_back),
      TEST(one_broken_stock_holds_no_other),
      TEST(a_killed_token_ends_the_run_and_the_next_one_goes_on),
      TEST(rate_errors_are_waited_for),
      TEST(a_day_without_a_session_leaves_nothing),
      TEST(minutes_are_provisional_until_the_archive_agrees),
      TEST(the_closing_auction_is_awaited),
      TEST(paper_trading_brings_todays_minutes_and_investors),
      TEST(exam_days_end_an_hour_later),
      TEST(two_processes_do_the_work_once),
      TEST(older_flows_come_by_the_dated_service),
      TEST(filling_in_leaves_calls_for_the_day),
      TEST(minutes_older_than_keep_days_are_removed),
      TEST(real_minutes_of_a_usual_day_are_kept_to_the_last_share),
      TEST(real_minutes_of_an_exam_day_are_kept_to_the_last_share),
      TEST(real_minutes_of_a_late_opening_are_kept_to_the_last_share),
  };
  cmocka_set_test_filter(getenv("TEST_FILTER"));
  return cmocka_run_group_tests(tests, start, stop);
}
