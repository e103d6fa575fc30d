/* What people and services read: the fields of an analysed document and their types, screens in one query, and the
 * newest values of one ticker on the command line. */
#include <stdlib.h>

#include <closebell/indicator/indicator.h>

#include "live_db.h"
#include "named.h"

static const char NOW[] = "2025-04-11T00:00:00Z", NEWEST[] = "2025-04-10", TICKER[] = "005930";
static const char LARGE[] = "10000000000000";

static int open_scene(void **state) {
  LiveWorld *world = calloc(1, sizeof *world);
  *state = world;
  if (world == NULL) return -1;
  live_world_open(world, LIVE_DAYS);
  live_world_reset(world);
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", LARGE);
  live_do(world, "manual_setup", NOW, "--days 300");
  return 0;
}

static int close_scene(void **state) {
  live_world_close(*state);
  free(*state);
  return 0;
}

static LiveResult ask(LiveWorld *world, const char *arguments) {
  return live_run_at(world, "hourly_analysis", NOW, arguments);
}

/* ---- before there is anything ---- */

static void printing_what_is_not_analysed_yet_says_so(void **state) {
  LiveResult result = ask(*state, "--ticker 005930 --print");
  live_assert_exit(&result, 0);
  assert_named(result.out, "005930|not analysed");
  result = ask(*state, "--ticker 005930 --print --json");
  live_assert_exit(&result, 0);
  assert_string_equal(result.out, "");
}

/* ---- documents ---- */

static void assert_kind(const bson_t *document, const char *field, FieldKind kind) {
  static const bson_type_t TYPES[] = {
      [FIELD_DOUBLE] = BSON_TYPE_DOUBLE, [FIELD_INT32] = BSON_TYPE_INT32, [FIELD_BOOL] = BSON_TYPE_BOOL,
      [FIELD_MAYBE] = BSON_TYPE_DOUBLE,  [FIELD_DAY] = BSON_TYPE_UTF8,    [FIELD_DIGITS] = BSON_TYPE_UTF8,
      [FIELD_GRADE] = BSON_TYPE_UTF8};
  bson_iter_t iter;
  if (!bson_iter_init_find(&iter, document, field)) fail_msg("%s %s is missing", live_id(document), field);
  if (bson_iter_type(&iter) != TYPES[kind]) fail_msg("%s is of type %d", field, (int)bson_iter_type(&iter));
}

static void every_field_of_the_table_is_stored_as_its_kind(void **state) {
  size_t rows, fields = 0;
  const Indicator *table = indicator_table(&rows);
  live_do(*state, "hourly_analysis", NOW, "");
  bson_t *document = live_get(*state, "stock_analyzed", TICKER, NEWEST);
  for (size_t r = 0; r < rows; r++)
    for (size_t k = 0; table[r].fields[k] != NULL; k++) {
      if (table[r].kind >= FIELD_MAYBE && !live_has_field(document, table[r].fields[k])) continue;
      assert_kind(document, table[r].fields[k], table[r].kind);
      fields++;
    }
  assert_int_equal(bson_count_keys(document), 1 + 5 + fields);
  bson_destroy(document);
}

static void a_young_document_has_only_what_has_warmed_up(void **state) {
  LiveDocuments documents = live_documents(*state, "stock_analyzed", TICKER);
  size_t rows;
  const Indicator *table = indicator_table(&rows);
  assert_int_equal(documents.count, 300);
  for (size_t i = 0; i < documents.count; i++)
    for (size_t r = 0; r < rows; r++)
      for (size_t k = 0; table[r].fields[k] != NULL; k++)
        if (live_has_field(documents.items[i], table[r].fields[k]) != (i >= indicator_start(&table[r], k)) &&
            table[r].kind < FIELD_MAYBE)
          fail_msg("%s %s", live_id(documents.items[i]), table[r].fields[k]);
  live_documents_free(&documents);
}

/* ---- screens ---- */

