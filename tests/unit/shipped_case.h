/* shipped_case.h: for tests of deploy/feeds: a shipped feed is loaded and asked, and an answer is made into rows. */
#ifndef CLOSEBELL_TESTS_SHIPPED_CASE_H
#define CLOSEBELL_TESTS_SHIPPED_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/feed/answer.h>
#include <closebell/feed/checks.h>
#include <closebell/feed/template.h>
#include <closebell/feed/units.h>

#include "shipped_feeds.h"

enum { BYTES_MAX = 128 * 1024 };

enum { FEEDS_COUNT = sizeof FEEDS / sizeof FEEDS[0] };

static inline const Shipped *find(const char *name) {
  for (size_t i = 0; i < FEEDS_COUNT; i++)
    if (strcmp(FEEDS[i].name, name) == 0) return &FEEDS[i];
  fail_msg("%s is not shipped", name);
  return NULL;
}

/* ---- files ---- */

static inline size_t read_file(const char *folder, const char *name, char bytes[BYTES_MAX]) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "r");
  if (file == NULL) fail_msg("%s is not there", path);
  size_t length = fread(bytes, 1, BYTES_MAX - 1, file);
  assert_true(feof(file));
  fclose(file);
  bytes[length] = '\0';
  return length;
}

static inline void supply(FeedDefinition *definition, size_t file, const char *keys) {
  char bytes[BYTES_MAX];
  Error err = {{0}};
  const FeedFile *wanted = &definition->files.items[file];
  size_t length = keys == NULL ? 0 : strlen(keys);
  const char *trouble = keys == NULL ? "No such file or directory" : NULL;
  if (wanted->kind == FEED_FILE_KEYS) {
    assert_int_equal(feed_definition_supply(definition, file, keys, length, trouble, &err), STATUS_OK);
    return;
  }
  length = read_file(wanted->kind == FEED_FILE_ZONE ? "/usr/share/zoneinfo" : TEST_FEEDS, wanted->name, bytes);
  assert_int_equal(feed_definition_supply(definition, file, bytes, length, NULL, &err), STATUS_OK);
}

static inline FeedDefinition *load(const char *name, const char *keys) {
  char file[64], text[BYTES_MAX];
  Complaints complaints = {0};
  snprintf(file, sizeof file, "%s.ini", name);
  size_t length = read_file(TEST_FEEDS, file, text);
  FeedDefinition *definition = feed_definition_parse(name, file, text, length);
  assert_non_null(definition);
  for (size_t i = 0; i < definition->files.count; i++) supply(definition, i, keys);
  if (feed_definition_settle(definition, &complaints) != STATUS_OK || complaints.lines.data != NULL)
    fail_msg("%s", complaints.lines.data);
  complaints_free(&complaints);
  return definition;
}

/* ---- a question and its answer ---- */

/* What an answer came to. */
typedef struct {
  FeedDefinition *definition;
  FeedQuestionText question;
  FeedRowList rows;
  FeedPages pages;
  FeedAnswer answer;
  bool passes; /* its checks */
  char reason[FEED_REASON_SIZE];
} Asked;

static inline const FeedLine *item_of(const FeedDefinition *definition, const char *item, Instant due) {
  const FeedTable *items = feed_items_of(definition, day_weekday(feed_unit_date(due)));
  if (item == NULL) return NULL;
  const FeedLine *line = items == NULL ? NULL : feed_table_find(items, item);
  if (line == NULL) fail_msg("%s is no item of %s on that day", item, definition->name);
  return line;
}

static inline Asked ask(const Shipped *shipped, int http_status, const char *body, size_t length) {
  Asked asked = {.definition = load(shipped->name, "KEY1 25\nKEY2\n")};
  Error err = {{0}};
  Instant due;
  assert_true(instant_parse(shipped->due, &due));
  const FeedLine *item = item_of(asked.definition, shipped->item, due);
  FeedValues values = {.key = asked.definition->keys.file == NULL ? NULL : "KEY1",
                       .item = item,
                       .date = feed_unit_date(due),
                       .weekday = day_weekday(feed_unit_date(due)),
                       .since = asked.definition->units.since_start};
  assert_int_equal(feed_question_write(asked.definition, &values, NULL, &asked.question, &err), STATUS_OK);
  FeedAsked about = {.definition = asked.definition, .item = item, .date = feed_unit_date(due)};
  FeedBytes bytes = {.http_status = http_status,
                     .body = body,
                     .length = length,
                     .retry_after_ms = -1,
                     .now = due + INT64_C(60) * 1000};
  assert_true(feed_pages_begin(&asked.pages, &asked.definition->paging, asked.question.url));
  assert_int_equal(feed_answer_take(&about, &bytes, &asked.rows, &asked.pages, &asked.answer, &err), STATUS_OK);
  asked.passes = feed_checks_judge(&about, &asked.rows, due, asked.reason) == STATUS_OK;
  return asked;
}

static inline Asked ask_recorded(const Shipped *shipped) {
  char file[64], body[BYTES_MAX];
  snprintf(file, sizeof file, "%s.json", shipped->name);
  return ask(shipped, 200, body, read_file(TEST_DATA "/feeds", file, body));
}

static inline void asked_free(Asked *asked) {
  feed_pages_free(&asked->pages);
  feed_rows_free(&asked->rows);
  feed_question_free(&asked->question);
  feed_definition_free(asked->definition);
}

static inline void assert_no_rows(const Shipped *shipped, const char *what, int status, const char *body, size_t length,
                                  AnswerKind kind) {
  Asked asked = ask(shipped, status, body, length);
  if (asked.answer.kind != kind)
    fail_msg("%s, %s: %s, not %s: %s", shipped->name, what, answer_kind_name(asked.answer.kind), answer_kind_name(kind),
             asked.answer.detail);
  assert_int_equal(asked.rows.count, 0);
  assert_null(strstr(asked.answer.detail, "KEY1"));
  asked_free(&asked);
}

#endif
