#include <closebell/feed/table.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A table while it is read. columns is one block, which may move: lines take their place in it at the end. */
typedef struct {
  FeedTable *table;
  size_t line_capacity, column_capacity, column_count;
} Reader;

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/* Ends the text behind its last byte that is no blank, and returns its first. */
static char *trim(char *text) {
  while (is_blank(*text)) text++;
  size_t length = strlen(text);
  while (length > 0 && is_blank(text[length - 1])) length--;
  text[length] = '\0';
  return text;
}

static Status check_text(const char *text, size_t length, Error *err) {
  if (!text_is_utf8(text, length)) return error_set(err, STATUS_CONFIG, "this is not UTF-8");
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)text[i];
    if ((c < ' ' && c != '\t' && c != '\r') || c == 0x7F)
      return error_set(err, STATUS_CONFIG, "a control character stands in it");
  }
  return STATUS_OK;
}

static Status add_column(Reader *reader, const char *text, Error *err) {
  FeedTable *table = reader->table;
  if (strlen(text) > FEED_COLUMN_BYTES_MAX)
    return error_set(err, STATUS_CONFIG, "a column is longer than %d bytes", FEED_COLUMN_BYTES_MAX);
  void *moved =
      vector_reserve(table->columns, &reader->column_capacity, reader->column_count + 1, sizeof *table->columns);
  if (moved == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for a line");
  table->columns = moved;
  table->columns[reader->column_count++] = text;
  return STATUS_OK;
}

static Status add_line(Reader *reader, size_t columns, int number, Error *err) {
  FeedTable *table = reader->table;
  if (table->count == FEED_TABLE_LINES_MAX)
    return error_set(err, STATUS_CONFIG, "there are more than %d lines", FEED_TABLE_LINES_MAX);
  void *moved = vector_reserve(table->lines, &reader->line_capacity, table->count + 1, sizeof *table->lines);
  if (moved == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for a line");
  table->lines = moved;
  table->lines[table->count++] = (FeedLine){.count = columns, .number = number};
  return STATUS_OK;
}

/* text is a line without its end. */
static Status take_line(Reader *reader, char *text, int number, Error *err) {
  size_t before = reader->column_count;
  char *first = text;
  while (is_blank(*first) && *first != '\t') first++;
  if (*first == '#') return STATUS_OK;
  for (char *column = text, *next; column != NULL; column = next) {
    next = strchr(column, '\t');
    if (next != NULL) *next++ = '\0';
    if (reader->column_count - before == FEED_COLUMNS_MAX)
      return error_set(err, STATUS_CONFIG, "there are more than %d columns", FEED_COLUMNS_MAX);
    Status status = add_column(reader, trim(column), err);
    if (status != STATUS_OK) return status;
  }
  const char **columns = reader->table->columns + before;
  size_t count = reader->column_count - before;
  while (count > 0 && *columns[count - 1] == '\0') count--;
  reader->column_count = before + count;
  if (count == 0) return STATUS_OK;
  if (*columns[0] == '\0') return error_set(err, STATUS_CONFIG, "the first column is empty");
  return add_line(reader, count, number, err);
}

static void settle_columns(FeedTable *table) {
  const char **columns = table->columns;
  for (size_t i = 0; i < table->count; i++) {
    table->lines[i].columns = columns;
    columns += table->lines[i].count;
  }
}

typedef struct {
  const char *text;
  size_t index;
} Sorted;

static int compare_sorted(const void *a, const void *b) {
  const Sorted *left = a, *right = b;
  int order = strcmp(left->text, right->text);
  if (order != 0) return order;
  return left->index < right->index ? -1 : left->index > right->index;
}

/* The line that repeats another first, in the order of the file. */
static Status check_doubles(const FeedTable *table, Error *err) {
  const FeedLine *first = NULL, *again = NULL;
  for (size_t i = 1; i < table->count; i++) {
    const FeedLine *before = &table->lines[table->sorted[i - 1]], *line = &table->lines[table->sorted[i]];
    if (strcmp(before->columns[0], line->columns[0]) != 0) continue;
    if (again == NULL || line < again) first = before, again = line;
  }
  if (again == NULL) return STATUS_OK;
  return error_set(err, STATUS_CONFIG, "line %d: %.60s stands there twice, the first time in line %d", again->number,
                   again->columns[0], first->number);
}

static Status sort(FeedTable *table, Error *err) {
  if (table->count == 0) return STATUS_OK;
  Sorted *sorted = malloc(table->count * sizeof *sorted);
  table->sorted = malloc(table->count * sizeof *table->sorted);
  if (sorted == NULL || table->sorted == NULL) {
    free(sorted);
    return error_set(err, STATUS_NO_MEMORY, "no memory to sort %zu lines", table->count);
  }
  for (size_t i = 0; i < table->count; i++) sorted[i] = (Sorted){table->lines[i].columns[0], i};
  qsort(sorted, table->count, sizeof *sorted, compare_sorted);
  for (size_t i = 0; i < table->count; i++) table->sorted[i] = sorted[i].index;
  free(sorted);
  return check_doubles(table, err);
}

static Status settle(FeedTable *table, FeedTable *ret_table, Status status, Error *err) {
  if (status == STATUS_OK) {
    settle_columns(table);
    status = sort(table, err);
  }
  if (status == STATUS_OK)
    *ret_table = *table;
  else
    feed_table_free(table);
  return status;
}

static Status copy_text(FeedTable *table, const char *bytes, size_t length, Error *err) {
  if (length > FEED_TABLE_BYTES_MAX)
    return error_set(err, STATUS_CONFIG, "it is larger than %d bytes", FEED_TABLE_BYTES_MAX);
  table->text = malloc(length + 1);
  if (table->text == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu bytes", length);
  if (length > 0) memcpy(table->text, bytes, length);
  table->text[length] = '\0';
  return STATUS_OK;
}

Status feed_table_parse(const char *bytes, size_t length, FeedTable *ret_table, Error *err) {
  FeedTable table = {0};
  Reader reader = {.table = &table};
  if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) bytes += 3, length -= 3;
  Status status = copy_text(&table, bytes, length, err);
  int number = 0;
  for (size_t at = 0; status == STATUS_OK && at < length;) {
    char *text = table.text + at, *end = memchr(text, '\n', length - at);
    size_t line_length = end == NULL ? length - at : (size_t)(end - text);
    at += line_length + 1;
    text[line_length] = '\0';
    number++;
    status = check_text(text, line_length, err);
    if (status == STATUS_OK) status = take_line(&reader, text, number, err);
    error_prefix(err, status, "line %d", number);
  }
  return settle(&table, ret_table, status, err);
}

Status feed_table_parse_list(const char *text, FeedTable *ret_table, Error *err) {
  FeedTable table = {0};
  Reader reader = {.table = &table};
  size_t length = strlen(text);
  Status status = copy_text(&table, text, length, err);
  if (status == STATUS_OK) status = check_text(text, length, err);
  for (char *at = table.text, *next; status == STATUS_OK && at != NULL; at = next) {
    next = strchr(at, ',');
    if (next != NULL) *next++ = '\0';
    char *one = trim(at);
    if (*one == '\0') {
      if (next != NULL) status = error_set(err, STATUS_CONFIG, "a text is missing before a comma");
      continue;
    }
    status = add_column(&reader, one, err);
    if (status == STATUS_OK) status = add_line(&reader, 1, (int)table.count + 1, err);
  }
  return settle(&table, ret_table, status, err);
}

const FeedLine *feed_table_find(const FeedTable *table, const char *text) {
  size_t low = 0, high = table->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const FeedLine *line = &table->lines[table->sorted[middle]];
    int order = strcmp(text, line->columns[0]);
    if (order == 0) return line;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

const char *feed_line_column(const FeedLine *line, size_t column) {
  if (column == 0 || column > line->count || *line->columns[column - 1] == '\0') return NULL;
  return line->columns[column - 1];
}

void feed_table_free(FeedTable *table) {
  free(table->lines);
  free(table->sorted);
  free(table->text);
  free(table->columns);
  *table = (FeedTable){0};
}
