/* call.h: one request on its way through a route: what the route's function reads, and how it answers. */
#ifndef CLOSEBELL_API_CALL_H
#define CLOSEBELL_API_CALL_H

#include <closebell/api/answer.h>
#include <closebell/api/snapshot.h>
#include <closebell/api/target.h>
#include <closebell/base/json_writer.h>
#include <closebell/store/stored_text.h>

struct Route;
struct Service;

enum { CALL_LIMIT = 100, CALL_LIMIT_MAX = 1000, CALL_FIELDS = 128, CALL_NAMES = 1200 };

typedef struct {
  struct Service *service;
  const struct Route *route;
  const RequestTarget *target;
  const Snapshot *snapshot; /* null only for routes that do without */
  const Db *db;             /* null but for routes that read the database */
  const char *body;
  size_t body_size;
  const char *last_event_id;   /* the header; null: none */
  const char *who;             /* the name of the key; empty: without one */
  const char *idempotency_key; /* of a POST, as it came; null: none */
  Problem *problem;            /* what a function that returns false has filled in */
} Call;

/* ---- parameters, which have been checked against the route's table ---- */

const char *call_text(const Call *call, const char *name); /* null: not given */
Day call_day(const Call *call, const char *name);          /* DAY_NONE: not given */
int64_t call_whole(const Call *call, const char *name, int64_t otherwise);
bool call_is(const Call *call, const char *name, const char *value);
/* The part of the path that stands for {name}. */
const char *call_segment(const Call *call, size_t index);

/* Names by commas. Zero-initialise; the texts lie in `text`. */
typedef struct {
  char text[TARGET_MAX_BYTES + 1];
  const char *items[CALL_NAMES + 1];
  size_t count; /* 0: the parameter was not given, or is empty */
} CallNames;
/* False with the call's problem: more than `most` (up to CALL_NAMES), or an empty one. */
bool call_names(const Call *call, const char *parameter, size_t most, CallNames *ret_names);
bool call_names_has(const CallNames *names, const char *name); /* none at all: everything */

/* ---- answers ---- */

/* {"as_of":…,"restatement":…,"proof":…, and open for more. */
JsonWriter call_begin_json(const Call *call, ServiceAnswer *answer);
void call_end_json(JsonWriter *to, ServiceAnswer *answer);
/* The same three as headers: for what is no JSON object. */
void call_begin_rows(const Call *call, ServiceAnswer *answer, const char *type);

/* Fills in the problem, and returns false: 503 for what may pass, else 500 with what err says; err may be null for
 * STATUS_NO_MEMORY. */
bool call_store_failed(const Call *call, Status status, const Error *err);

/* ---- documents ---- */

/* id_name first, then the fields that are chosen. names null: all. */
void put_document(JsonWriter *to, const char *id_name, const StoredDocument *document, const CallNames *names);
/* The same without the braces around it. */
void put_document_members(JsonWriter *to, const char *id_name, const StoredDocument *document, const CallNames *names);

#endif
