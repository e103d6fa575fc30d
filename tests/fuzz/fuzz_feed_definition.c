/* A feed's INI file. Whatever it says, it is read, supplied and settled. Wrong: each error is one line that names the
 * file. Right: what it promises to its users holds. */
#include "fuzz.h"

#include <closebell/base/url.h>
#include <closebell/feed/definition.h>
#include <closebell/feed/schedule.h>
#include <closebell/feed/template.h>

#include <stdlib.h>
#include <string.h>

static const char items[] = "A\tone\ttwo\nB\t1\t2\n", keys[] = "key-of-mine 25\nsecond\n", map[] = "A\tx\ty\n";

static void supply(FeedDefinition *definition) {
  static const char rule[] =
      "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\1\0\0\0\0\0\0\0"
      "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\1\0\0\0\0\0\0\0"
      "\nEST5EDT,M3.2.0,M11.1.0\n";
  for (size_t i = 0; i < definition->files.count; i++) {
    const FeedFile *file = &definition->files.items[i];
    FUZZ_CHECK(file->name[0] != '/' && file->name[0] != '.' && strstr(file->name, "/.") == NULL && file->line > 0);
    const char *bytes = file->kind == FEED_FILE_ITEMS ? items : file->kind == FEED_FILE_KEYS ? keys : map;
    size_t length = strlen(bytes);
    if (file->kind == FEED_FILE_ZONE) bytes = rule, length = sizeof rule - 1;
    FUZZ_CHECK(feed_definition_supply(definition, i, bytes, length, NULL, NULL) == STATUS_OK);
  }
}

static void check_field(const FeedDefinition *definition, const FeedField *field) {
  bool has_pointer = field->from == FEED_FROM_ROW || field->from == FEED_FROM_ANSWER || field->from == FEED_FROM_MAP;
  FUZZ_CHECK(field->line > 0 && field->name[0] != '\0' && field->name[0] != '_');
  FUZZ_CHECK(strpbrk(field->name, ".$ ") == NULL && strlen(field->name) <= 64);
  FUZZ_CHECK(has_pointer == (field->pointer != NULL));
  FUZZ_CHECK(field->from != FEED_FROM_ITEM || (definition->items.given && field->column >= 1));
  FUZZ_CHECK(field->from != FEED_FROM_MAP || field->map < definition->files.count);
}

static void check_template(const FeedDefinition *definition, const FeedTemplate *one) {
  for (size_t i = 0; i < one->count; i++) {
    const FeedPart *part = &one->parts[i];
    FUZZ_CHECK(part->kind != FEED_PART_TEXT || (part->text != NULL && *part->text != '\0'));
    FUZZ_CHECK(part->kind != FEED_PART_ITEM || (definition->items.given && part->index >= 1));
    FUZZ_CHECK(part->kind != FEED_PART_KEY || definition->keys.count > 0);
    FUZZ_CHECK(part->kind != FEED_PART_FIELD || part->index < definition->rows.field_count);
  }
}

/* Its question is asked of a host that stands in the definition, and shows no key. */
static void check_question(const FeedDefinition *definition, Weekday weekday) {
  const FeedTable *list = feed_items_of(definition, weekday);
  FeedQuestionText text = {0};
  Error err = {""};
  FeedValues values = {.key = definition->keys.count > 0 ? definition->keys.items[0].text : NULL,
                       .item = list != NULL && list->count > 0 ? &list->lines[0] : NULL,
                       .date = 20000,
                       .weekday = weekday,
                       .since = definition->units.since_start};
  if (list != NULL && list->count == 0) return;
  Status status = feed_question_write(definition, &values, NULL, &text, &err);
  if (status != STATUS_OK) {
    fuzz_check_message(err.text);
    return;
  }
  char host[256], shown_host[256];
  FUZZ_CHECK(url_fault(text.url) == NULL && !url_is_in_clear(text.url));
  FUZZ_CHECK(url_host(text.url, host, sizeof host) && url_host(text.shown, shown_host, sizeof shown_host));
  FUZZ_CHECK(strcmp(host, shown_host) == 0);
  for (size_t i = 0; i < FEED_HEADERS_MAX && text.headers[i] != NULL; i++)
    FUZZ_CHECK(strpbrk(text.headers[i], "\r\n") == NULL);
  feed_question_free(&text);
}

static void check_accepted(const FeedDefinition *definition) {
  FUZZ_CHECK(definition->rows.field_count > 0 && definition->rows.field_count <= FEED_FIELDS_MAX);
  for (size_t i = 0; i < definition->rows.field_count; i++) check_field(definition, &definition->rows.fields[i]);
  check_template(definition, &definition->rows.id);
  check_template(definition, &definition->ask.url);
  for (size_t i = 0; i < definition->ask.query.count; i++)
    check_template(definition, &definition->ask.query.items[i].value);
  for (int day = 0; day < 7; day++) check_question(definition, (Weekday)day);
  Instant now = INT64_C(1796000000000), due = feed_schedule_newest(&definition->schedule, now);
  FUZZ_CHECK(due <= now && due > now - 40 * INT64_C(86400000));
  FUZZ_CHECK(feed_schedule_next(&definition->schedule, now) > now);
}

static void check_refused(const Complaints *complaints, bool names_it_itself) {
  FUZZ_CHECK(complaints->errors > 0);
  fuzz_check_message(complaints->first.text);
  FUZZ_CHECK(strncmp(complaints->first.text, "fuzz.ini:", 9) == 0);
  FUZZ_CHECK(names_it_itself || strstr(complaints->lines.data, "key-of-mine") == NULL);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  char *text = malloc(size == 0 ? 1 : size); /* of exactly its length, so that a read behind it is seen */
  Complaints complaints = {0};
  FUZZ_CHECK(text != NULL);
  if (size > 0) memcpy(text, data, size);
  FeedDefinition *definition = feed_definition_parse("fuzz", "fuzz.ini", text, size);
  FUZZ_CHECK(definition != NULL);
  supply(definition);
  bool accepted = feed_definition_settle(definition, &complaints) == STATUS_OK;
  if (accepted)
    check_accepted(definition);
  else
    check_refused(&complaints, size > 0 && memmem(text, size, "key-of-mine", 11) != NULL);
  complaints_free(&complaints);
  feed_definition_free(definition);
  free(text);
  return accepted;
}
