#include <closebell/plan/call_caps.h>

int64_t call_caps_read_from(int64_t newest) { return newest > CALL_WINDOW ? newest - CALL_WINDOW : 1; }

/* A missing document counts nothing: somebody has taken it away. */
CapsVerdict call_caps_next(const CallCaps *caps, const CountedCall *newest, size_t count, int64_t tokens,
                           CountedCall *ret_next) {
  CountedCall next = {.number = 1, .tokens = tokens, .before = 0};
  int64_t recent = 0;
  if (count > 0) {
    next.number = newest[count - 1].number + 1;
    next.before = newest[count - 1].before;
  }
  for (size_t i = 0; i < count; i++) {
    if (newest[i].number < next.number - CALL_WINDOW)
      next.before += newest[i].tokens;
    else
      recent += newest[i].tokens;
  }
  if (next.number > caps->calls) return CAPS_NO_CALLS;
  if (caps->tokens > 0 && (tokens > caps->tokens || next.before + recent > caps->tokens - tokens))
    return CAPS_NO_TOKENS;
  *ret_next = next;
  return CAPS_KEPT;
}
