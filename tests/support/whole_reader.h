/* whole_reader.h: somebody who reads a whole world through closebell_api, beside the runs and in the midst of them. */
#ifndef CLOSEBELL_TESTS_WHOLE_READER_H
#define CLOSEBELL_TESTS_WHOLE_READER_H

#include "api_reader.h"
#include "sim_whole.h"

typedef struct {
  const SimWhole *whole; /* lent */
  ApiReader *server;     /* owned, as the next */
  DbMemory *connection;
  Db db;
  uint64_t turn;
  long answered, refused;
  Error wrong; /* the first answer that was not true */
} WholeReader;

void whole_reader_begin(WholeReader *reader, const SimWhole *whole);
void whole_reader_end(WholeReader *reader);

/* Looks and asks some of the routes. A SimMeanwhile: context is the reader. What is answered of a session is all of it,
 * of one that is completed; what is said to be analysed is. */
void whole_reader_ask(SimWorld *world, void *reader);

#endif
