/* feed_folder.h: a feed's file and the files that it names, read from the folder. */
#ifndef CLOSEBELL_DATASET_FEED_FOLDER_H
#define CLOSEBELL_DATASET_FEED_FOLDER_H

#include <closebell/base/complaints.h>
#include <closebell/feed/definition.h>

/* The names of the files NAME.ini, ascending, without ".ini"; the caller frees list and names. STATUS_CONFIG: the
 * folder cannot be read. */
Status feed_folder_list(const char *folder, char ***ret_names, size_t *ret_count, Error *err);
void feed_folder_list_free(char **names, size_t count);

/* The definition, the caller's to free; null where complaints have an error. What a file names is looked for in the
 * folder alone: no link leads out of it. STATUS_NO_MEMORY. */
Status feed_folder_read(const char *folder, const char *name, FeedDefinition **ret_definition, Complaints *complaints,
                        Error *err);

#endif
