/* replay_reply.h: what a replay server answered, whole, as a test looks at it. */
#ifndef REPLAY_REPLY_H
#define REPLAY_REPLY_H

#include <stddef.h>

typedef struct {
  int status;    /* 0: nothing came, or not all of it */
  char *head;    /* owned: from the status line to the empty line */
  char *body;    /* inside head, ended by a NUL */
  size_t length; /* of the body, which may hold NULs */
} ReplayReply;

/* All that comes until the server ends the connection, which is closed then. */
ReplayReply replay_reply_read(int fd);
void replay_reply_free(ReplayReply *reply);

#endif
