#include <closebell/plan/turn.h>

#include <stdint.h>

static uint32_t slice_of(const char *ticker) {
  uint32_t hash = 2166136261u; /* FNV-1a */
  for (; *ticker; ticker++) hash = (hash ^ (unsigned char)*ticker) * 16777619u;
  return hash % TURN_SESSIONS;
}

bool turn_has_come(const char *ticker, size_t sessions, size_t completed) {
  return (slice_of(ticker) + sessions) % TURN_SESSIONS < (completed < TURN_SESSIONS ? completed : TURN_SESSIONS);
}

size_t turn_window_count(size_t rows) { return rows <= TURN_WINDOW ? 1 : (rows + TURN_WINDOW - 1) / TURN_WINDOW; }

size_t turn_window(const char *ticker, size_t sessions, size_t windows) {
  return (slice_of(ticker) + sessions) / TURN_SESSIONS % windows;
}