/* The _ids that one query on latest_analysis answers with, each with a comma behind it. */
static void screen(LiveWorld *world, const char *filter, const char *options, char *tickers, size_t size) {
  bson_error_t error;
  bson_t *query = bson_new_from_json((const uint8_t *)filter, -1, &error);
  bson_t *how = bson_new_from_json((const uint8_t *)options, -1, &error);
  assert_non_null(query);
  assert_non_null(how);
  mongoc_collection_t *latest = mongoc_client_get_collection(world->client, "system_info", "latest_analysis");
  mongoc_cursor_t *cursor = mongoc_collection_find_with_opts(latest, query, how, NULL);
  const bson_t *document;
  size_t length = 0;
  tickers[0] = '\0';
  while (mongoc_cursor_next(cursor, &document))
    length += (size_t)snprintf(tickers + length, size - length, "%s,", live_id(document));
  if (mongoc_cursor_error(cursor, &error)) fail_msg("%s: %s", filter, error.message);
  mongoc_cursor_destroy(cursor);
  mongoc_collection_destroy(latest);
  bson_destroy(query);
  bson_destroy(how);
}

typedef bool Passes(const bson_t *document);

static bool is_above_cloud(const bson_t *document) { return live_bool(document, "ichimoku_above_cloud"); }

static bool is_weak_on_kospi(const bson_t *document) {
  return strcmp(live_text(document, "market"), "KOSPI") == 0 && live_double(document, "rsi_14") < 50 &&
         !live_bool(document, "near_high_52w");
}

static bool is_strong(const bson_t *document) {
  bson_iter_t iter;
  return bson_iter_init_find(&iter, document, "rs_rating") && bson_iter_as_int64(&iter) >= 70;
}

static void a_screen_is_one_query(void **state) {
  static const struct {
    const char *filter;
    Passes *passes;
  } SCREENS[] = {
      {"{\"ichimoku_above_cloud\": true}", is_above_cloud},
      {"{\"market\": \"KOSPI\", \"rsi_14\": {\"$lt\": 50}, \"near_high_52w\": false}", is_weak_on_kospi},
      {"{\"rs_rating\": {\"$gte\": 70}}", is_strong},
  };
  LiveDocuments all = live_documents(*state, "system_info", "latest_analysis");
  for (size_t s = 0; s < sizeof SCREENS / sizeof SCREENS[0]; s++) {
    char found[1024], wanted[1024] = "";
    size_t passing = 0;
    screen(*state, SCREENS[s].filter, "{\"sort\": {\"_id\": 1}}", found, sizeof found);
    for (size_t i = 0; i < all.count; i++) {
      if (!SCREENS[s].passes(all.items[i])) continue;
      strcat(strcat(wanted, live_id(all.items[i])), ",");
      passing++;
    }
    assert_string_equal(found, wanted);
    assert_in_range(passing, 1, all.count - 1);
  }
  live_documents_free(&all);
}

static void a_screen_can_be_sorted_by_rank(void **state) {
  char found[1024], *rest = found;
  int64_t before = 100;
  screen(*state, "{\"rs_rating\": {\"$gte\": 1}}", "{\"sort\": {\"rs_rating\": -1}}", found, sizeof found);
  assert_true(strlen(found) > 0);
  for (char *ticker; (ticker = strsep(&rest, ",")) != NULL && *ticker != '\0';) {
    bson_iter_t iter;
    bson_t *document = live_get(*state, "system_info", "latest_analysis", ticker);
    assert_true(bson_iter_init_find(&iter, document, "rs_rating"));
    assert_true(bson_iter_int32(&iter) <= before);
    before = bson_iter_int32(&iter);
    bson_destroy(document);
  }
}

/* ---- the command line ---- */

/* Every line of a field ends its value in the same column. */
static void the_newest_values_are_printed_as_an_aligned_table(void **state) {
  enum { VALUES_END = 45 };
  LiveResult result = ask(*state, "--ticker 005930 --print");
  live_assert_exit(&result, 0);
  assert_named(result.out, "005930|삼성전자|KOSPI|2025-04-10|2025-04-10");
  live_assert_says(result.out, "\nsma_5 ");
  live_assert_says(result.out, "\nrs_rating ");
  assert_named(result.out, "5|TA-Lib SMA");
  size_t lines = 0;
  char *line = strstr(result.out, "\n\n");
  assert_non_null(line);
  for (line += 2; *line != '\n' && strchr(line, '\n') != NULL; line = strchr(line, '\n') + 1, lines++) {
    size_t length = strcspn(line, "\n");
    assert_true(length >= VALUES_END && line[0] != ' ' && line[VALUES_END - 1] != ' ');
    assert_true(length == VALUES_END || strncmp(line + VALUES_END, "  ", 2) == 0);
  }
  assert_in_range(lines, 40, 80);
}

