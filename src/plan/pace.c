#include <closebell/plan/pace.h>

enum { RESETS_TOO_MANY = 2 };

static bool slow_down(Pace *pace) {
  double half = pace->per_second / 2 < PACE_LOWEST ? PACE_LOWEST : pace->per_second / 2;
  bool changed = half < pace->per_second || pace->parallel > 1;
  if (half < pace->per_second) pace->per_second = half;
  pace->parallel = 1;
  return changed;
}

bool pace_note(Pace *pace, const Answer *answer) {
  pace->resets_in_a_row = answer->was_reset ? pace->resets_in_a_row + 1 : 0;
  bool too_many = pace->resets_in_a_row >= RESETS_TOO_MANY;
  if (too_many) pace->resets_in_a_row = 0;
  if (!too_many && answer->kind != ANSWER_THROTTLED && answer->kind != ANSWER_BLOCKED) return false;
  return slow_down(pace);
}
