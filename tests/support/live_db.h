/* live_db.h: what is in the database, read without any code of closebell's. */
#ifndef CLOSEBELL_TESTS_LIVE_DB_H
#define CLOSEBELL_TESTS_LIVE_DB_H

#include "live_world.h"

/* ---- documents ---- */

/* A copy that the caller destroys; null when there is none. */
bson_t *live_find(LiveWorld *world, const char *database, const char *collection, const char *id);
/* The same, and the test fails when there is none. */
bson_t *live_get(LiveWorld *world, const char *database, const char *collection, const char *id);
bool live_has(LiveWorld *world, const char *database, const char *collection, const char *id);

/* All documents of a collection, ascending by _id; live_documents_free at the end. */
typedef struct {
  bson_t **items;
  size_t count;
} LiveDocuments;
LiveDocuments live_documents(LiveWorld *world, const char *database, const char *collection);
void live_documents_free(LiveDocuments *documents);
const bson_t *live_documents_find(const LiveDocuments *documents, const char *id);
int64_t live_count(LiveWorld *world, const char *database, const char *collection);
bool live_has_collection(LiveWorld *world, const char *database, const char *collection);

/* Fields, which must be of just this BSON type. Texts are lent by the document. */
const char *live_id(const bson_t *document);
bool live_has_field(const bson_t *document, const char *field);
const char *live_text(const bson_t *document, const char *field);
int64_t live_int64(const bson_t *document, const char *field);
double live_double(const bson_t *document, const char *field);
bool live_bool(const bson_t *document, const char *field);
void live_assert_instant(const bson_t *document, const char *field);
bool live_array_is(const bson_t *document, const char *field, const char *const *texts, size_t count);

/* What an operator's hand, or an accident, might do. */
void live_delete(LiveWorld *world, const char *database, const char *collection, const char *id);
void live_insert(LiveWorld *world, const char *database, const char *collection, const char *json);
void live_update(LiveWorld *world, const char *database, const char *collection, const char *id, const char *json);
void live_drop(LiveWorld *world, const char *database, const char *collection);

/* job_status of a date: "completed", "failed", ...; "absent". */
typedef struct {
  char text[16];
} LiveState;
LiveState live_state(LiveWorld *world, const char *date, const char *job);
#define live_assert_state(world, date, state)                                                                          \
  assert_string_equal(live_state((world), (date), "daily_update").text, (state))

/* ---- everything ---- */

typedef enum {
  LIVE_ALL,     /* but job_runs and job_locks, which every run may write */
  LIVE_SYSTEM,  /* the same of system_info alone */
  LIVE_CONTENT, /* without what tells one run from another: instants, fences, pids, attempts, restatements, alerts */
  LIVE_RESULT   /* and without how far the analysis was with each session, and how many targets there were by then */
} LiveDumpKind;

/* A line a document, sorted: "stock_data.005930 {...}", its fields in alphabetical order. */
typedef struct {
  char **lines;
  size_t count, capacity;
} LiveDump;
LiveDump live_dump(LiveWorld *world, LiveDumpKind kind);
void live_dump_free(LiveDump *dump);
/* Only the lines that start so. */
LiveDump live_dump_part(const LiveDump *dump, const char *start);
/* Shows the first differences when they are not equal. */
#define live_assert_same(actual, expected) live_check_same((actual), (expected), __FILE__, __LINE__)
void live_check_same(const LiveDump *actual, const LiveDump *expected, const char *file, int line);
/* The database holds just that now. */
#define live_assert_holds(world, kind, expected) live_check_holds((world), (kind), (expected), __FILE__, __LINE__)
void live_check_holds(LiveWorld *world, LiveDumpKind kind, const LiveDump *expected, const char *file, int line);
/* Runs a program that must only look: the database stays as it is, to the last run and lease, and the exchange is not
 * asked. */
LiveResult live_look(LiveWorld *world, const char *program, const char *now, const char *arguments);

#endif
