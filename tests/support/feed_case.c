#include "feed_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "named.h"

void feed_case_begin(FeedCase *c, const char *pointer, const FeedField *fields, size_t count) {
  FeedDefinition *definition = &c->definition;
  *c = (FeedCase){.asked = {.definition = definition}};
  assert_true(count > 0 && count <= FEED_CASE_FIELDS);
  memcpy(c->fields, fields, count * sizeof *fields);
  c->id[0] = (FeedPart){.kind = FEED_PART_FIELD, .index = 0};
  definition->rows = (FeedRows){.pointer = pointer,
                                .only = FEED_NO_FIELD,
                                .missing = c->missing,
                                .id = {.parts = c->id, .count = 1},
                                .fields = c->fields,
                                .field_count = count};
  definition->keys.items = c->keys;
  definition->answer.limit_if.items = c->conditions[0];
  definition->answer.error_if.items = c->conditions[1];
  definition->answer.ok_if.items = c->conditions[2];
  definition->answer.empty_if.items = c->conditions[3];
  definition->checks =
      (FeedChecks){.min_rows = 1, .unique = c->unique, .ranges = c->ranges, .not_older_than = {.field = FEED_NO_FIELD}};
  definition->files = (FeedFiles){.items = &c->file, .count = 1};
  definition->paging.max_pages = 100;
  assert_true(day_from_ymd(2025, 9, 15, &c->asked.date));
  feed_case_again(c);
}

void feed_case_end(FeedCase *c) {
  feed_rows_free(&c->rows);
  feed_pages_free(&c->pages);
  feed_table_free(&c->file.table);
}

void feed_case_add_key(FeedCase *c, const char *key) {
  assert_true(c->definition.keys.count < FEED_CASE_LIST);
  c->keys[c->definition.keys.count++].text = key;
}

void feed_case_add_missing(FeedCase *c, const char *text) {
  assert_true(c->definition.rows.missing_count < FEED_CASE_LIST);
  c->missing[c->definition.rows.missing_count++] = text;
}

/* Pointers of tests are constants: what stands before " = " is kept for the life of the program. */
void feed_case_add_condition(FeedCase *c, FeedConditions *list, const char *text) {
  static char pointers[64][32];
  static size_t used;
  FeedCondition condition = {.test = FEED_EXISTS, .pointer = text};
  const char *equals = strstr(text, " = ");
  (void)c;
  assert_true(list->count < FEED_CASE_CONDITIONS);
  if (*text == '!') condition = (FeedCondition){.test = FEED_IS_ABSENT, .pointer = text + 1};
  if (equals != NULL) {
    char *pointer = pointers[used++ % 64];
    snprintf(pointer, sizeof pointers[0], "%.*s", (int)(equals - text), text);
    condition = (FeedCondition){.test = FEED_EQUALS, .pointer = pointer, .text = equals + 3};
  }
  list->items[list->count++] = condition;
}

void feed_case_set_map(FeedCase *c, const char *table) {
  Error err = {{0}};
  if (feed_table_parse(table, strlen(table), &c->file.table, &err) != STATUS_OK) fail_msg("%s", err.text);
}

void feed_case_set_paging(FeedCase *c, FeedPaging paging, const char *url) {
  if (paging.max_pages == 0) paging.max_pages = 100;
  c->definition.paging = paging;
  c->pages.url = url;
  feed_case_again(c);
}

void feed_case_again(FeedCase *c) {
  const char *url = c->pages.url;
  feed_rows_free(&c->rows);
  assert_true(feed_pages_begin(&c->pages, &c->definition.paging, url));
}

FeedAnswer feed_case_take_bytes(FeedCase *c, const FeedBytes *bytes) {
  FeedAnswer answer = {.kind = ANSWER_NONE};
  Error err = {{0}};
  /* Of exactly its length, so that a read behind it is seen. */
  char *body = malloc(bytes->length > 0 ? bytes->length : 1);
  assert_non_null(body);
  if (bytes->length > 0) memcpy(body, bytes->body, bytes->length);
  FeedBytes exact = *bytes;
  exact.body = body;
  if (feed_answer_take(&c->asked, &exact, &c->rows, &c->pages, &answer, &err) != STATUS_OK) fail_msg("%s", err.text);
  free(body);
  return answer;
}

FeedAnswer feed_case_take(FeedCase *c, const char *body) {
  const FeedBytes bytes = {.http_status = 200, .body = body, .length = strlen(body), .retry_after_ms = -1};
  return feed_case_take_bytes(c, &bytes);
}

void feed_case_expect_at(FeedCase *c, const char *body, AnswerKind kind, const char *parts, const char *file,
                         int line) {
  feed_case_again(c);
  FeedAnswer answer = feed_case_take(c, body);
  if (answer.kind != kind) {
    print_error("%s:%d: %s: %s: %s\n", file, line, body, answer_kind_name(answer.kind), answer.detail);
    fail();
  }
  check_named(answer.detail, parts, file, line);
  if (kind != ANSWER_ROWS) assert_int_equal(c->rows.count, 0);
}

const char *feed_case_ids(const FeedCase *c) {
  static char text[4096];
  size_t length = 0;
  text[0] = '\0';
  for (size_t i = 0; i < c->rows.count; i++) {
    length += (size_t)snprintf(text + length, sizeof text - length, "%s%s", i > 0 ? "," : "", c->rows.items[i].id);
    assert_true(length < sizeof text);
  }
  return text;
}

const FeedValue *feed_case_value(const FeedCase *c, size_t row, size_t field) {
  assert_true(row < c->rows.count && field < c->definition.rows.field_count);
  return &c->rows.items[row].values[field];
}
