#include <closebell/plan/job_state.h>

#include <string.h>

static const char *const NAMES[] = {"absent", "running", "completed", "failed", "waiting", "closed"};

const char *job_state_name(JobState state) { return NAMES[state]; }

bool job_state_parse(const char *name, JobState *ret_state) {
  for (size_t i = 1; i < sizeof NAMES / sizeof NAMES[0]; i++) {
    if (strcmp(name, NAMES[i]) == 0) {
      *ret_state = (JobState)i;
      return true;
    }
  }
  return false;
}

bool job_state_is_final(JobState state) { return state == JOB_COMPLETED || state == JOB_CLOSED; }

JobState day_state_find(const DayState *days, size_t count, Day date) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (days[middle].date < date)
      low = middle + 1;
    else
      high = middle;
  }
  return low < count && days[low].date == date ? days[low].state : JOB_ABSENT;
}
