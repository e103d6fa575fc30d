/* unreadable.h: stored documents that cannot be read. */
#ifndef CLOSEBELL_STORE_UNREADABLE_H
#define CLOSEBELL_STORE_UNREADABLE_H

#include <closebell/base/status.h>

/* Called for each document that cannot be read and is left out. id: its _id, or the ticker of a part of it that cannot
 * be read; what: why. Anything but STATUS_OK ends the read and is returned. */
typedef Status UnreadableVisit(void *context, const char *id, const char *what, Error *err);

#endif
