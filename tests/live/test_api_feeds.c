/* The feeds that ship, brought by the real daily_update from the server of ours, and as closebell_api gives them: which
 * there are, pages, ranges, CSV and NDJSON. */
#include <stdlib.h>
#include <unistd.h>

#include <closebell/base/json.h>

#include "api_client.h"
#include "feed_scene.h"

static const char AT[] = "2025-03-05T01:10:00Z"; /* a Wednesday, 10:10 in Korea */

/* A shipped file, with the server of ours instead of its provider. */
static void ship(FeedScene *scene, const char *name) {
  char path[512], text[16384], file[64], local[16384];
  snprintf(path, sizeof path, SHIPPED_FEEDS "/%s.ini", name);
  FILE *from = fopen(path, "r");
  assert_non_null(from);
  text[fread(text, 1, sizeof text - 1, from)] = '\0';
  fclose(from);
  char *url = strstr(text, "\nurl = https://");
  assert_non_null(url);
  url += strlen("\nurl = ");
  const char *behind = strchr(url + strlen("https://"), '/');
  assert_non_null(behind);
  snprintf(local, sizeof local, "%.*shttp://127.0.0.1:$PORT%s", (int)(url - text), text, behind);
  snprintf(file, sizeof file, "%s.ini", name);
  feed_scene_file(scene, file, local);
}

/* Lines of the log that asked a service. */
static long calls_of(const FeedScene *scene, const char *service, const char *said) {
  WebLog log = web_run_log(&scene->web);
  long count = web_log_count(&log, service, said, NULL, NULL);
  web_log_clear(&log);
  return count;
}

static size_t count_of(const char *text, const char *part) {
  size_t count = 0;
  for (; (text = strstr(text, part)) != NULL; text += strlen(part)) count++;
  return count;
}

/* ---- the shipped files ---- */

static const struct {
  const char *name, *service, *keys, *date;
  long questions, documents; /* documents 0: counted elsewhere */
} SHIPPED[] = {
    {"fred_rates", "fred", "fred.keys", "2025-03-05", 10, 10 * 794},
    {"bithumb_ticker", "ticker", NULL, "2025-03-05", 1, 385},
    {"coingecko_markets", "markets", "coingecko.keys", "2025-03-05", 2, 385},
    {"alpha_news", "news", "alpha.keys", "2025-03-05", 25, 25 * 120},
    {"x_posts_primary", "posts", "x.keys", "2025-03-05", 15, 5 * 240},
    {"worldbank_gdp", "worldbank", NULL, "2025-03-03", 3, 3 * 66},
};
enum { SHIPPED_COUNT = sizeof SHIPPED / sizeof SHIPPED[0] };

static void each_shipped_feed_is_brought_whole_and_asked_no_more(void **state) {
  FeedScene *scene = *state;
  for (size_t i = 0; i < SHIPPED_COUNT; i++) ship(scene, SHIPPED[i].name);
  for (size_t i = 0; i < SHIPPED_COUNT; i++)
    if (SHIPPED[i].keys != NULL) feed_scene_file(scene, SHIPPED[i].keys, "the-key-1\n");
  web_run_at(&scene->web, AT);
  live_set(&scene->world, "CLOSEBELL_RETRY_SCALE", "0");
  LiveResult result = live_run_at(&scene->world, "daily_update", AT, "");
  live_assert_exit(&result, 0);
  for (size_t i = 0; i < SHIPPED_COUNT; i++) {
    feed_scene_assert(scene, SHIPPED[i].date, SHIPPED[i].name, "completed", SHIPPED[i].documents, SHIPPED[i].documents);
    assert_int_equal(live_count(&scene->world, "feed_data", SHIPPED[i].name), SHIPPED[i].documents);
    assert_int_equal(calls_of(scene, SHIPPED[i].service, "rows"), SHIPPED[i].questions);
  }
  long before = replay_run_calls(&scene->web, "calls");
  live_do(&scene->world, "daily_update", "2025-03-05T01:20:00Z", "");
  assert_int_equal(replay_run_calls(&scene->web, "calls"), before);
  assert_null(strstr(result.err, "the-key-1"));
}

static void those_with_keys_are_off_until_a_key_is_there(void **state) {
  FeedScene *scene = *state;
  for (size_t i = 0; i < SHIPPED_COUNT; i++)
    if (SHIPPED[i].keys != NULL) ship(scene, SHIPPED[i].name);
  live_do(&scene->world, "daily_update", AT, "");
  assert_int_equal(replay_run_calls(&scene->web, "calls"), 0);
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/feeds", 200);
  live_assert_says(body, "\"items\":[]");
  free(body);
  api_stop(&scene->world, &api);
}

