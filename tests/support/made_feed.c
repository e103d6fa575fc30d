#include "made_feed.h"

#include "made_zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *text_of(const MadeFile *files, const char *name) {
  for (; files != NULL && files->name != NULL; files++)
    if (strcmp(files->name, name) == 0) return files->text;
  return NULL;
}

static void supply_zone(FeedDefinition *definition, size_t index) {
  char path[128], bytes[8192];
  const char *slash = strrchr(definition->files.items[index].name, '/');
  snprintf(path, sizeof path, "zone/%s", slash == NULL ? definition->files.items[index].name : slash + 1);
  size_t length = made_file(path, bytes, sizeof bytes);
  assert_int_equal(feed_definition_supply(definition, index, bytes, length, NULL, NULL), STATUS_OK);
}

FeedDefinition *made_definition_of(const char *text, const MadeFile *files, Complaints *ret_complaints) {
  FeedDefinition *definition = feed_definition_parse("made", "made.ini", text, strlen(text));
  assert_non_null(definition);
  for (size_t i = 0; i < definition->files.count; i++) {
    const FeedFile *file = &definition->files.items[i];
    if (file->kind == FEED_FILE_ZONE) {
      supply_zone(definition, i);
      continue;
    }
    const char *bytes = text_of(files, file->name);
    assert_int_equal(feed_definition_supply(definition, i, bytes, bytes == NULL ? 0 : strlen(bytes),
                                            bytes == NULL ? "No such file or directory" : NULL, NULL),
                     STATUS_OK);
  }
  *ret_complaints = (Complaints){0};
  Status status = feed_definition_settle(definition, ret_complaints);
  assert_int_equal(status == STATUS_OK, ret_complaints->errors == 0);
  if (status == STATUS_OK) return definition;
  feed_definition_free(definition);
  return NULL;
}

FeedDefinition *made_definition(const char *text, const MadeFile *files) {
  Complaints complaints;
  FeedDefinition *definition = made_definition_of(text, files, &complaints);
  if (definition == NULL) fail_msg("%s", complaints.lines.data);
  complaints_free(&complaints);
  return definition;
}
