/* feeds.h: the feeds that the INI files of a folder declare, as datasets of this run: behind those of the product in
 * the tables that everything goes over. */
#ifndef CLOSEBELL_DATASET_FEEDS_H
#define CLOSEBELL_DATASET_FEEDS_H

#include <closebell/base/complaints.h>
#include <closebell/dataset/dataset.h>
#include <closebell/feed/definition.h>

enum { FEED_FILE_NAME_SIZE = 256, FEED_DOOR_SIZE = FEED_NAME_SIZE + 8 };

/* A feed whose file is as it should be. */
typedef struct DeclaredFeed {
  FeedDefinition *definition; /* owned */
  char lease[LEASE_JOB_SIZE];
  char door[FEED_DOOR_SIZE]; /* "feed:rates": its _id in source_state */
} DeclaredFeed;

/* A file that declares none. */
typedef struct {
  char name[FEED_FILE_NAME_SIZE]; /* of the file, without ".ini" */
  Complaints complaints;          /* all that is wrong with it */
} BadFeed;

/* Zero-initialise; feeds_free at the end. Must stay where it is as long as its tables are used. */
typedef struct Feeds {
  DeclaredFeed *items; /* ascending by name, as the next */
  size_t count;
  BadFeed *bad;
  size_t bad_count;
  JobRow *rows;
  JobTable jobs; /* those of the product, then the feeds */
  Dataset *own;
  const Dataset **list;
  DatasetTable datasets; /* the same */
} Feeds;

/* Reads every file NAME.ini of the folder, and what it names. A bad file keeps no other from its work. STATUS_CONFIG:
 * the folder cannot be read. */
Status feeds_load(const char *folder, Feeds *feeds, Error *err);
void feeds_free(Feeds *feeds);

/* The feed behind a dataset; null: it is one of the product. */
const DeclaredFeed *feeds_of(const Dataset *dataset);
/* Null: there is no bad file of that name. */
const BadFeed *feeds_find_bad(const Feeds *feeds, const char *name);

#endif