/* ---- which there are ---- */

static void feeds_are_listed_with_what_they_wait_for(void **state) {
  FeedScene *scene = *state;
  ship(scene, "bithumb_ticker");
  ship(scene, "fred_rates");
  feed_scene_file(scene, "fred.keys", "the-key-1\n");
  assert_true(replay_run_fault(&scene->web, "service=fred/SOFR&kind=lacks"));
  assert_true(replay_run_fault(&scene->web, "service=fred/DGS10&kind=status&value=404"));
  web_run_at(&scene->web, AT);
  LiveResult result = live_run_at(&scene->world, "daily_update", AT, "");
  live_assert_exit(&result, 75);
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/feeds", 200);
  assert_true(json_is_valid(body));
  live_assert_says(body,
                   "{\"name\":\"bithumb_ticker\",\"title\":\"Bithumb: prices in won\",\"status\":\"completed\","
                   "\"date\":\"2025-03-05\",\"due_utc\":\"2025-03-05T01:00:00Z\",\"last_completed\":\"2025-03-05\","
                   "\"next_due_utc\":\"2025-03-05T02:00:00Z\",\"expected_rows\":385,\"stored_rows\":385");
  live_assert_says(body,
                   "{\"name\":\"fred_rates\",\"title\":\"FRED: interest rates and the won\",\"status\":\"failed\","
                   "\"date\":\"2025-03-05\",\"due_utc\":\"2025-03-04T23:30:00Z\","
                   "\"next_due_utc\":\"2025-03-05T23:30:00Z\",\"items\":10,\"items_done\":9,");
  live_assert_says(body, "\"missing\":[\"DGS10\"]");
  free(body);
  free(api_expect(&api, "/feeds?limit=1", 400));
  api_stop(&scene->world, &api);
}

/* Tuesday's list is stored whole, Wednesday's is not: it is Wednesday's that is told of. */
static void progress_is_that_of_the_list_that_was_asked_last(void **state) {
  FeedScene *scene = *state;
  ship(scene, "alpha_news");
  feed_scene_file(scene, "alpha.keys", "the-key-1\n");
  live_set(&scene->world, "CLOSEBELL_RETRY_SCALE", "0");
  feed_scene_do(scene, "alpha_news", "2025-03-10T22:10:00Z", 0);
  web_run_control(&scene->web, "limits?provider=alpha&per_day=3");
  web_run_control(&scene->web, "forget-calls");
  feed_scene_do(scene, "alpha_news", "2025-03-11T22:10:00Z", 0);
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/feeds", 200);
  live_assert_says(body, "\"status\":\"waiting\",\"date\":\"2025-03-12\"");
  live_assert_says(body, "\"last_completed\":\"2025-03-11\"");
  live_assert_says(body, "\"items\":25,\"items_done\":3,");
  free(body);
  api_stop(&scene->world, &api);
}

/* ---- pages ---- */

static void fill_rates(FeedScene *scene) {
  ship(scene, "fred_rates");
  feed_scene_file(scene, "fred.keys", "the-key-1\n");
  feed_scene_do(scene, "fred_rates", AT, 0);
}

static void pages_are_the_whole_in_the_order_of_ids(void **state) {
  FeedScene *scene = *state;
  fill_rates(scene);
  Api api = api_start(&scene->world, "", true);
  char target[2048] = "/feeds/fred_rates?limit=1000", last[64] = "";
  size_t items = 0, pages = 0;
  for (bool more = true; more; pages++) {
    char *body = api_expect(&api, target, 200), *next = strstr(body, "\"next\":\"");
    assert_true(json_is_valid(body));
    for (char *at = body; (at = strstr(at, "{\"id\":\"")) != NULL; items++) {
      char id[64];
      at += strlen("{\"id\":\"");
      snprintf(id, sizeof id, "%.*s", (int)strcspn(at, "\""), at);
      assert_true(strcmp(last, id) < 0);
      memcpy(last, id, sizeof last);
    }
    more = next != NULL;
    if (more)
      snprintf(target, sizeof target, "/feeds/fred_rates?limit=1000&cursor=%.*s", (int)strcspn(next + 8, "\""),
               next + 8);
    free(body);
  }
  assert_int_equal(items, live_count(&scene->world, "feed_data", "fred_rates"));
  assert_int_equal(pages, (items + 999) / 1000);
  char *limit = strstr(target, "1000");
  memcpy(limit, "0999", 4); /* the cursor is of another limit */
  free(api_expect(&api, target, 400));
  api_stop(&scene->world, &api);
}

