/* CSV of declared feeds. Accepted: it is read; then every row has every column, and what is written from the rows is
 * read as the same rows. */
#include "fuzz.h"

#include <closebell/base/text.h>
#include <closebell/feed/csv.h>

#include <stdlib.h>
#include <string.h>

static void put_field(TextBuffer *to, const char *text) {
  text_buffer_append(to, "\"", 1);
  for (; *text != '\0'; text++) text_buffer_append(to, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
  text_buffer_append(to, "\"", 1);
}

static void check_row(const FeedJson *row, const FeedJson *columns, TextBuffer *to) {
  const FeedJson *value = row->first;
  FUZZ_CHECK(row->kind == FEED_JSON_OBJECT && row->length == columns->length);
  for (const FeedJson *column = columns->first; column != NULL; column = column->next, value = value->next) {
    FUZZ_CHECK(value->kind == FEED_JSON_TEXT && strlen(value->text) == value->length);
    FUZZ_CHECK(strcmp(value->name, column->name) == 0 && text_is_utf8(value->text, value->length));
    put_field(to, value->text);
    text_buffer_append(to, column->next != NULL ? "," : "\n", 1);
  }
  FUZZ_CHECK(value == NULL);
}

static void write_again(const FeedJsonText *text, TextBuffer *to) {
  for (const FeedJson *column = text->columns->first; column != NULL; column = column->next) {
    FUZZ_CHECK(feed_json_member(text->columns, column->name, column->name_length) == column);
    put_field(to, column->name);
    text_buffer_append(to, column->next != NULL ? "," : "\n", 1);
  }
  for (const FeedJson *row = text->root->first; row != NULL; row = row->next) check_row(row, text->columns, to);
  FUZZ_CHECK(!to->failed);
}

static void check_again(const TextBuffer *written) {
  FeedJsonText again = {0};
  TextBuffer twice = {0};
  FUZZ_CHECK(feed_csv_open(written->data, written->length, &again, NULL) == STATUS_OK);
  write_again(&again, &twice);
  FUZZ_CHECK(twice.length == written->length && memcmp(twice.data, written->data, twice.length) == 0);
  text_buffer_free(&twice);
  feed_json_close(&again);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  FeedJsonText text = {0};
  Error err = {{0}};
  TextBuffer written = {0};
  if (feed_csv_open((const char *)data, size, &text, &err) != STATUS_OK) {
    FUZZ_CHECK(text.root == NULL && text.arena == NULL);
    fuzz_check_message(err.text);
    return false;
  }
  write_again(&text, &written);
  check_again(&written);
  text_buffer_free(&written);
  feed_json_close(&text);
  return true;
}
