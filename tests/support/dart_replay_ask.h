/* dart_replay_ask.h: one question to the DART server, and what each endpoint writes in answer. */
#ifndef DART_REPLAY_ASK_H
#define DART_REPLAY_ASK_H

#include <stdio.h>

#include "dart_replay_data.h"
#include "krx_replay_fault.h"

typedef struct {
  const DartData *data;
  const char *endpoint; /* "fnlttMultiAcnt" */
  long day;             /* in Korea, now */
  long unlisted;        /* companies without a stock code in the list of codes */
  ReplayFault fault;
  const char *(*get)(void *context, const char *name); /* a parameter; null: not sent */
  void *context;
} DartAsk;

/* Writes a whole answer. "000": it is there; else the status by which it is refused, and nothing has been written. */
typedef const char *DartWrite(const DartAsk *ask, FILE *out);

DartWrite dart_write_codes, dart_write_company, dart_write_list, dart_write_multi, dart_write_single,
    dart_write_dividends, dart_write_recorded, dart_write_events;

#define DART_FINE "000"
#define DART_NO_DATA "013"
#define DART_TOO_MANY "021"
#define DART_BAD_VALUE "100"

/* --- what they share --- */

const char *dart_get(const DartAsk *ask, const char *name); /* never null */
bool dart_is_digits(const char *text, size_t count);
/* Its text in quotes. */
void dart_put(FILE *out, const char *name, const char *value);
/* What a status says in words. */
const char *dart_words_of(const char *status);

#endif
