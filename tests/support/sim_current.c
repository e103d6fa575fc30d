#include "sim_current.h"

#include <stdio.h>
#include <string.h>

#include <closebell/store/job_status.h>

enum { PRICES = 1 << SIM_WHO_PRICES, INDEX = 1 << SIM_WHO_INDEX, FUNDS = 1 << SIM_WHO_FUNDS };
enum { BROKER = 1 << SIM_WHO_BROKER, DART = 1 << SIM_WHO_DART, WEB = 1 << SIM_WHO_WEB };

/* Whom a dataset is made of. Its sessions are those of daily prices where it says so; the stocks that traded best are
 * known from them as well. */
typedef struct {
  const char *name;
  unsigned needs;
  bool may_miss; /* what was missed while somebody was in trouble does not come any more */
} Needs;

static const Needs NEEDS[] = {{"daily_update", PRICES, false},
                              {"hourly_analysis", PRICES, false},
                              {"evening", PRICES | BROKER, true},
                              {"market_totals", PRICES | INDEX, false},
                              {"index_days", PRICES | INDEX, false},
                              {"etf_days", PRICES | FUNDS, false},
                              {"market_flow", BROKER, false},
                              {"minute_prices", PRICES | BROKER, false},
                              {"companies", DART, true},
                              {"financials", DART, true},
                              {"company_events", DART, true},
                              {"dividends", DART, true},
                              {"rates", WEB, true},
                              {"prices", WEB, true},
                              {"profiles", WEB, true},
                              {"notes", WEB, true}};

static const Needs *needs_of(const char *name) {
  for (size_t i = 0; i < sizeof NEEDS / sizeof *NEEDS; i++)
    if (strcmp(NEEDS[i].name, name) == 0) return &NEEDS[i];
  sim_or_die(false, "a dataset of which it is not said whom it needs (sim_current.c)");
  return NULL;
}

static Instant well_since(const SimHealth *health, unsigned needs) {
  Instant since = health->began;
  for (unsigned who = 0; who < SIM_WHO_COUNT; who++)
    if ((needs & 1U << who) && health->well[who] > since) since = health->well[who];
  return since;
}

/* All that there is to be had is stored, although the session is not archived yet. */
static bool is_current(const JobStatus *status) {
  if (!status) return false;
  bool whole = status->expected_rows > 0 && status->stored_rows == status->expected_rows;
  return status->state == JOB_COMPLETED || status->state == JOB_CLOSED || (status->state == JOB_WAITING && whole);
}

static bool is_as_new(const JobStatus *status, const JobStatus *other) {
  return is_current(status) && (!other->unit || (status->unit && status->unit->due_utc >= other->unit->due_utc));
}

static void compare(const JobStatusList *list, const JobStatusList *other, const char *name, Day from, SimHeld *held) {
  for (size_t i = 0; i < other->count; i++) {
    const JobStatus *wanted = &other->items[i];
    if (wanted->date < from || !is_current(wanted)) continue;
    const JobStatus *status = job_status_find(list, wanted->date);
    held->compared++;
    if (is_as_new(status, wanted)) continue;
    if (held->held++ == 0)
      snprintf(held->first, sizeof held->first, "%s of %s is held: %.90s", name, day_text(wanted->date).text,
               status ? status->reason : "it has no status");
  }
}

static void load(const SimWhole *whole, JobStatuses *statuses) {
  Error err = {{0}};
  sim_or_die(job_statuses_load(&whole->world->view, &whole->web->feeds.jobs, NEED_ALL_STATUSES, statuses, &err) ==
                 STATUS_OK,
             err.text);
}

void sim_current_compare(const SimWhole *world, const SimWhole *undisturbed, const SimHealth *health, SimHeld *held) {
  JobStatuses list = {0}, other = {0};
  load(world, &list);
  load(undisturbed, &other);
  const JobTable *jobs = &world->web->feeds.jobs;
  for (size_t i = 0; i < jobs->count; i++) {
    if (!jobs->rows[i].has_statuses) continue;
    const Needs *needs = needs_of(jobs->rows[i].name);
    Instant since = well_since(health, needs->needs);
    if (since > undisturbed->world->now) continue;
    Day from = instant_kst_day(needs->may_miss ? since : health->began) + needs->may_miss;
    compare(&list.lists[i], &other.lists[i], needs->name, from, held);
  }
  job_statuses_free(&list);
  job_statuses_free(&other);
}