static void a_range_begins_and_ends_with_ids(void **state) {
  FeedScene *scene = *state;
  fill_rates(scene);
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/feeds/fred_rates?from=DGS10:2025-02-26&to=DGS10:2025-02-28", 200);
  assert_int_equal(count_of(body, "\"id\":\"DGS10:2025-02-2"), 3);
  assert_int_equal(count_of(body, "\"id\":"), 3);
  live_assert_says(body,
                   "{\"id\":\"DGS10:2025-02-26\",\"item\":\"DGS10\",\"series_id\":\"DGS10\",\"date\":\"2025-02-26\","
                   "\"value\":");
  live_assert_says(body, "\"first_seen_utc\":\"2025-03-05T01:10:");
  assert_null(strstr(body, "\"next\""));
  free(body);
  body = api_expect(&api, "/feeds/fred_rates?from=SOFR&to=SOFR:2023-01", 200); /* what begins so is within */
  assert_int_equal(count_of(body, "\"id\":\"SOFR:2023-01-"), 31);
  free(body);
  free(api_expect(&api, "/feeds/fred_rates?from=SOFR&to=DFF", 400));
  free(api_expect(&api, "/feeds/fred_rates?limit=0", 400));
  free(api_expect(&api, "/feeds/fred_rates?cursor=none", 400));
  free(api_expect(&api, "/feeds/Fred", 404));
  body = api_expect(&api, "/feeds/nobody_declared_this", 200);
  live_assert_says(body, "\"items\":[]");
  free(body);
  api_stop(&scene->world, &api);
}

/* ---- CSV and NDJSON ---- */

static void csv_and_ndjson_name_their_next_page_in_a_header(void **state) {
  FeedScene *scene = *state;
  fill_rates(scene);
  Api api = api_start(&scene->world, "", true);
  char next[1024], target[2048], type[64];
  Reply reply = api_get(&api, "/feeds/fred_rates?from=DGS10:2025-02-28&limit=3&format=csv");
  assert_int_equal(reply.status, 200);
  assert_non_null(strstr(reply_header(&reply, "Content-Type", type, sizeof type), "text/csv"));
  const char header[] = "id,item,series_id,date,value,first_seen_utc\n";
  assert_memory_equal(reply.body, header, strlen(header));
  live_assert_says(reply.body,
                   "\nDGS10:2025-03-01,DGS10,DGS10,2025-03-01,,2025-03-05T01:10:"); /* no value: a Saturday */
  assert_int_equal(count_of(reply.body, "\n"), 4);
  assert_true(*reply_header(&reply, "Closebell-Next", next, sizeof next) != '\0');
  snprintf(target, sizeof target, "/feeds/fred_rates?from=DGS10:2025-02-28&limit=3&format=csv&cursor=%s", next);
  reply_free(&reply);
  reply = api_get(&api, target);
  assert_int_equal(reply.status, 200);
  live_assert_says(reply.body, "\nDGS10:2025-03-03,");
  assert_null(strstr(reply.body, "DGS10:2025-03-02"));
  reply_free(&reply);
  reply = api_get(&api, "/feeds/fred_rates?from=T10YIE:2025-03-03&format=ndjson");
  assert_int_equal(count_of(reply.body, "\n"), 2);
  assert_memory_equal(reply.body, "{\"id\":\"T10YIE:2025-03-03\",", 24);
  assert_true(*reply_header(&reply, "Closebell-Next", next, sizeof next) == '\0');
  reply_free(&reply);
  api_stop(&scene->world, &api);
}

/* ---- files ---- */

static char *read_file(const char *folder, const char *name) {
  char path[512], *text = NULL;
  size_t length = 0;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "r"), *out = open_memstream(&text, &length);
  if (file == NULL) fail_msg("%s is not there", path);
  for (int c; (c = fgetc(file)) != EOF;) fputc(c, out);
  fclose(file);
  fclose(out);
  return text;
}

static void assert_same(const Api *api, const char *target, const char *folder, const char *name) {
  char *body = api_expect(api, target, 200), *text = read_file(folder, name);
  assert_string_equal(body, text);
  free(body);
  free(text);
}

