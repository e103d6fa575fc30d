/* A URL and a header with placeholders on the first line, and what stands for them on the next: key, item, since.
 * Taken: the request is asked of the same host whatever the values are, its header is one line, and no key is shown. */
#include "fuzz.h"

#include <closebell/base/url.h>
#include <closebell/feed/keys.h>
#include <closebell/feed/template.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 5 };

/* Cuts the text into lines; missing ones are empty. */
static void cut(char *text, char *lines[LINES]) {
  static char none[] = "";
  for (size_t i = 0; i < LINES; i++) {
    char *end = text == NULL ? NULL : strchr(text, '\n');
    lines[i] = text == NULL ? none : text;
    if (end != NULL) *end++ = '\0';
    text = end;
  }
}

static FeedDefinition *define(const char *url, const char *header) {
  char text[2048];
  Complaints complaints = {0};
  snprintf(text, sizeof text,
           "[feed]\nurl = %.600s\nschedule = hourly\nrows =\nid = {a}\nitems = @i\nkeys_file = k\nsince = a 0\n"
           "[query]\nk = {key}{item}{since}{date}\nx y = a&b {since}\n[headers]\nX = %.600s\n[fields]\na = string /a\n",
           url, header);
  FeedDefinition *definition = feed_definition_parse("fuzz", "fuzz.ini", text, strlen(text));
  FUZZ_CHECK(definition != NULL);
  for (size_t i = 0; i < definition->files.count; i++)
    FUZZ_CHECK(feed_definition_supply(definition, i, "k\tx", definition->files.items[i].kind == FEED_FILE_ITEMS ? 3 : 1,
                                      NULL, NULL) == STATUS_OK);
  if (feed_definition_settle(definition, &complaints) != STATUS_OK) {
    feed_definition_free(definition);
    definition = NULL;
  }
  complaints_free(&complaints);
  return definition;
}

/* The host of the definition's own text, in which no placeholder stands. */
static void check_host(const FeedDefinition *definition, const char *url) {
  char host[256], written[256];
  FUZZ_CHECK(url_host(definition->ask.url.parts[0].text, host, sizeof host));
  FUZZ_CHECK(url_host(url, written, sizeof written));
  FUZZ_CHECK(strcmp(host, written) == 0);
}

static void check_written(const FeedDefinition *definition, const FeedQuestionText *text, const char *key) {
  FUZZ_CHECK(url_fault(text->url) == NULL);
  check_host(definition, text->url);
  check_host(definition, text->shown);
  FUZZ_CHECK(strchr(text->url, '#') == NULL && strstr(text->url, "x%20y=a%26b%20") != NULL);
  if (text->headers[0] != NULL) FUZZ_CHECK(strpbrk(text->headers[0], "\r\n") == NULL);
  /* A key that is in no other text is in none that is shown. */
  if (strlen(key) > 12 && strstr(text->url, key) == NULL) FUZZ_CHECK(strstr(text->shown, key) == NULL);
}

static void check_hiding(const char *key, const char *text) {
  FeedKeys keys = {.file = "k"};
  TextBuffer hidden = {0};
  if (feed_keys_parse(key, strlen(key), &keys, NULL) != STATUS_OK) return;
  feed_keys_hide(&keys, text, &hidden);
  bool is_in_its_name = keys.count == 1 && strstr("(key 1 of 1)", keys.items[0].text) != NULL;
  bool could_be_made = keys.count == 1 && strpbrk(keys.items[0].text, "()") != NULL;
  if (keys.count == 1 && hidden.data != NULL && !is_in_its_name && !could_be_made)
    FUZZ_CHECK(strstr(hidden.data, keys.items[0].text) == NULL);
  text_buffer_free(&hidden);
  feed_keys_free(&keys);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  char *text = fuzz_text(data, size), *lines[LINES];
  cut(text, lines);
  FeedDefinition *definition = define(lines[0], lines[1]);
  bool written = false;
  if (definition != NULL) {
    const char *columns[] = {lines[3], lines[4]};
    FeedLine item = {columns, 2, 1};
    FeedValues values = {.key = lines[2], .item = &item, .date = 20000, .weekday = TUESDAY, .since = lines[4]};
    FeedQuestionText question = {0};
    Error err = {""};
    written = feed_question_write(definition, &values, NULL, &question, &err) == STATUS_OK;
    if (written)
      check_written(definition, &question, lines[2]);
    else
      fuzz_check_message(err.text);
    feed_question_free(&question);
  }
  check_hiding(lines[2], lines[4]);
  feed_definition_free(definition);
  free(text);
  return written;
}
