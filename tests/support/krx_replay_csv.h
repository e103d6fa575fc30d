/* krx_replay_csv.h: CSV files read line by line. */
#ifndef KRX_REPLAY_CSV_H
#define KRX_REPLAY_CSV_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
  char *text; /* the whole file, owned */
  char *next; /* the line to be read next */
} ReplayCsv;

/* Opens a file whose first line must be `header`, or start with it and a comma. False, and a line in why, when not. */
bool replay_csv_open(ReplayCsv *csv, const char *path, const char *header, char *why, size_t why_size);
/* Splits the next line in place, without quotes; every one of count fields is set, missing ones to "". False at the
 * end. */
bool replay_csv_next(ReplayCsv *csv, char **fields, size_t count);
void replay_csv_close(ReplayCsv *csv);

#endif
