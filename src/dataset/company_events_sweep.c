/* The sweep: what was filed in some days, brought one filing after the other, in the order of their receipt numbers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/run/run.h>

#include "company_events.h"

enum { FLUSH_EVENTS = 100, QUESTIONS_AT_LEAST = 20 };

typedef struct {
  Gathering *gathering;
  UnitResult *result;
  char (*rcept_nos)[RCEPT_NO_SIZE]; /* owned, ascending: the list may grow while it is gone through */
  size_t count;
  size_t left; /* given up */
} Sweep;

/* Of a company, null: of all, in those days. */
static Status choose(Sweep *of, const char *corp_code, Day from, Day to, Error *err) {
  const EventListing *listing = &of->gathering->listing;
  of->rcept_nos = calloc(listing->count + 1, sizeof *of->rcept_nos);
  if (!of->rcept_nos) return gathering_no_memory(err);
  for (size_t i = 0; i < listing->count; i++) {
    const ListedEvent *listed = &listing->items[i];
    bool is_asked = listed->is_event && listed->filed >= from && listed->filed <= to &&
                    (!corp_code || strcmp(listed->corp_code, corp_code) == 0);
    if (is_asked) memcpy(of->rcept_nos[of->count++], listed->rcept_no, RCEPT_NO_SIZE);
  }
  return STATUS_OK;
}

/* What OpenDART has listed for longer without giving it is left. */
static void note_late(Sweep *of, const ListedEvent *listed) {
  const Company *company = companies_find(&of->gathering->companies, listed->corp_code);
  if (of->result->is_open) return;
  of->left += !gathering_lacks(of->gathering, company, listed->rcept_no,
                               "it is filed, and OpenDART does not give it yet", of->result);
}

static Status bring_one(Sweep *of, const char *rcept_no, Error *err) {
  Gathering *gathering = of->gathering;
  const ListedEvent listed = *event_listing_find(&gathering->listing, rcept_no);
  EventFate fate = EVENT_LATE;
  if (gathering_is_there(gathering, &listed)) return STATUS_OK;
  of->result->expected++;
  Status status = gathering_settle(gathering, &listed, of->result, &fate, err);
  of->result->stored += status == STATUS_OK && fate == EVENT_SETTLED;
  if (status == STATUS_OK && fate == EVENT_LATE) note_late(of, &listed);
  return status;
}

/* Each run gets on, however little time it has. */
static bool may_go_on(const Sweep *of) {
  return of->result->expected < QUESTIONS_AT_LEAST || dataset_has_time(of->gathering->work);
}

/* What is given is stored, also where the rest cannot be had. */
static Status bring(Sweep *of, Error *err) {
  Gathering *gathering = of->gathering;
  Error trouble;
  Status brought = STATUS_OK, status = STATUS_OK;
  for (size_t i = 0; i < of->count && brought == STATUS_OK && status == STATUS_OK; i++) {
    if (!may_go_on(of)) {
      unit_stays_open(of->result, false, "there was no more time; the next run goes on");
      break;
    }
    brought = bring_one(of, of->rcept_nos[i], &trouble);
    if (gathering->book.fresh.count >= FLUSH_EVENTS) status = gathering_flush(gathering, err);
  }
  if (status == STATUS_OK) status = gathering_flush(gathering, err);
  if (status == STATUS_OK && brought != STATUS_OK) *err = trouble;
  return status == STATUS_OK ? brought : status;
}

/* ---- once more ---- */

/* The day on which what it belongs to was filed first; DAY_NONE: nothing is to be asked. */
static Day first_day(const Gathering *gathering, const ListedEvent *listed) {
  if (listed->is_withdrawn || listed->name.is_withdrawal) return DAY_NONE;
  if (listed_is_original(listed)) return listed->filed;
  const CompanyEvent *event = events_find(&gathering->book.known, listed->rcept_no);
  return event ? event_first_filed(event) : DAY_NONE;
}

/* Whether it still says what it did. What cannot be had now leaves the proof as it is. */
static Status ask_again(Sweep *of, Error *err) {
  Gathering *gathering = of->gathering;
  UnitResult aside = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < of->count && status == STATUS_OK && dataset_has_time(gathering->work); i++) {
    const ListedEvent listed = *event_listing_find(&gathering->listing, of->rcept_nos[i]);
    const EventSeries series = {listed.corp_code, listed.name.kind};
    Day day = first_day(gathering, &listed);
    const AskedDay *asked;
    if (day != DAY_NONE) status = gathering_ask(gathering, &series, day, &aside, &asked, err);
  }
  if (status == STATUS_UNAVAILABLE || status == STATUS_INCOMPLETE) status = STATUS_OK;
  return status == STATUS_OK ? gathering_flush(gathering, err) : status;
}

/* ---- the sweeps ---- */

static void note_left(const Sweep *of) {
  UnitResult *result = of->result;
  size_t length = strlen(result->note);
  if (of->left)
    snprintf(result->note + length, sizeof result->note - length,
             "; %zu filings, of more than %d days before, are not given", of->left, EVENTS_GIVE_UP_DAYS);
}

Status gathering_sweep(Gathering *gathering, Day from, Day to, bool again, UnitResult *result, Error *err) {
  Sweep of = {.gathering = gathering, .result = result};
  Status status = gathering_list(gathering, from, to, result, err);
  if (status == STATUS_OK) status = choose(&of, NULL, from, to, err);
  if (status == STATUS_OK) status = bring(&of, err);
  if (status == STATUS_OK && again && !result->is_open) status = ask_again(&of, err);
  note_left(&of);
  free(of.rcept_nos);
  return status;
}

Status gathering_sweep_company(Gathering *gathering, const Company *company, UnitResult *result, Error *err) {
  Sweep of = {.gathering = gathering, .result = result};
  Status status = gathering_learn(gathering, company, result, err);
  if (status == STATUS_OK) status = choose(&of, company->corp_code, gathering->oldest, gathering->today, err);
  if (status == STATUS_OK) status = bring(&of, err);
  note_left(&of);
  free(of.rcept_nos);
  return status;
}
