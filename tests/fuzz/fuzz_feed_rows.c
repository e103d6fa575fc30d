/* An answer to a declared feed, from bytes to typed rows: "OPTIONS\nBODY". An option is a letter: c CSV, s single, m
 * rows are members (no @key otherwise), o only, p pages by size, n by number, u by cursor, l by link, t total, and a
 * digit: the HTTP status beside 200. Accepted: rows came. */
#include "fuzz.h"

#include <closebell/base/text.h>
#include <closebell/feed/answer.h>
#include <closebell/feed/checks.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define KEY "S3CRET+KEY/"
#define KEY_ENCODED "S3CRET%2BKEY%2F"
#define KEY_PIECE "S3CRET"

enum { FIELD_COUNT = 10 };
static const FeedField FIELDS[FIELD_COUNT] = {
    {.name = "id", .type = FEED_STRING, .pointer = "/id"},
    {.name = "n", .type = FEED_INT, .pointer = "/n", .is_optional = true},
    {.name = "x", .type = FEED_DOUBLE, .pointer = "/x", .is_optional = true},
    {.name = "b", .type = FEED_BOOL, .pointer = "/b", .is_optional = true},
    {.name = "d", .type = FEED_DATE, .pointer = "/d", .format = "%Y%m%d", .is_optional = true},
    {.name = "at_utc", .type = FEED_INSTANT, .pointer = "/at", .is_optional = true},
    {.name = "tags", .type = FEED_STRINGS, .pointer = "/tags/*/t", .is_optional = true},
    {.name = "all", .type = FEED_STRING, .from = FEED_FROM_ANSWER, .pointer = "/all", .is_optional = true},
    {.name = "key", .type = FEED_STRING, .from = FEED_FROM_KEY, .is_optional = true},
    {.name = "day", .type = FEED_DATE, .from = FEED_FROM_DATE}};

static void check_id(const char *id) {
  size_t length = strlen(id);
  FUZZ_CHECK(length >= 1 && length <= FEED_ID_BYTES_MAX && text_is_utf8(id, length));
  for (size_t i = 0; i < length; i++) FUZZ_CHECK((unsigned char)id[i] >= 0x20 && id[i] != 0x7F);
}

static void check_text(const char *text) {
  FUZZ_CHECK(text_is_utf8(text, strlen(text)));
  FUZZ_CHECK(strstr(text, KEY) == NULL && strstr(text, KEY_ENCODED) == NULL);
}

static void check_time(Instant instant) {
  Instant low, high;
  FUZZ_CHECK(instant_parse("1900-01-01T00:00:00Z", &low) && instant_parse("2999-12-31T23:59:59.999Z", &high));
  FUZZ_CHECK(instant >= low && instant <= high);
}

static void check_value(const FeedField *field, const FeedValue *value) {
  FUZZ_CHECK(value->type == field->type && (!value->is_absent || field->is_optional));
  if (value->is_absent) return;
  if (value->type == FEED_STRING) check_text(value->text);
  if (value->type == FEED_STRING) FUZZ_CHECK(*value->text != '\0');
  if (value->type == FEED_DOUBLE) FUZZ_CHECK(isfinite(value->real));
  if (value->type == FEED_DATE) check_time(value->day * (INT64_C(24) * 3600 * 1000));
  if (value->type == FEED_INSTANT) check_time(value->instant);
  for (size_t i = 0; value->type == FEED_STRINGS && i < value->texts.count; i++) check_text(value->texts.items[i]);
}

static void check_rows(FeedRowList *rows, const FeedRows *rules) {
  FUZZ_CHECK(rows->count <= rows->received);
  for (size_t i = 0; i < rows->count; i++) {
    check_id(rows->items[i].id);
    check_text(rows->items[i].id);
    for (size_t f = 0; f < FIELD_COUNT; f++) check_value(&rules->fields[f], &rows->items[i].values[f]);
    if (rules->only != FEED_NO_FIELD) FUZZ_CHECK(!rows->items[i].values[rules->only].is_absent);
  }
  FUZZ_CHECK(feed_rows_make_distinct(rows, FEED_KEEP_NEWEST));
  for (size_t i = 0; i < rows->count && i < 50; i++)
    for (size_t j = 0; j < i; j++) FUZZ_CHECK(strcmp(rows->items[i].id, rows->items[j].id) != 0);
}

static void check_answer(const FeedAnswer *answer, const FeedRowList *rows) {
  if (answer->detail[0] != '\0') fuzz_check_message(answer->detail);
  FUZZ_CHECK(strstr(answer->detail, KEY_PIECE) == NULL);
  if (answer->kind == ANSWER_ROWS) FUZZ_CHECK(answer->rows > 0 && rows->received == answer->rows);
  if (answer->kind != ANSWER_ROWS) FUZZ_CHECK(rows->count == 0 && rows->received == 0);
}

