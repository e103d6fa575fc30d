/* live_sample.h: the recorded sessions of tests/data as tests read them, by no code of closebell's or of the
 * exchange's. */
#ifndef CLOSEBELL_TESTS_LIVE_SAMPLE_H
#define CLOSEBELL_TESTS_LIVE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  char code[8], name[64], market[8];
  int64_t open, high, low, close, change, volume, value, market_cap, listed_shares;
} LiveRow;

typedef struct {
  char date[11];
  LiveRow *rows; /* as in the file */
  size_t count;
} LiveDay;

typedef struct {
  LiveDay *days; /* ascending */
  size_t count;
} LiveSample;

/* tests/data/days with listing.csv: change is against the close in the file before that the stock is in, 0 at first;
 * value is close x volume, market cap close x listed shares. */
void live_sample_load_days(LiveSample *sample);
void live_sample_load_raw(LiveSample *sample); /* tests/data/raw-2023, as published */
void live_sample_free(LiveSample *sample);

size_t live_sample_index(const LiveSample *sample, const char *date); /* which must be there */
bool live_sample_has(const LiveSample *sample, const char *date);
const LiveRow *live_sample_row(const LiveDay *day, const char *code); /* null: not listed */
/* 09:00 in Korea on the session after the index, when its data are due: "2025-04-11T00:00:00Z". */
typedef struct {
  char text[32];
} LiveInstant;
LiveInstant live_sample_due(const LiveSample *sample, size_t index);

#endif
