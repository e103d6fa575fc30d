/* Seed 003's strategies over the real daily_update, day after day: another list each weekday, 500 companies in 25 days
 * through two keys and deaths, two tokens with windows of a quarter of an hour, and 385 symbols by a map file. What was
 * asked, and how often, says the server. */
#include <signal.h>
#include <stdlib.h>

#include "feed_scene.h"

static const int64_t MINUTE_MS = 60 * 1000, HOUR_MS = INT64_C(3600) * 1000, DAY_MS = INT64_C(24) * 3600 * 1000;

/* ---- seven weekdays of 25 questions ---- */

static const char NEWS[] = "[feed]\n"
                           "title = News by weekday\n"
                           "url = http://127.0.0.1:$PORT/query\n"
                           "schedule = daily 07:00 UTC\n"
                           "keys_file = alpha.keys\n"
                           "items mon = @mon.txt\nitems tue = @tue.txt\nitems wed = @wed.txt\nitems thu = @thu.txt\n"
                           "items fri = @fri.txt\nitems sat = @sat.txt\nitems sun = @sun.txt\n"
                           "rows = /feed\n"
                           "id = {url}\n"
                           "[query]\n"
                           "function = NEWS_SENTIMENT\ntickers = {item}\nlimit = 10\napikey = {key}\n"
                           "[query mon]\nsort = LATEST\n"
                           "[fields]\n"
                           "url = string /url\n"
                           "title = string /title\n"
                           "published_utc = instant /time_published %Y%m%dT%H%M%S\n"
                           "score = double /overall_sentiment_score\n"
                           "topics = strings? /topics/*/topic\n"
                           "[answer]\nlimit_if = /Information\nerror_if = /Error Message\nok_if = /feed\n";

static void write_items(FeedScene *scene, const char *file, const char *prefix, int count) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  for (int i = 0; i < count; i++) fprintf(out, "%s%03d\n", prefix, i);
  fclose(out);
  feed_scene_file(scene, file, text);
  free(text);
}

