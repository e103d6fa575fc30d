/* update_internal.h: one run of daily_update. update.c catches up and finishes; update_again.c asks again. */
#ifndef CLOSEBELL_JOB_UPDATE_INTERNAL_H
#define CLOSEBELL_JOB_UPDATE_INTERNAL_H

#include <closebell/heal/heal.h>
#include <closebell/ingest/ingest.h>
#include <closebell/job/update.h>
#include <closebell/store/requests.h>

static const char UPDATE_CALLS_USED_UP[] = "the calls of one run";

/* The days that are due and not completed. */
typedef struct {
  Day newest;   /* due */
  Day from, to; /* what this run may look at */
  Day *dates;   /* ascending */
  size_t count;
  size_t reached; /* so many of them were worked on */
} Missing;

/* What became of requests in this run. */
typedef struct {
  Job *job;
  Meta *meta; /* as it is known */
  size_t done, refused, left;
  long sessions, rows, healed; /* as the record of the run counts them */
} UpdateRequests;

typedef struct {
  Job *job;
  const UpdateOptions *options;
  Ingest ingest;
  Missing missing;
  HealReport healed;
  Status source; /* STATUS_UNAVAILABLE, STATUS_CONFIG: it cannot be asked; what is archived is done all the same */
  Error source_trouble;
  bool incomplete; /* some session could not be proven */
  Meta meta;
  const char *cut_short; /* what was used up before all was done; null */
  bool left_to_another;  /* which holds the lease */
  UpdateRequests requests;
} Update;

/* A person has named dates. */
static inline bool update_is_named(const Update *update) {
  return update->options->from != DAY_NONE || update->options->to != DAY_NONE;
}

/* The sessions that were named: what is missing of them, a look at the others, and their rows. The lease is held. */
Status update_named(Update *update, Error *err);
/* What became of those that were missing, by their state. */
void update_count_days(const Update *update, size_t counts[JOB_CLOSED + 1]);
void update_free(Update *update);

/* Does the open requests, of which the marks tell; none: nothing, at no cost. One's trouble holds no other. Fails when
 * the run as a whole has to end. */
Status update_do_requests(UpdateRequests *work, const RequestMarks *marks, Error *err);
/* What would be done. */
Status update_explain_requests(const Job *job, const RequestMarks *marks, Error *err);
void update_tell_requests(const UpdateRequests *work, Outcome *outcome);

/* Which are asked for again. `dates` has room for all days of the ledger; they are ascending, each once. */
size_t update_choose_again(const Update *update, Day *dates);

/* Asks for them, and projects those that were replaced. */
Status update_ask_again(Update *update, Error *err);

/* A session that broken answers do not continue: once a run the source is asked whether it still says the same. */
Status update_ask_suspect(Update *update, Error *err);

#endif
