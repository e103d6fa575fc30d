#include "tree.h"

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