static void each_weekday_asks_its_own_25_questions(void **state) {
  static const char *const DAYS[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  FeedScene *scene = *state;
  char file[16], now[32];
  web_run_control(&scene->web, "limits?provider=alpha&per_day=25&per_window=0");
  feed_scene_file(scene, "alpha.keys", "a-long-key-of-alpha-one 25\n");
  feed_scene_file(scene, "news.ini", NEWS);
  for (size_t i = 0; i < 7; i++) {
    snprintf(file, sizeof file, "%s.txt", DAYS[i]);
    write_items(scene, file, DAYS[i], 25);
  }
  for (int day = 0; day < 7; day++) {
    feed_scene_later("2025-03-05T07:30:00Z", day * DAY_MS, now);
    feed_scene_do(scene, "news", now, 0);
    char date[16];
    snprintf(date, sizeof date, "%.10s", now);
    feed_scene_assert(scene, date, "news", "completed", 250, 250);
  }
  WebLog log = web_run_log(&scene->web);
  assert_int_equal(log.count, 7 * 25);
  assert_int_equal(web_log_count(&log, "news", "rows", NULL, NULL), 7 * 25);
  assert_int_equal(web_log_repeats(&log, "news"), 0);
  assert_int_equal(web_log_most(&log, "news", NULL, 24 * 3600 - 1), 25);
  for (size_t i = 0; i < 7; i++) {
    snprintf(file, sizeof file, "%s007", DAYS[i]);
    assert_int_equal(web_log_count(&log, "news", "rows", NULL, file), 1);
  }
  assert_int_equal(live_count(&scene->world, "feed_data", "news"), 7 * 250);
  web_log_clear(&log);
}

/* ---- 500 companies ---- */

static const char OVERVIEW[] = "[feed]\n"
                               "url = http://127.0.0.1:$PORT/query\n"
                               "schedule = daily 07:00 UTC\n"
                               "keys_file = alpha.keys\n"
                               "items = @symbols.txt\n"
                               "per_run = 20\n"
                               "rows =\n"
                               "single = yes\n"
                               "id = {symbol}\n"
                               "keep = replace\n"
                               "missing = None, -\n"
                               "[query]\n"
                               "function = OVERVIEW\nsymbol = {item}\napikey = {key}\n"
                               "[fields]\n"
                               "symbol = string /Symbol\n"
                               "name = string /Name\n"
                               "market_capitalization = int /MarketCapitalization\n"
                               "peg_ratio = double? /PEGRatio\n"
                               "dividend_yield = double? /DividendYield\n"
                               "[answer]\nlimit_if = /Information\nerror_if = /Error Message\n";

typedef struct {
  const char *service, *item;
} AskedFor;

/* The program waits for an answer that comes late. */
static bool is_asked(LiveWorld *world, const void *context) {
  const AskedFor *asked = context;
  FeedScene *scene = (FeedScene *)world; /* its first member */
  WebLog log = web_run_log(&scene->web);
  long count = web_log_count(&log, asked->service, NULL, NULL, asked->item);
  web_log_clear(&log);
  return count > 0;
}

static void die_while_asking(FeedScene *scene, const char *name, const char *item, const char *now) {
  char what[96], arguments[128];
  const AskedFor asked = {"overview", item};
  snprintf(what, sizeof what, "service=overview/%s&kind=slow&value=30000&times=1", item);
  assert_true(replay_run_fault(&scene->web, what));
  web_run_at(&scene->web, now);
  snprintf(arguments, sizeof arguments, "--now %s --dataset %s", now, name);
  LiveProcess process = live_start(&scene->world, "daily_update", arguments);
  assert_true(live_wait_until(&scene->world, &process, is_asked, &asked));
  assert_int_equal(kill(process.pid, SIGKILL), 0);
  LiveResult result = live_finish(&scene->world, &process);
  assert_int_equal(result.signal, SIGKILL);
}

static void five_hundred_companies_take_25_days_and_each_is_asked_once(void **state) {
  FeedScene *scene = *state;
  char now[32], item[16];
  web_run_control(&scene->web, "limits?provider=alpha&per_day=15&per_window=0");
  feed_scene_file(scene, "alpha.keys", "a-long-key-of-alpha-one 15\na-long-key-of-alpha-two 15\n");
  feed_scene_file(scene, "overview.ini", OVERVIEW);
  write_items(scene, "symbols.txt", "S", 500);
  int deaths = 0;
  for (int day = 0; day < 25; day++) {
    feed_scene_later("2025-03-05T07:30:00Z", day * DAY_MS, now);
    if (day % 5 == 2) { /* in the middle of the day's batch, at another place each time */
      snprintf(item, sizeof item, "S%03d", day * 20 + 3 + day);
      if (day * 20 + 3 + day < (day + 1) * 20) {
        die_while_asking(scene, "overview", item, now);
        deaths++;
      }
    }
    feed_scene_do(scene, "overview", now, 0);
    char date[16];
    snprintf(date, sizeof date, "%.10s", now);
    feed_scene_assert(scene, date, "overview", "completed", 20, 20);
  }
  WebLog log = web_run_log(&scene->web);
  assert_true(deaths > 0);
  assert_int_equal(web_log_count(&log, "overview", "rows", NULL, NULL), 500);
  assert_int_equal(log.count, 500 + deaths);
  assert_int_equal(web_log_repeats(&log, "overview"), 0);
  assert_true(web_log_most(&log, "overview", "a-long-key-of-alpha-one", 24 * 3600 - 1) <= 15);
  assert_true(web_log_most(&log, "overview", "a-long-key-of-alpha-two", 24 * 3600 - 1) <= 15);
  assert_int_equal(live_count(&scene->world, "feed_data", "overview"), 500);
  web_log_clear(&log);
}

/* ---- two tokens ---- */

static const char POSTS[] = "[feed]\n"
                            "url = http://127.0.0.1:$PORT/2/users/{item}/tweets\n"
                            "schedule = hourly\n"
                            "keys_file = x.keys\n"
                            "rate = 2/15min\n"
                            "items = @users.txt\n"
                            "since = id 0\n"
                            "rows = /data\n"
                            "id = {id}:{author}\n"
                            "[query]\nmax_results = 100\nsince_id = {since}\n"
                            "[headers]\nAuthorization = Bearer {key}\n"
                            "[fields]\n"
                            "id = int /id\n"
                            "author = string /author_id\n"
                            "text = string /text\n"
                            "created_utc = instant /created_at\n"
                            "[paging]\nkind = cursor\nparam = pagination_token\ncursor = /meta/next_token\n"
                            "[answer]\nok_if = /meta/result_count\nempty_if = /meta/result_count = 0\n";

static void two_tokens_take_turns_within_windows_of_a_quarter_of_an_hour(void **state) {
  FeedScene *scene = *state;
  char now[32];
  web_run_control(&scene->web, "limits?provider=x&per_day=0&per_window=2&window_s=900");
  feed_scene_file(scene, "x.keys", "token-of-the-first-account\ntoken-of-the-second-account\n");
  feed_scene_file(scene, "users.txt", "11\n");
  feed_scene_file(scene, "posts.ini", POSTS);
  /* The first question has three pages: two by the first token, one by the second. */
  feed_scene_do(scene, "posts", "2025-03-05T01:00:00Z", 0);
  feed_scene_assert(scene, "2025-03-05", "posts", "completed", 240, 240);
  feed_scene_file(scene, "users.txt", "11\n12\n13\n14\n15\n16\n17\n18\n");
  const char *begin = "2025-03-05T02:00:00Z";
  bool completed = false;
  for (int quarter = 0; quarter < 40 && !completed; quarter++) {
    /* Seven new accounts have three pages each; none is stored before its last page is there. */
    feed_scene_do(scene, "posts", feed_scene_later(begin, quarter * 15 * MINUTE_MS, now), 0);
    bson_t *status = feed_scene_status(scene, "2025-03-05", "posts");
    completed = strcmp(live_text(status, "status"), "completed") == 0;
    bson_destroy(status);
  }
  assert_true(completed);
  WebLog log = web_run_log(&scene->web);
  assert_int_equal(web_log_count(&log, NULL, "limited", NULL, NULL), 0);
  assert_true(web_log_most(&log, "posts", "token-of-the-first-account", 899) <= 2);
  assert_true(web_log_most(&log, "posts", "token-of-the-second-account", 899) <= 2);
  assert_true(web_log_count(&log, NULL, NULL, "token-of-the-second-account", NULL) > 5);
  web_log_clear(&log);
  /* Only what is newer is asked for. */
  int64_t before = live_count(&scene->world, "feed_data", "posts");
  feed_scene_do(scene, "posts", "2025-03-06T03:00:00Z", 0);
  assert_true(live_count(&scene->world, "feed_data", "posts") > before);
  (void)HOUR_MS;
}

/* Pages are not kept: whoever reads the status gets to know why it does not end. */
static void a_question_of_more_pages_than_its_window_says_so(void **state) {
  FeedScene *scene = *state;
  web_run_control(&scene->web, "limits?provider=x&per_day=0&per_window=2&window_s=900");
  feed_scene_file(scene, "x.keys", "token-of-the-only-account\n");
  feed_scene_file(scene, "users.txt", "11\n");
  feed_scene_file(scene, "posts.ini", POSTS);
  feed_scene_do(scene, "posts", "2025-03-05T01:00:00Z", 0);
  feed_scene_assert(scene, "2025-03-05", "posts", "waiting", 0, 0);
  feed_scene_assert_says(scene, "2025-03-05", "posts", "2 pages of this question");
}

/* ---- 385 symbols by a map ---- */

static const char MAPPED[] = "[feed]\n"
                             "url = http://127.0.0.1:$PORT/api/v3/coins/markets\n"
                             "schedule = hourly\n"
                             "rows =\n"
                             "id = {market}\n"
                             "keep = replace\n"
                             "only = market\n"
                             "indexes = -market_cap\n"
                             "[query]\nvs_currency = krw\nper_page = 250\n"
                             "[fields]\n"
                             "coin = string /id\n"
                             "market = string? map coins.map /id 2\n"
                             "price = double? /current_price\n"
                             "market_cap = double? /market_cap\n"
                             "[paging]\nkind = page\nparam = page\nsize = 250\n"
                             "[checks]\nmin_rows = 385\nunique = market\n";

/* Every coin that the server has. */
static void write_map(FeedScene *scene) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  for (int page = 1; page <= 2; page++) {
    char path[128];
    snprintf(path, sizeof path, "/api/v3/coins/markets?vs_currency=krw&per_page=250&page=%d", page);
    ReplayReply reply = web_run_ask(&scene->web, path, NULL);
    assert_int_equal(reply.status, 200);
    for (const char *at = reply.body; (at = strstr(at, "{\"id\":\"")) != NULL; at++) {
      int id = (int)strcspn(at + 7, "\"");
      fprintf(out, "%.*s\tKRW-%.*s\n", id, at + 7, id, at + 7);
    }
    replay_reply_free(&reply);
  }
  fclose(out);
  feed_scene_file(scene, "coins.map", text);
  free(text);
}

