/* tree.h: the tree of an answer while it is read, be it JSON or CSV. */
#ifndef CLOSEBELL_FEED_TREE_H
#define CLOSEBELL_FEED_TREE_H

#include "arena.h"

#include <closebell/feed/json.h>

typedef struct {
  FeedArena *arena; /* lent */
  size_t values;    /* made so far */
  FeedJsonFault fault;
  const char *what; /* why the bytes are refused; null: no memory */
} TreeMaker;

/* Notes why the bytes are refused. Returns false. */
bool tree_refuse(TreeMaker *tree, FeedJsonFault fault, const char *what);

/* One value more behind `last`, the list's newest; null: its first. Null where it is refused: there are too many, or
 * there is no memory. */
FeedJson *tree_add(TreeMaker *tree, FeedJson *list, FeedJson *last, FeedJsonKind kind);

/* Of bytes that are refused before anything is made of them: STATUS_BAD_DATA. */
Status tree_fail(FeedJsonText *text, FeedJsonFault fault, const char *what, Error *err);

/* What is left without a character that was cut at the end; length + 1: it is no UTF-8. */
size_t tree_whole_characters(const char *bytes, size_t length);

#endif