static void an_export_is_what_the_pages_give(void **state) {
  FeedScene *scene = *state;
  char out[256], arguments[512], path[512];
  ship(scene, "bithumb_ticker");
  feed_scene_do(scene, "bithumb_ticker", AT, 0);
  snprintf(out, sizeof out, "%s/exported", scene->world.folder);
  snprintf(arguments, sizeof arguments, "--export .. --feed bithumb_ticker --out %s", out);
  LiveResult result = live_do(&scene->world, "manual_setup", AT, arguments);
  live_assert_says(result.err, "exported 385 rows of bithumb_ticker");
  Api api = api_start(&scene->world, "", true);
  assert_same(&api, "/feeds/bithumb_ticker?limit=1000&format=csv", out, "bithumb_ticker.csv");
  assert_same(&api, "/feeds/bithumb_ticker?limit=1000&format=ndjson", out, "bithumb_ticker.ndjson");
  snprintf(arguments, sizeof arguments, "--export C01..C0109 --feed bithumb_ticker --out %s", out);
  live_do(&scene->world, "manual_setup", AT, arguments); /* in the place of those of before */
  assert_same(&api, "/feeds/bithumb_ticker?from=C01&to=C0109&format=csv", out, "bithumb_ticker.csv");
  api_stop(&scene->world, &api);
  snprintf(path, sizeof path, "%s/bithumb_ticker.csv", out);
  assert_int_equal(remove(path), 0);
  snprintf(arguments, sizeof arguments, "--dry-run --export .. --feed bithumb_ticker --out %s", out);
  result = live_do(&scene->world, "manual_setup", AT, arguments);
  live_assert_says(result.err, "would export 385 rows");
  assert_int_not_equal(access(path, F_OK), 0);
  snprintf(path, sizeof path, "%s/bithumb_ticker.ndjson", out);
  assert_int_equal(remove(path), 0);
  assert_int_equal(rmdir(out), 0); /* nothing else is left in it */
}

/* It is written in pieces of a megabyte. */
static void a_large_export_has_every_row_once(void **state) {
  FeedScene *scene = *state;
  char out[256], arguments[512], path[512];
  fill_rates(scene);
  snprintf(out, sizeof out, "%s/exported", scene->world.folder);
  snprintf(arguments, sizeof arguments, "--export .. --feed fred_rates --out %s", out);
  live_do(&scene->world, "manual_setup", AT, arguments);
  size_t rows = (size_t)live_count(&scene->world, "feed_data", "fred_rates");
  char *csv = read_file(out, "fred_rates.csv"), *lines = read_file(out, "fred_rates.ndjson");
  assert_true(strlen(lines) > 1 << 20);
  assert_int_equal(count_of(csv, "\n"), rows + 1);
  assert_int_equal(count_of(lines, "\n"), rows);
  free(csv);
  free(lines);
  static const char *const names[] = {"fred_rates.csv", "fred_rates.ndjson"};
  for (size_t i = 0; i < 2; i++) {
    snprintf(path, sizeof path, "%s/%s", out, names[i]);
    assert_int_equal(remove(path), 0);
  }
  assert_int_equal(rmdir(out), 0);
}

static void an_export_of_what_is_not_there_is_refused(void **state) {
  static const char *const wrong[] = {"--export .. --feed nobody --out %s", "--export .. --feed No/body --out %s",
                                      "--export nothing --feed nobody --out %s",
                                      "--export .. --feed nobody --adjusted --out %s", "--feed nobody --out %s"};
  FeedScene *scene = *state;
  char out[256], arguments[512];
  snprintf(out, sizeof out, "%s/exported", scene->world.folder);
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    snprintf(arguments, sizeof arguments, wrong[i], out);
    LiveResult result = live_run_at(&scene->world, "manual_setup", AT, arguments);
    live_assert_exit(&result, 64);
    assert_int_not_equal(access(out, F_OK), 0);
  }
}

int main(void) {
#define EACH(test) cmocka_unit_test_setup(test, feed_scene_reset)
  const struct CMUnitTest tests[] = {
      EACH(each_shipped_feed_is_brought_whole_and_asked_no_more),
      EACH(those_with_keys_are_off_until_a_key_is_there),
      EACH(feeds_are_listed_with_what_they_wait_for),
      EACH(pages_are_the_whole_in_the_order_of_ids),
      EACH(a_range_begins_and_ends_with_ids),
      EACH(csv_and_ndjson_name_their_next_page_in_a_header),
      EACH(an_export_is_what_the_pages_give),
      EACH(progress_is_that_of_the_list_that_was_asked_last),
      EACH(a_large_export_has_every_row_once),
      EACH(an_export_of_what_is_not_there_is_refused),
  };
  return cmocka_run_group_tests(tests, feed_scene_open, feed_scene_close);
}
