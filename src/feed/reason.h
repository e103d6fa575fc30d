/* reason.h: why the rows of a question are refused: a sentence for people. */
#ifndef CLOSEBELL_FEED_REASON_H
#define CLOSEBELL_FEED_REASON_H

#include <closebell/feed/rows.h>

/* Writes the sentence, cut where it is too long, and returns STATUS_BAD_DATA. */
Status feed_refuse(char reason[FEED_REASON_SIZE], const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes "out of memory" and returns STATUS_NO_MEMORY. */
Status feed_refuse_memory(char reason[FEED_REASON_SIZE]);

#endif