static void with_json_the_stored_document_is_printed_as_it_is(void **state) {
  bson_error_t error;
  LiveResult result = ask(*state, "--ticker 005930 --print --json");
  live_assert_exit(&result, 0);
  assert_int_equal(strcspn(result.out, "\n") + 1, strlen(result.out)); /* one line */
  bson_t *printed = bson_new_from_json((const uint8_t *)result.out, -1, &error);
  if (printed == NULL) fail_msg("%s", error.message);
  bson_t *stored = live_get(*state, "system_info", "latest_analysis", TICKER);
  bson_iter_t field, same;
  assert_int_equal(bson_count_keys(printed), bson_count_keys(stored) + 2); /* and what explains trend_template */
  assert_true(bson_iter_init(&field, stored));
  while (bson_iter_next(&field)) {
    if (!bson_iter_init_find(&same, printed, bson_iter_key(&field))) fail_msg("%s", bson_iter_key(&field));
    if (BSON_ITER_HOLDS_UTF8(&field))
      assert_string_equal(bson_iter_utf8(&same, NULL), bson_iter_utf8(&field, NULL));
    else
      assert_true(bson_iter_as_double(&same) == bson_iter_as_double(&field));
  }
  bson_destroy(printed);
  bson_destroy(stored);
}

/* ---- the conditions of trend_template ---- */

static double number_in(const bson_t *document, const char *field) {
  bson_iter_t iter;
  if (!bson_iter_init_find(&iter, document, field)) fail_msg("no %s", field);
  return bson_iter_as_double(&iter);
}

/* sma_200 of the document 22 before. */
static double mean_a_month_before(LiveWorld *world, const char *ticker, const char *date) {
  LiveDocuments documents = live_documents(world, "stock_analyzed", ticker);
  size_t at = 0;
  while (strcmp(live_id(documents.items[at]), date) != 0) at++;
  double mean = number_in(documents.items[at - 22], "sma_200");
  live_documents_free(&documents);
  return mean;
}

typedef struct {
  int number;
  const char *rule;
  double left, right;
  bool holds;
} Condition;

enum { COMPARISONS = 10 };

static void work_out_conditions(LiveWorld *world, const char *ticker, Condition conditions[COMPARISONS]) {
  bson_t *document = live_get(world, "system_info", "latest_analysis", ticker);
  double close = number_in(document, "close"), sma_50 = number_in(document, "sma_50"),
         sma_150 = number_in(document, "sma_150"), sma_200 = number_in(document, "sma_200"),
         before = mean_a_month_before(world, ticker, live_text(document, "date")),
         low = 1.3 * number_in(document, "low_52w"), high = 0.75 * number_in(document, "high_52w"),
         rank = number_in(document, "rs_rating");
  const Condition all[COMPARISONS] = {{1, "close > sma_150", close, sma_150, close > sma_150},
                                      {1, "close > sma_200", close, sma_200, close > sma_200},
                                      {2, "sma_150 > sma_200", sma_150, sma_200, sma_150 > sma_200},
                                      {3, "sma_200 > sma_200_before", sma_200, before, sma_200 > before},
                                      {4, "sma_50 > sma_150", sma_50, sma_150, sma_50 > sma_150},
                                      {4, "sma_50 > sma_200", sma_50, sma_200, sma_50 > sma_200},
                                      {5, "close > sma_50", close, sma_50, close > sma_50},
                                      {6, "close >= 1.3 * low_52w", close, low, close >= low},
                                      {7, "close >= 0.75 * high_52w", close, high, close >= high},
                                      {8, "rs_rating >= 70", rank, 70, rank >= 70}};
  memcpy(conditions, all, sizeof all);
  bson_destroy(document);
}

