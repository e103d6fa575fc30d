/* request.h: what a person asks to have done again, by the sources' own answer, and whether that makes sense. Pure. */
#ifndef CLOSEBELL_PLAN_REQUEST_H
#define CLOSEBELL_PLAN_REQUEST_H

#include <closebell/base/day.h>
#include <closebell/base/instant.h>
#include <closebell/plan/job_table.h>

/* Daily prices among the names of datasets. */
#define REQUEST_PRICES "daily_prices"

enum {
  REQUEST_ID_SIZE = 129,
  REQUEST_DATASET_SIZE = 64,
  REQUEST_WHO_SIZE = 160,
  REQUEST_REASON_SIZE = 401,
  REQUEST_RESULT_SIZE = 512,
  REQUEST_DAYS_MAX = 92,    /* of one request, weekends among them */
  REQUESTS_OPEN_MAX = 20,   /* at once: who asks for more waits for the next run */
  REQUEST_PATIENCE_DAYS = 7 /* so long a run tries again what the source has not answered */
};

typedef enum { REQUEST_OPEN, REQUEST_DONE, REQUEST_REFUSED } RequestState;

typedef struct {
  char dataset[REQUEST_DATASET_SIZE];
  Day from, to;
} RequestWhat;

typedef struct {
  char id[REQUEST_ID_SIZE]; /* the caller's Idempotency-Key, or a ULID */
  Instant at_utc;
  char who[REQUEST_WHO_SIZE]; /* the name of a key, or user@host */
  char reason[REQUEST_REASON_SIZE];
  RequestWhat what;
  RequestState state;
  char result[REQUEST_RESULT_SIZE]; /* empty while it is open */
  Instant done_utc;                 /* INSTANT_NONE while it is open */
} Request;

const char *request_state_name(RequestState state); /* "open" */
bool request_state_parse(const char *name, RequestState *ret_state);

/* 1 to 128 letters, digits and "_.:-" (a ULID and a UUID are such). */
bool request_id_is_valid(const char *id);
/* UTF-8 of 1 to 400 bytes that is not blank, without control characters. */
bool request_reason_is_valid(const char *reason);
/* The same dataset, dates and reason. */
bool request_is_same(const Request *a, const Request *b);

/* What a request is held against. */
typedef struct {
  const JobTable *jobs;
  const Config *config;
  Day first;  /* the first session kept; DAY_NONE: not known */
  Day newest; /* the newest day that is due at the exchange */
  Day today;
} RequestFacts;

typedef struct {
  const char *parameter;              /* "dataset", "from" or "to" */
  char text[256];                     /* a sentence that names what is wrong */
  char nearest[REQUEST_DATASET_SIZE]; /* of an unknown dataset; empty: none is near */
} RequestRefusal;

/* Whether it can be done. What only its provider or its file knows is not looked at. */
bool request_judge(const RequestWhat *what, const RequestFacts *facts, RequestRefusal *ret_refusal);
/* The row of a dataset that can be asked for; null: there is none of that name. */
const JobRow *request_row(const JobTable *jobs, const char *dataset);

#endif
