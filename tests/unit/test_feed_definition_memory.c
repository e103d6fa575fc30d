/* A definition, from its bytes to a question, with no memory at any allocation: an error that says so, and nothing
 * leaked. */
#include <closebell/feed/definition.h>
#include <closebell/feed/progress.h>
#include <closebell/feed/template.h>
#include <closebell/feed/units.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "made_zone.h"
#include "malloc_fault.h"

static const char right[] =
    "[feed]\ntitle = t\nurl = https://x.example/{item}?k={key}\nschedule = daily 07:00 America/New_York\n"
    "items = @i.txt\nitems mon = A,\n B\nkeys_file = k.txt\nrows = /r\nid = {a}-{at_utc}\nmissing = .,-\nper_run = 2\n"
    "indexes = a,-at_utc\nexpire = at_utc 3d\n[query]\nq = {date}, {item}\n[query tue]\nr = 1\n[headers]\nX = y "
    "{key}\n[fields]\n"
    "a = string /a\nat_utc = instant /t %Y%m%d\nm = string? map m.tsv /a 2\n[paging]\nkind = cursor\nparam = c\n"
    "cursor = /c\n[answer]\nok_if = /s = 0, !/e\n[checks]\nunique = a\nrange = at_utc 2020-01-01..\n";
static const char wrong[] =
    "[feed]\nurl = http://x.example/{itm}\nschedule = dayly\nitems = A,,B\nnonsense\n[fields]\na = strng /a\n"
    "[chks]\nx = 1\n[checks]\nuniqe = a\nrange = b 1..2\n";

static char zone[8192];
static size_t zone_length;

static const char *bytes_of(const FeedFile *file, size_t *ret_length) {
  static const char *const texts[] = {"A\tone\nB\ttwo\nC\tthree\n", "key-one 25\nkey-two\n", "A\tx\nB\ty\n"};
  if (file->kind == FEED_FILE_ZONE) {
    *ret_length = zone_length;
    return zone;
  }
  *ret_length = strlen(texts[file->kind]);
  return texts[file->kind];
}

static bool supply(FeedDefinition *definition) {
  for (size_t i = 0; i < definition->files.count; i++) {
    size_t length;
    Error err;
    const char *bytes = bytes_of(&definition->files.items[i], &length);
    Status status = feed_definition_supply(definition, i, bytes, length, NULL, &err);
    if (status == STATUS_OK) continue;
    assert_int_equal(status, STATUS_NO_MEMORY);
    assert_non_null(strstr(err.text, "memory"));
    return false;
  }
  return true;
}

static bool write_question(const FeedDefinition *definition) {
  FeedValues values = {definition->keys.items[0].text, &feed_items_of(definition, TUESDAY)->lines[0], 20000, TUESDAY,
                       NULL};
  FeedQuestionText text = {0};
  Status status = feed_question_write(definition, &values, NULL, &text, NULL);
  if (status != STATUS_OK) assert_int_equal(status, STATUS_NO_MEMORY);
  feed_question_free(&text);
  TextBuffer hidden = {0};
  feed_keys_hide(&definition->keys, "with key-one", &hidden);
  bool done = status == STATUS_OK && !hidden.failed;
  if (done) assert_string_equal(hidden.data, "with (key 1 of 2)");
  text_buffer_free(&hidden);
  return done;
}

static bool make_progress(const FeedDefinition *definition, Instant due) {
  FeedProgress progress = feed_progress_none();
  FeedAgenda agenda = {0};
  const FeedTable *list = feed_items_of(definition, TUESDAY);
  bool done = feed_progress_begin(&progress, list, 2, due, &agenda, NULL) == STATUS_OK;
  if (done) done = feed_progress_note(&progress, &list->lines[agenda.items[0]], NULL) == STATUS_OK;
  feed_agenda_free(&agenda);
  feed_progress_free(&progress);
  return done;
}

static bool use_it(const FeedDefinition *definition) {
  const FeedPast never = {INSTANT_NONE, INSTANT_NONE, INSTANT_NONE, NULL, 0};
  FeedUnits units = {0};
  if (feed_units_owed(definition, &never, made_instant("2026-11-29T00:00:00Z"), &units, NULL) != STATUS_OK)
    return false;
  bool done = make_progress(definition, units.due[0]) && write_question(definition);
  feed_units_free(&units);
  return done;
}

/* False: it met no memory. */
static bool go_through(const char *text, Status expected) {
  Complaints complaints = {0};
  FeedDefinition *definition = feed_definition_parse("made", "made.ini", text, strlen(text));
  bool done = definition != NULL && supply(definition);
  if (done) {
    Status status = feed_definition_settle(definition, &complaints);
    done = status != STATUS_NO_MEMORY && !complaints.lines.failed;
    if (done && status != expected) fail_msg("%s", complaints.lines.data);
    assert_true(status != STATUS_OK || expected == STATUS_OK); /* never right for want of memory */
  }
  complaints_free(&complaints);
  if (done && expected == STATUS_OK) done = use_it(definition);
  feed_definition_free(definition);
  return done;
}

static void check_every_allocation(const char *text, Status expected, long at_least) {
  for (int mode = 0; mode < MALLOC_FAULT_MODES; mode++) {
    long at = 1;
    for (bool met = true; met; at++) {
      malloc_fault_begin(at, (MallocFaultMode)mode);
      bool done = go_through(text, expected);
      met = malloc_fault_end(NULL);
      if (malloc_fault_blocks() != 0) fail_msg("allocation %ld: %zu blocks leaked", at, malloc_fault_blocks());
      if (done == met) fail_msg("allocation %ld: done %d, met %d", at, done, met);
    }
    assert_in_range(at, at_least, 2000);
  }
}

static void without_memory_a_right_definition_says_so_and_leaks_nothing(void **state) {
  (void)state;
  zone_length = made_file("zone/New_York", zone, sizeof zone);
  check_every_allocation(right, STATUS_OK, 100);
}

static void without_memory_a_wrong_definition_is_never_right(void **state) {
  (void)state;
  check_every_allocation(wrong, STATUS_CONFIG, 50);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_memory_a_right_definition_says_so_and_leaks_nothing),
      cmocka_unit_test(without_memory_a_wrong_definition_is_never_right),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