/* The condition in the list of the printed document, if it stands there. */
static bool find_condition(const bson_t *printed, const char *rule, bson_iter_t *ret_found) {
  bson_iter_t list, item;
  assert_true(bson_iter_init_find(&list, printed, "trend_template_fails") && BSON_ITER_HOLDS_ARRAY(&list));
  for (bson_iter_recurse(&list, &item); bson_iter_next(&item);) {
    bson_iter_t field;
    assert_true(bson_iter_recurse(&item, &field) && bson_iter_find(&field, "rule"));
    if (strcmp(bson_iter_utf8(&field, NULL), rule) != 0) continue;
    *ret_found = item;
    return true;
  }
  return false;
}

static double side_of(const bson_iter_t *condition, const char *side) {
  bson_iter_t field;
  assert_true(bson_iter_recurse(condition, &field) && bson_iter_find(&field, side));
  return bson_iter_as_double(&field);
}

static void assert_condition(const char *table, const bson_t *printed, const Condition *condition) {
  char line[64];
  bson_iter_t found;
  snprintf(line, sizeof line, "\n%d  %-24s ", condition->number, condition->rule);
  if ((strstr(table, line) != NULL) == condition->holds) fail_msg("the table is wrong about %s", condition->rule);
  bool listed = find_condition(printed, condition->rule, &found);
  if (listed == condition->holds) fail_msg("the JSON is wrong about %s", condition->rule);
  if (!listed) return;
  assert_true(side_of(&found, "condition") == condition->number);
  assert_true(side_of(&found, "left") == condition->left && side_of(&found, "right") == condition->right);
}

static void the_conditions_of_the_trend_that_fail_are_listed(void **state) {
  static const char *const tickers[] = {"005930", "000660", "012450"};
  size_t failing = 0, holding = 0;
  for (size_t t = 0; t < sizeof tickers / sizeof tickers[0]; t++) {
    char arguments[64];
    Condition conditions[COMPARISONS];
    bson_error_t error;
    if (live_count(*state, "stock_analyzed", tickers[t]) == 0) continue;
    work_out_conditions(*state, tickers[t], conditions);
    snprintf(arguments, sizeof arguments, "--ticker %s --print", tickers[t]);
    LiveResult table = ask(*state, arguments);
    snprintf(arguments, sizeof arguments, "--ticker %s --print --json", tickers[t]);
    LiveResult json = ask(*state, arguments);
    bson_t *printed = bson_new_from_json((const uint8_t *)json.out, -1, &error);
    if (printed == NULL) fail_msg("%s", error.message);
    for (size_t i = 0; i < COMPARISONS; i++) {
      assert_condition(table.out, printed, &conditions[i]);
      failing += !conditions[i].holds;
      holding += conditions[i].holds;
    }
    bson_destroy(printed);
  }
  assert_true(failing > 0 && holding > 0);
}

static void a_condition_whose_figures_are_missing_is_not_known(void **state) {
  live_update(*state, "system_info", "latest_analysis", "005930", "{\"$unset\": {\"rs_rating\": 1}}");
  LiveResult result = ask(*state, "--ticker 005930 --print");
  assert_named(result.out, "1|not known");
  live_assert_says(result.out, "\n8  rs_rating >= 70 ");
  result = ask(*state, "--ticker 005930 --print --json");
  live_assert_says(result.out, "\"trend_template_unknown\":[{\"condition\":8,\"rule\":\"rs_rating >= 70\"");
}

static void printing_writes_nothing_and_asks_nobody(void **state) {
  LiveResult result = live_look(*state, "hourly_analysis", NOW, "--ticker 005930 --print");
  live_assert_exit(&result, 0);
}

static void what_cannot_be_printed_is_refused(void **state) {
  static const struct {
    const char *arguments, *says;
  } WRONG[] = {
      {"--print", "--print needs --ticker"},
      {"--ticker 005930 --json", "--json goes with --print"},
      {"--ticker 005930 --print --force", "--force is too much"},
      {"--ticker 000020 --print", "000020 is not in target_tickers"},
      {"--ticker 5930 --print", "is not a six-character code"},
  };
  for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
    LiveResult result = ask(*state, WRONG[i].arguments);
    live_assert_exit(&result, 64);
    live_assert_says(result.err, WRONG[i].says);
  }
}

