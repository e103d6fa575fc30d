#include "sim_check.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>
#include <closebell/store/job_status.h>
#include <closebell/store/market_days.h>
#include <closebell/store/stock_data.h>
#include <closebell/store/targets.h>

#include "db_memory_internal.h"
#include "session_equal.h"
#include "sim_index.h"

static bool fail(Error *why, Day date, const char *what) {
  error_set(why, STATUS_BAD_DATA, "%s: %s", day_text(date).text, what);
  return false;
}

/* ---- the archive: written once, so looked at once ---- */

static bool is_checked(const SimWorld *world, Day date) {
  for (size_t i = world->checked_count; i > 0; i--)
    if (world->checked[i - 1] == date) return true;
  return false;
}

static void note_checked(SimWorld *world, Day date) {
  Day *checked = vector_reserve(world->checked, &world->checked_capacity, world->checked_count + 1, sizeof *checked);
  sim_or_die(checked != NULL, "no memory for dates");
  world->checked = checked;
  checked[world->checked_count++] = date;
}

static bool check_archive(SimWorld *world, Day date, Error *why) {
  if (is_checked(world, date)) return true;
  const Session *truth = sim_market_session(world->market, date);
  if (!truth) return fail(why, date, "completed, but the exchange was closed");
  Session archived = {0};
  Error err = {{0}};
  if (market_days_find(&world->view, date, &archived, &err) != STATUS_OK) {
    error_set(why, STATUS_BAD_DATA, "%s: completed without an archived session: %s", day_text(date).text, err.text);
    return false;
  }
  bool equal = session_equal(&archived, truth);
  session_free(&archived);
  if (!equal) return fail(why, date, "completed over other rows than the exchange published");
  note_checked(world, date);
  return true;
}

static bool check_days(SimWorld *world, const JobStatusList *statuses, Error *why) {
  for (size_t i = 0; i < statuses->count; i++) {
    const JobStatus *status = &statuses->items[i];
    if (status->state == JOB_CLOSED && sim_market_session(world->market, status->date))
      return fail(why, status->date, "closed, but the exchange had a session");
    if (status->state == JOB_COMPLETED && !check_archive(world, status->date, why)) return false;
    if (status->state == JOB_COMPLETED && status->expected_rows != status->stored_rows)
      return fail(why, status->date, "completed with fewer rows stored than expected");
  }
  return true;
}

/* ---- the rows of a ticker ---- */

static bool same_numbers(const StockRow *a, const StockRow *b) {
  return a->open == b->open && a->high == b->high && a->low == b->low && a->close == b->close &&
         a->change == b->change && a->volume == b->volume && a->value == b->value && a->market_cap == b->market_cap &&
         a->listed_shares == b->listed_shares;
}

static const StockRow *stored_on(const StoredRows *rows, size_t *next, Day date) {
  while (*next < rows->count && rows->items[*next].date < date) ++*next;
  const StoredRow *row = *next < rows->count ? &rows->items[*next] : NULL;
  return row && row->date == date && row->readable ? &row->row : NULL;
}

static bool check_target(const SimWorld *world, const Target *target, const JobStatusList *statuses, Day from,
                         Error *why) {
  StoredRows rows = {0};
  size_t next = 0;
  Error err = {{0}};
  if (stock_data_load(&world->view, target->ticker, (DayRange){from, DAY_NONE}, &rows, &err) != STATUS_OK) {
    error_set(why, STATUS_BAD_DATA, "%s: %s", target->ticker, err.text);
    return false;
  }
  bool good = true;
  for (size_t i = 0; i < statuses->count && good; i++) {
    const JobStatus *status = &statuses->items[i];
    if (status->state != JOB_COMPLETED || !target_expects(target, status->date)) continue;
    const StockRow *expected = session_find(sim_market_session(world->market, status->date), target->ticker);
    if (!expected) continue;
    const StockRow *stored = stored_on(&rows, &next, status->date);
    good = stored && same_numbers(stored, expected);
    if (!good)
      error_set(why, STATUS_BAD_DATA, "%s is completed, but the row of %s %s", day_text(status->date).text,
                target->ticker, stored ? "is another" : "is missing");
  }
  stored_rows_free(&rows);
  return good;
}

/* ---- what was right, and is as it was, is right ---- */

static void mix(uint64_t *print, uint64_t value) { *print = (*print ^ value) * UINT64_C(0x100000001b3); }

static void mix_day(uint64_t *print, Day day) { mix(print, (uint64_t)day); }

/* All that check_target looks at. Most runs write something else: analyses, and what the jobs know of themselves. */
static uint64_t fingerprint(const SimWorld *world, const JobStatusList *statuses, const Universe *universe, Day from) {
  uint64_t print = UINT64_C(0xcbf29ce484222325);
  mix_day(&print, from);
  for (size_t i = 0; i < statuses->count; i++)
    if (statuses->items[i].state == JOB_COMPLETED) mix_day(&print, statuses->items[i].date);
  for (size_t i = 0; i < universe->count; i++) {
    const Target *target = &universe->items[i];
    for (const char *letter = target->ticker; *letter; letter++) mix(&print, (uint64_t)*letter);
    mix_day(&print, target->history_from);
    mix_day(&print, target->removed_date);
    mix(&print, target->is_active + 2U * target->backfill_needed);
  }
  const Storage *storage = world->memory->storage;
  for (size_t i = 0; i < storage->count; i++)
    if (strcmp(storage->items[i].database, DB_STOCK) == 0) mix(&print, (uint64_t)storage->items[i].writes + 1);
  return print;
}

static bool check_targets(SimWorld *world, const JobStatusList *statuses, const Universe *universe, Day from,
                          Error *why) {
  uint64_t print = fingerprint(world, statuses, universe, from);
  if (print == world->rows_checked) return true;
  for (size_t i = 0; i < universe->count; i++)
    if (!universe->items[i].backfill_needed && !check_target(world, &universe->items[i], statuses, from, why))
      return false;
  world->rows_checked = print;
  return true;
}

bool sim_check(SimWorld *world, Day from, Error *why) {
  JobStatusList statuses = {0};
  TargetTable targets = {0};
  bool good = job_status_load(&world->view, JOB_DAILY_UPDATE, from, DAY_NONE, &statuses, why) == STATUS_OK &&
              targets_load(&world->view, &targets, why) == STATUS_OK && check_days(world, &statuses, why) &&
              check_targets(world, &statuses, &targets.universe, from, why) &&
              (!world->publishes_totals || sim_check_totals(world, from, why));
  target_table_free(&targets);
  job_status_list_free(&statuses);
  return good;
}
