#include "sim_current.h"

#include <stdio.h>
#include <string.h>

#include <closebell/store/ask_claims.h>
#include <closebell/store/job_status.h>

enum { PRICES = 1 << SIM_WHO_PRICES, INDEX = 1 << SIM_WHO_INDEX, FUNDS = 1 << SIM_WHO_FUNDS };
enum { BROKER = 1 << SIM_WHO_BROKER, DART = 1 << SIM_WHO_DART, WEB = 1 << SIM_WHO_WEB, MODEL = 1 << SIM_WHO_MODEL };

typedef enum {
  CATCHES_UP,
  GOES_ON,     /* it does, and of those that it made up for only the newest has a status */
  COMES_FIRST, /* it does, and is stored before its session is archived, which is proven later */
  MAY_MISS     /* what was missed while somebody was in trouble does not come any more */
} Coming;

/* Whom a dataset is made of. Its sessions are those of daily prices where it says so; the stocks that traded best are
 * known from them as well. */
typedef struct {
  const char *name;
  unsigned needs;
  Coming coming;
} Needs;

static const Needs NEEDS[] = {{"daily_update", PRICES, CATCHES_UP},
                              {"hourly_analysis", PRICES, GOES_ON},
                              {"evening", PRICES | BROKER, MAY_MISS},
                              {"market_totals", PRICES | INDEX, CATCHES_UP},
                              {"index_days", PRICES | INDEX, CATCHES_UP},
                              {"etf_days", PRICES | FUNDS, CATCHES_UP},
                              {"market_flow", BROKER, COMES_FIRST},
                              {"minute_prices", PRICES | BROKER, CATCHES_UP},
                              {"companies", DART, MAY_MISS},
                              {"financials", DART, MAY_MISS},
                              {"company_events", DART, MAY_MISS},
                              {"dividends", DART, MAY_MISS},
                              {"rates", WEB, MAY_MISS},
                              {"prices", WEB, MAY_MISS},
                              {"profiles", WEB, MAY_MISS},
                              {"notes", WEB, MAY_MISS}};
enum { NEEDS_COUNT = sizeof NEEDS / sizeof *NEEDS };

static const Needs *needs_of(const char *name) {
  for (size_t i = 0; i < NEEDS_COUNT; i++)
    if (strcmp(NEEDS[i].name, name) == 0) return &NEEDS[i];
  sim_or_die(false, "a dataset of which it is not said whom it needs (sim_current.c)");
  return NULL;
}

bool sim_current_is_missed(const char *dataset) {
  const Needs *needs = needs_of(dataset);
  return needs->coming != CATCHES_UP || (needs->needs & (BROKER | FUNDS));
}

const char *sim_current_unseen(const SimHeld *held) {
  for (size_t i = 0; i < NEEDS_COUNT; i++)
    if (!(held->seen & UINT64_C(1) << i)) return NEEDS[i].name;
  return held->seen & UINT64_C(1) << NEEDS_COUNT ? NULL : "what the model is asked";
}

static Instant well_since(const SimHealth *health, unsigned needs) {
  Instant since = health->began;
  for (unsigned who = 0; who < SIM_WHO_COUNT; who++)
    if ((needs & 1U << who) && health->well[who] > since) since = health->well[who];
  return since;
}

/* A session that is not archived yet may lack a stock of which nobody can know that it does not trade. */
static bool is_current(const JobStatus *status, const Needs *needs, int64_t rows) {
  if (!status) return false;
  bool stored = needs->coming == COMES_FIRST && status->stored_rows >= rows;
  return status->state == JOB_COMPLETED || status->state == JOB_CLOSED || stored;
}

static bool is_as_new(const JobStatus *status, const JobStatus *other, const Needs *needs) {
  return is_current(status, needs, other->stored_rows) &&
         (!other->unit || (status->unit && status->unit->due_utc >= other->unit->due_utc));
}

/* Which sessions are compared. That a day which the table calls closed was a session is known from its prices alone. */
typedef struct {
  const Needs *needs;
  Day from, surprise;
} Compared;

static void compare(const JobStatusList *list, const JobStatusList *other, const Compared *of, SimHeld *held) {
  const Needs *needs = of->needs;
  for (size_t i = 0; i < other->count; i++) {
    const JobStatus *wanted = &other->items[i];
    bool surprises = needs->coming == COMES_FIRST && wanted->date == of->surprise;
    bool passed = needs->coming == GOES_ON && i + 1 < other->count;
    if (wanted->date < of->from || surprises || passed || !is_current(wanted, needs, 1)) continue;
    const JobStatus *status = job_status_find(list, wanted->date);
    held->compared++;
    held->seen |= UINT64_C(1) << (needs - NEEDS);
    if (is_as_new(status, wanted, needs)) continue;
    if (held->held++ == 0)
      snprintf(held->first, sizeof held->first, "%s of %s is held: %.90s", needs->name, day_text(wanted->date).text,
               status ? status->reason : "it has no status");
  }
}

static void load(const SimWhole *whole, JobStatuses *statuses) {
  Error err = {{0}};
  sim_or_die(job_statuses_load(&whole->world->view, &whole->web->feeds.jobs, NEED_ALL_STATUSES, statuses, &err) ==
                 STATUS_OK,
             err.text);
}

/* The newest session about which the model was asked. */
static void compare_asked(const SimWhole *world, const SimWhole *undisturbed, SimHeld *held) {
  Day asked = DAY_NONE, wanted = DAY_NONE;
  Error err = {{0}};
  sim_or_die(ask_done_read(&world->world->view, &asked, &err) == STATUS_OK &&
                 ask_done_read(&undisturbed->world->view, &wanted, &err) == STATUS_OK,
             err.text);
  held->compared++;
  if (wanted != DAY_NONE) held->seen |= UINT64_C(1) << NEEDS_COUNT;
  if (asked == wanted || (asked != DAY_NONE && asked > wanted)) return;
  if (held->held++ == 0)
    snprintf(held->first, sizeof held->first, "the model was not asked about %s", day_text(wanted).text);
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
    Instant from = needs->coming == MAY_MISS ? since : health->began;
    const Compared of = {needs, instant_kst_day(from) + (needs->coming == MAY_MISS),
                         world->world->market->open_after_all};
    compare(&list.lists[i], &other.lists[i], &of, held);
  }
  if (well_since(health, PRICES | MODEL) <= undisturbed->world->now) compare_asked(world, undisturbed, held);
  job_statuses_free(&list);
  job_statuses_free(&other);
}
