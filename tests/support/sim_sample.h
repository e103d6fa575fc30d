/* sim_sample.h: the recorded sessions of tests/data as the exchange of a simulated world, and a look at what the
 * analysis made of them. */
#ifndef CLOSEBELL_TESTS_SIM_SAMPLE_H
#define CLOSEBELL_TESTS_SIM_SAMPLE_H

#include <bson/bson.h>

#include "sim_run.h"

typedef enum { SIM_SAMPLE_DAYS, SIM_SAMPLE_RAW } SimSample;

SimMarket *sim_sample_market(SimSample sample);

/* A world in which the source has just published the session; all stocks it has enter from that cap on. */
SimWorld *sim_sample_world(const SimMarket *market, size_t session, int64_t min_market_cap);
void sim_sample_move_to(SimWorld *world, size_t session);

/* Runs that must end with exit code 0. */
void sim_sample_set_up(SimWorld *world, size_t session);
SimResult sim_sample_run(SimWorld *world, SimProgram program);
/* How many analysed documents the run says that it has written. */
size_t sim_documents_written(const SimResult *result);

/* What is in the database. Documents are lent by it until it is written to; null when there is none. */
const bson_t *sim_document(const SimWorld *world, const char *database, const char *collection, const char *id);
size_t sim_document_count(const SimWorld *world, const char *database, const char *collection);
const bson_t *sim_document_at(const SimWorld *world, const char *database, const char *collection, size_t index);

/* NAN, -1, "": there is no such field, or it is of another kind. */
double sim_double(const bson_t *document, const char *field);
int sim_int32(const bson_t *document, const char *field);
int64_t sim_int64(const bson_t *document, const char *field);
const char *sim_text(const bson_t *document, const char *field);

#endif
