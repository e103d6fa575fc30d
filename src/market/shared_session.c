#include <closebell/market/shared_session.h>

#include <stdlib.h>

SharedSession *shared_session_make(Session *session) {
  SharedSession *shared = malloc(sizeof *shared);
  if (!shared) return NULL;
  *shared = (SharedSession){.session = *session, .holders = 1};
  *session = (Session){0};
  return shared;
}

SharedSession *shared_session_hold(SharedSession *shared) {
  shared->holders++;
  return shared;
}

void shared_session_release(SharedSession *shared) {
  if (!shared || --shared->holders > 0) return;
  session_free(&shared->session);
  free(shared);
}
