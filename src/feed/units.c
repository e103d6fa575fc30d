#include <closebell/feed/units.h>

#include <closebell/base/vector.h>
#include <closebell/feed/schedule.h>

#include <stdlib.h>

Day feed_unit_date(Instant due) { return instant_kst_day(due); }

static bool is_done(const FeedPast *past, Instant due) {
  size_t low = 0, high = past->done_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (past->done[middle] == due) return true;
    if (past->done[middle] < due)
      low = middle + 1;
    else
      high = middle;
  }
  return false;
}

static Status add_unit(FeedUnits *units, size_t *capacity, Instant due, Error *err) {
  Instant *moved = vector_reserve(units->due, capacity, units->count + 1, sizeof *units->due);
  if (moved == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the units that are owed");
  units->due = moved;
  units->due[units->count++] = due;
  return STATUS_OK;
}

static void turn_round(Instant *items, size_t count) {
  for (size_t i = 0; i < count / 2; i++) {
    Instant item = items[i];
    items[i] = items[count - 1 - i];
    items[count - 1 - i] = item;
  }
}

/* From the newest back to the first: the newest that are missing are owed, those before them are given up. */
static Status owe_all(const FeedDefinition *definition, const FeedPast *past, Instant newest, FeedUnits *units,
                      Error *err) {
  Instant first = past->first == INSTANT_NONE ? newest : past->first;
  Status status = STATUS_OK;
  size_t capacity = 0;
  for (Instant due = newest; status == STATUS_OK && due != INSTANT_NONE;
       due = feed_schedule_newest(&definition->schedule, due - 1)) {
    if (due < first || (past->given_up_to != INSTANT_NONE && due <= past->given_up_to)) break;
    if (is_done(past, due)) continue;
    if (units->count < (size_t)definition->units.catch_up) {
      status = add_unit(units, &capacity, due, err);
      continue;
    }
    if (units->given_up == 0) units->given_up_to = due;
    units->given_up++;
  }
  turn_round(units->due, units->count);
  return status;
}

Status feed_units_owed(const FeedDefinition *definition, const FeedPast *past, Instant now, FeedUnits *ret_units,
                       Error *err) {
  FeedUnits units = {.given_up_to = past->given_up_to};
  Instant newest = feed_schedule_newest(&definition->schedule, now);
  bool is_past = past->newest != INSTANT_NONE && now < past->newest;
  Status status = STATUS_OK;
  size_t capacity = 0;
  if (newest == INSTANT_NONE || is_past) {
    *ret_units = units;
    return STATUS_OK;
  }
  if (definition->ask.uses_date)
    status = owe_all(definition, past, newest, &units, err);
  else if (!is_done(past, newest) && (past->newest == INSTANT_NONE || newest >= past->newest))
    status = add_unit(&units, &capacity, newest, err); /* an older one can be due when the schedule was changed */
  if (status == STATUS_OK)
    *ret_units = units;
  else
    feed_units_free(&units);
  return status;
}

void feed_units_free(FeedUnits *units) {
  free(units->due);
  *units = (FeedUnits){0};
}
