/* krx_replay_time.h: days, instants and the rule by which a session is published, for the replay server alone. */
#ifndef KRX_REPLAY_TIME_H
#define KRX_REPLAY_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REPLAY_NO_DAY = -1, REPLAY_DAY_TEXT_SIZE = 9 };

/* Days since 1970-01-01. Accepts "YYYY-MM-DD" and "YYYYMMDD". */
bool replay_day_parse(const char *text, long *ret_day);
char *replay_day_compact(long day, char text[REPLAY_DAY_TEXT_SIZE]);
bool replay_day_is_weekday(long day);
long replay_day_previous_weekday(long day);

/* RFC 3339, in seconds since the epoch. A blank stands for the '+' that URL decoding has eaten. */
bool replay_instant_parse(const char *text, int64_t *ret_seconds);

typedef struct {
  bool next_day; /* else the day itself */
  int minute;    /* of the day in Korea */
} ReplayPublication;

/* "next-day 08:00", "same-day 18:00" */
bool replay_publication_parse(const char *text, ReplayPublication *ret_publication);

/* Sorted weekdays without trading. */
typedef struct {
  long *days;
  size_t count;
} ReplayClosures;

bool replay_closures_have(const ReplayClosures *closures, long day);

/* Seconds since the epoch from which the day is served. */
int64_t replay_due(ReplayPublication publication, const ReplayClosures *closures, long day);

#endif
