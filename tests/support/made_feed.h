/* made_feed.h: definitions for tests of feeds. What fails ends the test. */
#ifndef CLOSEBELL_TESTS_MADE_FEED_H
#define CLOSEBELL_TESTS_MADE_FEED_H

#include <closebell/feed/definition.h>

/* A file that a definition names, as text; keys and items as well as maps. name null ends a list of them. */
typedef struct {
  const char *name, *text;
} MadeFile;

/* Parsed, supplied with these files and with zones of tests/data/zone, and settled. files null: none. Null where
 * something is wrong: what it is stands in *ret_complaints, which the caller frees. */
FeedDefinition *made_definition_of(const char *text, const MadeFile *files, Complaints *ret_complaints);
/* The same of one that has to be right. */
FeedDefinition *made_definition(const char *text, const MadeFile *files);

#endif