static void check_pages(const FeedPages *pages) {
  if (!pages->has_more) return;
  const char *next = pages->link != NULL ? pages->link : pages->value;
  FUZZ_CHECK(pages->paging->kind != FEED_PAGING_NONE && next != NULL && *next != '\0');
  FUZZ_CHECK(strlen(next) <= FEED_CURSOR_BYTES_MAX);
  if (pages->link != NULL) FUZZ_CHECK(strncasecmp(pages->link, "https://example.com", 19) == 0);
}

static FeedPaging paging_of(const char *options) {
  FeedPaging paging = {.kind = FEED_PAGING_NONE, .param = "page", .first = 1, .max_pages = 2};
  if (strchr(options, 'p') != NULL) paging.kind = FEED_PAGING_PAGE, paging.size = 2;
  if (strchr(options, 'n') != NULL) paging.kind = FEED_PAGING_PAGE, paging.size = 0, paging.pages = "/pages";
  if (strchr(options, 'u') != NULL) paging.kind = FEED_PAGING_CURSOR, paging.cursor = "/next";
  if (strchr(options, 'l') != NULL) paging.kind = FEED_PAGING_LINK, paging.next = "/next";
  if (strchr(options, 't') != NULL) paging.total = "/total";
  return paging;
}

static bool answer_with(FeedDefinition *definition, const FeedBytes *bytes) {
  char reason[FEED_REASON_SIZE] = "";
  FeedAnswer answer = {.kind = ANSWER_NONE};
  FeedRowList rows = {0};
  FeedPages pages = {0};
  const FeedAsked asked = {.definition = definition, .date = 20346};
  FUZZ_CHECK(feed_pages_begin(&pages, &definition->paging, "https://example.com/x"));
  FUZZ_CHECK(feed_answer_take(&asked, bytes, &rows, &pages, &answer, NULL) == STATUS_OK);
  check_answer(&answer, &rows);
  bool accepted = answer.kind == ANSWER_ROWS;
  if (accepted) {
    check_pages(&pages);
    if (feed_checks_judge(&asked, &rows, bytes->now, reason) != STATUS_OK) fuzz_check_message(reason);
    FUZZ_CHECK(strstr(reason, KEY_PIECE) == NULL);
    check_rows(&rows, &definition->rows);
  }
  feed_rows_free(&rows);
  feed_pages_free(&pages);
  return accepted;
}

/* What does not depend on options. */
static FeedPart id_parts[] = {{.kind = FEED_PART_FIELD, .index = 0}};
static FeedKey feed_keys[] = {{.text = KEY}};
static const char *missing_texts[] = {".", "None"};
static size_t unique_fields[] = {1, 6};
static FeedCondition limit[] = {{FEED_EXISTS, "/Note", NULL}}, error[] = {{FEED_EXISTS, "/error", NULL}},
                     empty[] = {{FEED_EQUALS, "/status", "013"}};
static FeedRange ranges[] = {{.field = 2, .low = {.given = true, .real = -10}}};

static FeedRows rows_of(const char *options) {
  bool is_csv = strchr(options, 'c') != NULL;
  return (FeedRows){.format = is_csv ? FEED_CSV : FEED_JSON,
                    .pointer = is_csv || strchr(options, 'm') != NULL ? "" : "/data",
                    .is_single = strchr(options, 's') != NULL,
                    .only = strchr(options, 'o') != NULL ? 1 : FEED_NO_FIELD,
                    .missing = missing_texts,
                    .missing_count = 2,
                    .id = {.parts = id_parts, .count = 1},
                    .fields = (FeedField *)(uintptr_t)FIELDS,
                    .field_count = FIELD_COUNT};
}

static FeedDefinition definition_of(const char *options) {
  return (FeedDefinition){.keys = {.items = feed_keys, .count = 1},
                          .rows = rows_of(options),
                          .paging = paging_of(options),
                          .answer = {.limit_if = {limit, 1}, .error_if = {error, 1}, .empty_if = {empty, 1}},
                          .checks = {.min_rows = 1,
                                     .unique = unique_fields,
                                     .unique_count = 2,
                                     .ranges = ranges,
                                     .range_count = 1,
                                     .not_older_than = {.field = 5, .age_ms = 3600 * 1000}}};
}

bool fuzz_target(const uint8_t *data, size_t size) {
  const char *line_end = size > 0 ? memchr(data, '\n', size) : NULL;
  if (line_end == NULL) return false;
  char *options = fuzz_text(data, (size_t)(line_end - (const char *)data));
  FeedDefinition definition = definition_of(options);
  size_t digit = strcspn(options, "0123456789");
  const char *body = line_end + 1;
  const FeedBytes bytes = {.http_status = options[digit] != '\0' ? 400 + (options[digit] - '0') : 200,
                           .body = body,
                           .length = size - (size_t)(body - (const char *)data),
                           .retry_after_ms = -1,
                           .now = INT64_C(1757937600000)};
  bool accepted = answer_with(&definition, &bytes);
  free(options);
  return accepted;
}
