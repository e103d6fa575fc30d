/* Minutes as they were published, of a usual day, an exam day and a late opening: kept to the last share. */
#include "flow_scene.h"

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
      TEST(real_minutes_of_a_usual_day_are_kept_to_the_last_share),
      TEST(real_minutes_of_an_exam_day_are_kept_to_the_last_share),
      TEST(real_minutes_of_a_late_opening_are_kept_to_the_last_share),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
