/* evening_read.h: asks the broker for an evening's quotes. Private to src/dataset. */
#ifndef CLOSEBELL_DATASET_EVENING_READ_H
#define CLOSEBELL_DATASET_EVENING_READ_H

#include <closebell/ingest/ingest.h>
#include <closebell/plan/evening.h>
#include <closebell/source/kis.h>

enum { EVENING_CODES_SIZE = KIS_QUOTES_PER_CALL * TICKER_SIZE };

/* What was read. Zero-initialise; evening_reading_free at the end. */
typedef struct {
  OpenState calendar;
  Instant begun, ended; /* business time, as the window is */
  Quote *read, *again;  /* owned; sorted by ticker */
  size_t read_count, again_count;
  char trouble[ANSWER_DETAIL_SIZE]; /* why there are fewer than there should be; empty: nothing is known of it */
} EveningReading;

/* Now, for whoever asks whether the window is open: the business instant of the run's begin, and what has passed. */
Instant evening_now(const Job *job);
/* How long a reading of so many codes, and of the indices, takes. */
int64_t evening_takes_ms(const Job *job, const ProviderTerms *terms, size_t codes);

/* Calendar (where it was not asked today), the whole market, a minute, and the first codes again. Calls that bring
 * nothing leave the reading shorter: the verdict says what that is worth. Nothing more is asked for a day that the
 * calendar calls closed. Fails as fetch_questions does. */
Status evening_read(Fetch *fetch, const Session *archived, Day date, bool ask_calendar, EveningReading *reading,
                    Error *err);
void evening_reading_free(EveningReading *reading);

#endif
