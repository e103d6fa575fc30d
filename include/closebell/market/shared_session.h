/* shared_session.h: a session that several hold at once, instead of each having a copy of its rows. */
#ifndef CLOSEBELL_MARKET_SHARED_SESSION_H
#define CLOSEBELL_MARKET_SHARED_SESSION_H

#include <closebell/market/session.h>

/* Nobody changes the session. Not for several threads. */
typedef struct {
  Session session;
  size_t holders;
} SharedSession;

/* Takes the rows over; whoever makes it is its first holder. Null when there is no memory: the session is as it was. */
SharedSession *shared_session_make(Session *session);

/* One more holder; returns its argument. */
SharedSession *shared_session_hold(SharedSession *shared);

/* One holder less; the last one frees it. Null: nothing happens. */
void shared_session_release(SharedSession *shared);

#endif
