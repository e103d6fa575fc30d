#include "tree.h"

#include <closebell/base/text.h>

bool tree_refuse(TreeMaker *tree, FeedJsonFault fault, const char *what) {
  tree->fault = fault;
  tree->what = what;
  return false;
}

FeedJson *tree_add(TreeMaker *tree, FeedJson *list, FeedJson *last, FeedJsonKind kind) {
  FeedJson *value = NULL;
  if (++tree->values > FEED_JSON_MAX_VALUES)
    tree_refuse(tree, FEED_JSON_UNFIT, "it has too many values");
  else if ((value = feed_arena_take(tree->arena, sizeof(*value))) == NULL)
    tree_refuse(tree, FEED_JSON_UNFIT, NULL);
  if (value == NULL) return NULL;
  *value = (FeedJson){.kind = kind};
  if (last == NULL)
    list->first = value;
  else
    last->next = value;
  list->length++;
  return value;
}

Status tree_fail(FeedJsonText *text, FeedJsonFault fault, const char *what, Error *err) {
  *text = (FeedJsonText){.fault = fault};
  return error_set(err, STATUS_BAD_DATA, "%s", what);
}

/* The first of some bytes begins a character, the others go on with it, and more would have followed. */
static bool is_cut_character(const char *bytes, size_t length) {
  unsigned char first = (unsigned char)bytes[0];
  size_t due = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || length >= due) return false;
  for (size_t i = 1; i < length; i++)
    if (((unsigned char)bytes[i] & 0xC0) != 0x80) return false;
  return true;
}

size_t tree_whole_characters(const char *bytes, size_t length) {
  if (text_is_utf8(bytes, length)) return length;
  for (size_t cut = 1; cut <= 3 && cut <= length; cut++)
    if (is_cut_character(bytes + length - cut, cut) && text_is_utf8(bytes, length - cut)) return length - cut;
  return length + 1;
}
