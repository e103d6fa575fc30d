/* company_events.h: one run's work on what companies have decided about their shares: what it knows, what it asks,
 * where it puts what is new. The dataset itself is company_events.c. */
#ifndef CLOSEBELL_DATASET_COMPANY_EVENTS_H
#define CLOSEBELL_DATASET_COMPANY_EVENTS_H

#include <closebell/company/event_listing.h>
#include <closebell/store/event_work.h>

#include "dart_ask.h"
#include "dart_unit.h"
#include "filing_alerts.h"

enum { EVENTS_GIVE_UP_DAYS = 10 }; /* what is listed for longer without being given holds no day open */

/* What the service has said of the decisions of a series that were filed first on a day. */
typedef struct {
  char corp_code[CORP_CODE_SIZE];
  EventKind kind;
  Day day;
  bool is_answered;       /* with rows, or that there are none */
  size_t rows, good_rows; /* good: that can be believed */
} AskedDay;

/* What can be believed of companies' decisions: what is stored, and what this run adds. */
typedef struct {
  Events known;    /* owned: stored, or to be stored */
  Events fresh;    /* owned: of them those that are not stored yet */
  size_t stored;   /* by this run */
  size_t readable; /* documents at its beginning */
  FilingAlerts alerts;
} EventBook;

typedef struct {
  DatasetWork *work;
  Fetch fetch;
  Day today, oldest;    /* oldest: the first of January with which company_events begins */
  Companies companies;  /* owned */
  bool *learned;        /* owned: a company each: all of its filings since `oldest` are in the listing */
  EventListing listing; /* owned: what was listed in this run */
  EventBook book;
  EventProgress progress;
  bool is_live;    /* what comes now is new; else it is brought of before */
  AskedDay *asked; /* owned */
  size_t asked_count, asked_capacity;
} Gathering;

static inline Job *gathering_job(const Gathering *gathering) { return gathering->work->ingest->job; }
Status gathering_no_memory(Error *err);

/* ---- company_events_store.c ---- */

/* Reads what is stored. */
Status gathering_begin(Gathering *gathering, Error *err);
/* Takes in one that can be believed; other values under one receipt number are an alert. */
Status gathering_add(Gathering *gathering, const CompanyEvent *event, Error *err);
/* A filing lacks, unless it is too old. Returns false then. */
bool gathering_lacks(const Gathering *gathering, const Company *company, const char *rcept_no, const char *why,
                     UnitResult *result);
/* One that cannot be believed: an alert. */
Status gathering_refuse(Gathering *gathering, const Company *company, const FiledEvent *filed, UnitResult *result,
                        Error *err);
/* Stores what was taken in. */
Status gathering_flush(Gathering *gathering, Error *err);
void gathering_free(Gathering *gathering);

/* ---- company_events_ask.c ---- */

/* Puts into the listing what was filed in those days, by all, or by one company from `oldest` on. */
Status gathering_list(Gathering *gathering, Day from, Day to, UnitResult *result, Error *err);
Status gathering_learn(Gathering *gathering, const Company *company, UnitResult *result, Error *err);
/* Asks for the decisions of a series that were filed first on a day, unless this run has; takes in what is answered.
 * *ret_asked is lent until the next one. */
Status gathering_ask(Gathering *gathering, const EventSeries *series, Day day, UnitResult *result,
                     const AskedDay **ret_asked, Error *err);
/* Whether the service has that receipt number among decisions of before `oldest`. */
Status gathering_is_older(Gathering *gathering, const ListedEvent *listed, bool *ret_older, UnitResult *result,
                          Error *err);

/* ---- company_events_settle.c ---- */

/* What becomes of a filing. */
typedef enum {
  EVENT_SETTLED, /* it is stored, or will never be */
  EVENT_LATE     /* it is listed and not given yet */
} EventFate;

/* Brings what a filing tells of. *ret_asked: it was not there. why is of a late one. */
Status gathering_settle(Gathering *gathering, const ListedEvent *listed, UnitResult *result, EventFate *ret_fate,
                        Error *err);
/* Whether nothing is to be asked for it. */
bool gathering_is_there(const Gathering *gathering, const ListedEvent *listed);

/* ---- company_events_sweep.c ---- */

/* All that was filed in those days. again: what is there is asked for once more, as far as there is time. */
Status gathering_sweep(Gathering *gathering, Day from, Day to, bool again, UnitResult *result, Error *err);
/* All that one company has filed since `oldest`. */
Status gathering_sweep_company(Gathering *gathering, const Company *company, UnitResult *result, Error *err);

#endif
