/* api_reader.h: the service behind closebell_api without HTTP and threads, for simulations: it looks at a database when
 * it is told to, and says of each answer to which state it belongs. */
#ifndef CLOSEBELL_TESTS_API_READER_H
#define CLOSEBELL_TESTS_API_READER_H

#include <closebell/base/config.h>
#include <closebell/market/closures.h>
#include <closebell/store/db.h>

typedef struct ApiReader ApiReader;

/* All are lent. Fails by cmocka's assertions. */
ApiReader *api_reader_open(const Config *config, const Clock *clock, const Closures *closures);
void api_reader_close(ApiReader *reader);

void api_reader_look(ApiReader *reader, const Db *db);
/* Whether it serves a state to all of which the analysis has come. */
bool api_reader_has_followed(const ApiReader *reader);
/* A followed stock; "": none. */
void api_reader_find_ticker(const ApiReader *reader, char ticker[8]);

typedef struct {
  int status;
  char state[64];   /* as_of and restatement, as JSON begins with them */
  char proof[1024]; /* as far as there is room */
  bool open;        /* proof names stocks that the analysis has not come to */
  char *body;       /* but for the state and the proof, which may change within it; owned */
} ReaderAnswer;

ReaderAnswer api_reader_ask(ApiReader *reader, const Db *db, const char *target);

#endif
