/* The two tables of deploy/mongosh/README.md, "What is in stock_analyzed and latest_analysis", against the table of
 * indicators: the same fields, and of the same types. deploy/FIELDS.md refers to them, and ops.test_fields holds the
 * rest of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/indicator/indicator.h>

enum { MAX_FIELDS = 256, NAME_SIZE = 48, TEXT = FIELD_DAY /* of any kind */ };

typedef struct {
  char name[NAME_SIZE];
  FieldKind kind;
} Field;

typedef struct {
  Field items[MAX_FIELDS];
  size_t count;
} Fields;

static void add(Fields *fields, const char *name, size_t length, FieldKind kind) {
  assert_true(fields->count < MAX_FIELDS && length < NAME_SIZE);
  Field *field = &fields->items[fields->count++];
  snprintf(field->name, NAME_SIZE, "%.*s", (int)length, name);
  field->kind = kind;
}

/* "| `macd` `macd_signal` | 34 | ...": the names of the first cell. */
static void take_row(Fields *fields, const char *line, bool signals) {
  const char *end = strchr(line + 1, '|');
  assert_non_null(end);
  const char *whole = strstr(line, "(int32)");
  const char *text = strstr(line, "(text)");
  FieldKind kind = signals ? FIELD_BOOL : whole && whole < end ? FIELD_INT32 : text && text < end ? TEXT : FIELD_DOUBLE;
  for (const char *at = strchr(line, '`'); at && at < end; at = strchr(at, '`')) {
    const char *close = strchr(at + 1, '`');
    assert_true(close && close < end);
    add(fields, at + 1, (size_t)(close - at - 1), kind);
    at = close + 1;
  }
}

static void read_page(Fields *fields) {
  char line[4096];
  bool inside = false, signals = false;
  FILE *file = fopen(TEST_DATA "/../../deploy/mongosh/README.md", "r");
  assert_non_null(file);
  while (fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, "## ", 3) == 0) inside = strstr(line, "What is in stock_analyzed") != NULL;
    signals |= strncmp(line, "| signal |", 10) == 0;
    if (inside && strncmp(line, "| `", 3) == 0) take_row(fields, line, signals);
  }
  fclose(file);
}

/* What the page distinguishes. */
static FieldKind type_of(FieldKind kind) {
  return field_is_text(kind) ? TEXT : kind == FIELD_MAYBE ? FIELD_DOUBLE : kind;
}

static void list_stored(Fields *fields) {
  static const char *const prices[] = {"open", "high", "low", "close", "volume"};
  size_t rows;
  const Indicator *table = indicator_table(&rows);
  for (size_t i = 0; i < 5; i++) add(fields, prices[i], strlen(prices[i]), FIELD_DOUBLE);
  for (size_t i = 0; i < rows; i++)
    for (size_t k = 0; table[i].fields[k] != NULL; k++)
      add(fields, table[i].fields[k], strlen(table[i].fields[k]), type_of(table[i].kind));
}

static void assert_has_all(const Fields *fields, const Fields *wanted, const char *what) {
  for (size_t i = 0; i < wanted->count; i++) {
    size_t at = 0;
    while (at < fields->count && strcmp(fields->items[at].name, wanted->items[i].name) != 0) at++;
    if (at == fields->count) fail_msg("%s has no %s", what, wanted->items[i].name);
    if (fields->items[at].kind != wanted->items[i].kind)
      fail_msg("%s: %s is of another type", what, wanted->items[i].name);
  }
}

static void the_page_and_the_table_have_the_same_fields(void **state) {
  (void)state;
  static Fields page, stored;
  read_page(&page);
  list_stored(&stored);
  assert_has_all(&page, &stored, "deploy/mongosh/README.md, \"What is in stock_analyzed and latest_analysis\",");
  assert_has_all(&stored, &page, "the table of indicators");
  assert_int_equal(page.count, stored.count); /* none twice */
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_page_and_the_table_have_the_same_fields)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
