/* minute_csv.h: recorded minutes for tests: date,time,open,high,low,close,volume,value_cum. */
#ifndef CLOSEBELL_TESTS_MINUTE_CSV_H
#define CLOSEBELL_TESTS_MINUTE_CSV_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/market/minute.h>

/* The bars of a file that are of the date ("20251113"), minutes without trades left out; whatever hours they lie in.
 * Returns how many lines of it there were; 0: the file cannot be read. */
static inline size_t minute_csv_read(const char *path, const char *date, MinuteDay *day) {
  char line[256];
  size_t lines = 0;
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  while (fgets(line, sizeof line, file) != NULL) {
    MinuteBar bar = {0};
    long long figures[6];
    if (strncmp(line, date, 8) != 0) continue;
    char *at = line + 8;
    for (size_t i = 0; i < 6; i++) figures[i] = strtoll(at + 1, &at, 10);
    bar = (MinuteBar){.time = (int32_t)(figures[0] / 100),
                      .open = figures[1],
                      .high = figures[2],
                      .low = figures[3],
                      .close = figures[4],
                      .volume = figures[5]};
    if (bar.volume > 0) minute_day_add(day, &bar, 1);
    lines++;
  }
  fclose(file);
  return lines;
}

#endif
