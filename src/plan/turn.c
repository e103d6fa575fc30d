#include <closebell/plan/turn.h>

#include <closebell/base/fnv.h>

static uint32_t slice_of(const char *ticker) { return fnv_32(ticker) % TURN_SESSIONS; }

bool turn_has_come(const char *ticker, size_t sessions, size_t completed) {
  return (slice_of(ticker) + sessions) % TURN_SESSIONS < (completed < TURN_SESSIONS ? completed : TURN_SESSIONS);
}

size_t turn_window_count(size_t rows) { return rows <= TURN_WINDOW ? 1 : (rows + TURN_WINDOW - 1) / TURN_WINDOW; }

size_t turn_window(const char *ticker, size_t sessions, size_t windows) {
  return (slice_of(ticker) + sessions) / TURN_SESSIONS % windows;
}
