/* From a definition's text to its rows: 385 symbols of one service are named by a map file, and the rest is left out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/feed/answer.h>
#include <closebell/feed/checks.h>

#include "made_feed.h"
#include "named.h"

enum { MAPPED = 385, LISTED = 1200 };

static const char DEFINITION[] = "[feed]\n"
                                 "url = https://api.example.com/v1/ticker/ALL_KRW\n"
                                 "schedule = daily 07:00\n"
                                 "rows = /data\n"
                                 "only = coin_id\n"
                                 "keep = replace\n"
                                 "id = {coin_id}\n"
                                 "[fields]\n"
                                 "symbol = string @key\n"
                                 "coin_id = string? map symbols.tsv /symbol 2\n"
                                 "rank = int? map symbols.tsv /symbol 3\n"
                                 "close = double /closing_price\n"
                                 "[answer]\n"
                                 "ok_if = /status = 0000\n"
                                 "[checks]\n"
                                 "min_rows = 385\n"
                                 "unique = coin_id\n";

/* SYMBOL<tab>coin<tab>rank: each third symbol of the service is known, as far as there are names. */
static char *map_file(void) {
  char *text = malloc(MAPPED * 64), *end = text;
  assert_non_null(text);
  for (int i = 0; i < MAPPED; i++) {
    end += sprintf(end, "SYM%d\tcoin-%d", i * 3, i * 3);
    end += sprintf(end, i % 2 == 0 ? "\t%d\n" : "\n", i);
  }
  return text;
}

static char *answer_text(int listed) {
  char *text = malloc(LISTED * 80), *end = text;
  assert_non_null(text);
  end += sprintf(end, "{\"status\":\"0000\",\"data\":{\"date\":\"1659866049821\"");
  for (int i = 0; i < listed; i++)
    end += sprintf(end, ",\"SYM%d\":{\"symbol\":\"SYM%d\",\"closing_price\":\"%d.5\"}", i, i, i);
  sprintf(end, "}}");
  return text;
}

static FeedAnswer take(const FeedAsked *asked, const char *body, FeedRowList *rows) {
  FeedAnswer answer;
  FeedPages pages = {0};
  const FeedBytes bytes = {.http_status = 200, .body = body, .length = strlen(body), .retry_after_ms = -1};
  assert_true(feed_pages_begin(&pages, &asked->definition->paging, "https://api.example.com/"));
  assert_int_equal(feed_answer_take(asked, &bytes, rows, &pages, &answer, NULL), STATUS_OK);
  assert_false(pages.has_more);
  feed_pages_free(&pages);
  return answer;
}

static void symbols_of_a_map_file_become_rows_and_no_others(void **state) {
  char reason[FEED_REASON_SIZE] = "", *map = map_file(), *body = answer_text(LISTED);
  const MadeFile files[] = {{"symbols.tsv", map}, {NULL, NULL}};
  FeedDefinition *definition = made_definition(DEFINITION, files);
  const FeedAsked asked = {.definition = definition};
  FeedRowList rows = {0};
  (void)state;
  FeedAnswer answer = take(&asked, body, &rows);
  if (answer.kind != ANSWER_ROWS) fail_msg("%s", answer.detail);
  assert_int_equal(rows.received, LISTED);
  assert_int_equal(rows.count, MAPPED);
  if (feed_checks_judge(&asked, &rows, 0, reason) != STATUS_OK) fail_msg("%s", reason);
  assert_true(feed_rows_make_distinct(&rows, definition->storing.keep));
  assert_int_equal(rows.count, MAPPED);
  for (size_t i = 0; i < MAPPED; i++) {
    char id[32];
    snprintf(id, sizeof id, "coin-%zu", i * 3);
    assert_string_equal(rows.items[i].id, id);
    const FeedValue *rank = &rows.items[i].values[feed_field_find(definition, "rank")];
    assert_int_equal(rank->is_absent, i % 2 == 1);
    if (!rank->is_absent) assert_int_equal(rank->whole, i);
    assert_true(rows.items[i].values[feed_field_find(definition, "close")].real == (double)i * 3 + 0.5);
  }
  feed_rows_free(&rows);
  feed_definition_free(definition);
  free(map);
  free(body);
}

static void a_symbol_that_the_service_no_longer_lists_is_missed(void **state) {
  char reason[FEED_REASON_SIZE] = "", *map = map_file(), *body = answer_text((MAPPED - 1) * 3);
  const MadeFile files[] = {{"symbols.tsv", map}, {NULL, NULL}};
  FeedDefinition *definition = made_definition(DEFINITION, files);
  const FeedAsked asked = {.definition = definition};
  FeedRowList rows = {0};
  (void)state;
  assert_int_equal(take(&asked, body, &rows).kind, ANSWER_ROWS);
  assert_int_equal(feed_checks_judge(&asked, &rows, 0, reason), STATUS_BAD_DATA);
  assert_named(reason, "min_rows|384|385");
  feed_rows_free(&rows);
  feed_definition_free(definition);
  free(map);
  free(body);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(symbols_of_a_map_file_become_rows_and_no_others),
      cmocka_unit_test(a_symbol_that_the_service_no_longer_lists_is_missed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
