/* export_feed.h: manual_setup --export --feed: the rows of a declared feed as NAME.csv and NAME.ndjson. */
#ifndef CLOSEBELL_FILES_EXPORT_FEED_H
#define CLOSEBELL_FILES_EXPORT_FEED_H

#include <closebell/run/job.h>

typedef struct {
  const char *name;      /* of the feed */
  const char *from, *to; /* of _id; to takes in all that begins so; "": open */
  const char *folder;    /* made when it is not there */
} FeedExportOptions;

/* Both files hold the same documents, by _id; one is written a piece at a time, whatever the feed holds, and seen whole
 * or not at all. Files of before are replaced. A dry run counts. Reads only: takes no lease. STATUS_USAGE: it is no
 * name of a feed, or the feed has no such rows. STATUS_INCOMPLETE: the feed was written meanwhile, and has fields that
 * it had not. */
void export_feed_run(Job *job, const FeedExportOptions *options, Outcome *ret_outcome);

#endif
