#include "feed_faults.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void assert_complaint(const char *text, const MadeFile *named, const char *words) {
  Complaints complaints;
  FeedDefinition *d = made_definition_of(text, named, &complaints);
  if (d != NULL) fail_msg("taken: %s", text);
  if (complaints.errors != 1 || strncmp(complaints.lines.data + strlen("error: "), "made.ini", 8) != 0 ||
      strstr(complaints.lines.data, words) == NULL)
    fail_msg("of:\n%s\nexpected: %s\ngot: %s", text, words, complaints.lines.data);
  complaints_free(&complaints);
}

void assert_wrong(const char *feed, const char *field, const char *sections, const char *words) {
  char text[2000];
  snprintf(text, sizeof text, "%s%s\n%s%s\n%s\n", SMALL_FEED, feed, SMALL_FIELDS, field, sections);
  assert_complaint(text, NULL, words);
}