/* ---- by name ---- */

static void a_stock_is_found_by_its_name_or_a_part_of_it(void **state) {
  static const char *const names[] = {"삼성전자", "\u1109\u1161\u11B7\u1109\u1165\u11BC\u110C\u1165\u11AB\u110C\u1161"};
  for (size_t i = 0; i < 2; i++) {
    char arguments[128];
    snprintf(arguments, sizeof arguments, "--ticker %s --print", names[i]);
    LiveResult result = live_look(*state, "hourly_analysis", NOW, arguments);
    live_assert_exit(&result, 0);
    assert_named(result.out, "005930|삼성전자|KOSPI|2025-04-10");
  }
  LiveResult result = ask(*state, "--ticker 하이닉스 --print");
  live_assert_exit(&result, 0);
  assert_named(result.out, "000660|SK하이닉스|KOSPI|2025-04-10");
}

static void a_name_of_several_lists_them_and_one_of_none_what_is_near(void **state) {
  static const char *const behind[] = {"--print", "--print --json", "--force", ""};
  for (size_t i = 0; i < sizeof behind / sizeof behind[0]; i++) {
    char arguments[128];
    snprintf(arguments, sizeof arguments, "--ticker 삼성 %s", behind[i]);
    LiveResult result = ask(*state, arguments);
    live_assert_exit(&result, 64);
    live_assert_says(result.err, "005930 삼성전자 (KOSPI)");
    live_assert_says(result.err, "005935 삼성전자우 (KOSPI)");
    assert_string_equal(result.out, "");
    snprintf(arguments, sizeof arguments, "--ticker 삼성전저 %s", behind[i]);
    result = ask(*state, arguments);
    live_assert_exit(&result, 64);
    live_assert_says(result.err, "005930 삼성전자 (KOSPI)");
  }
  LiveResult result = live_look(*state, "hourly_analysis", NOW, "--ticker 없는회사 --print");
  live_assert_exit(&result, 64);
  live_assert_says(result.err, "없는회사");
}

static void a_run_for_one_stock_takes_its_name_as_well(void **state) {
  LiveResult result = ask(*state, "--ticker 하이닉스 --force");
  live_assert_exit(&result, 0);
  live_assert_says(result.err, "000660");
  assert_named(result.err, "1 tickers analysed");
}

static void a_ticker_that_has_left_is_printed_from_its_series(void **state) {
  live_update(
      *state, "system_info", "target_tickers", TICKER,
      "{\"$set\": {\"is_active\": false, \"removed_date\": \"2025-04-10\", \"removed_reason\": \"market_cap\"}}");
  live_delete(*state, "system_info", "latest_analysis", TICKER);
  LiveResult result = ask(*state, "--ticker 005930 --print");
  live_assert_exit(&result, 0);
  assert_named(result.out, "2025-04-10|inactive|2025-04-10|market_cap");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(printing_what_is_not_analysed_yet_says_so),
      cmocka_unit_test(every_field_of_the_table_is_stored_as_its_kind),
      cmocka_unit_test(a_young_document_has_only_what_has_warmed_up),
      cmocka_unit_test(a_screen_is_one_query),
      cmocka_unit_test(a_screen_can_be_sorted_by_rank),
      cmocka_unit_test(the_newest_values_are_printed_as_an_aligned_table),
      cmocka_unit_test(with_json_the_stored_document_is_printed_as_it_is),
      cmocka_unit_test(the_conditions_of_the_trend_that_fail_are_listed),
      cmocka_unit_test(a_condition_whose_figures_are_missing_is_not_known),
      cmocka_unit_test(printing_writes_nothing_and_asks_nobody),
      cmocka_unit_test(what_cannot_be_printed_is_refused),
      cmocka_unit_test(a_stock_is_found_by_its_name_or_a_part_of_it),
      cmocka_unit_test(a_name_of_several_lists_them_and_one_of_none_what_is_near),
      cmocka_unit_test(a_run_for_one_stock_takes_its_name_as_well),
      cmocka_unit_test(a_ticker_that_has_left_is_printed_from_its_series),
  };
  return cmocka_run_group_tests(tests, open_scene, close_scene);
}