static void symbols_are_mapped_by_a_file(void **state) {
  FeedScene *scene = *state;
  write_map(scene);
  feed_scene_file(scene, "mapped.ini", MAPPED);
  feed_scene_do(scene, "mapped", "2025-03-05T01:10:00Z", 0);
  feed_scene_assert(scene, "2025-03-05", "mapped", "completed", 385, 385);
  feed_scene_do(scene, "mapped", "2025-03-05T02:10:00Z", 0);
  bson_t *status = feed_scene_status(scene, "2025-03-05", "mapped");
  assert_int_equal(live_int64(status, "stored_rows"), 385);
  assert_true(live_int64(status, "changed") > 0);
  bson_destroy(status);
  assert_int_equal(live_count(&scene->world, "feed_data", "mapped"), 385);
}

#define TEST(name) cmocka_unit_test_setup(name, feed_scene_reset)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(each_weekday_asks_its_own_25_questions),
      TEST(five_hundred_companies_take_25_days_and_each_is_asked_once),
      TEST(two_tokens_take_turns_within_windows_of_a_quarter_of_an_hour),
      TEST(a_question_of_more_pages_than_its_window_says_so),
      TEST(symbols_are_mapped_by_a_file),
  };
  return cmocka_run_group_tests_name("feeds_strategies", tests, feed_scene_open, feed_scene_close);
}
