/* sim_web.h: a web of a simulated world, and four feeds that ask it: `rates` of each day and item, `prices` each hour
 * on pages, `profiles` of 60 items a batch through two keys, `notes` of eight items by the same keys. What it answers
 * follows from what is asked and when. */
#ifndef CLOSEBELL_TESTS_SIM_WEB_H
#define CLOSEBELL_TESTS_SIM_WEB_H

#include <closebell/dataset/feeds.h>

#include "sim_run.h"

enum {
  WEB_FEEDS = 4,
  WEB_RATES = 4,
  WEB_PRICES = 40,
  WEB_PROFILES = 60,
  WEB_KEYS = 2,
  WEB_KEY_CALLS = 20,
  WEB_DAYS_MAX = 1000
};

typedef enum {
  WEB_WELL,
  WEB_SILENT,    /* no connection */
  WEB_FAILING,   /* 500 */
  WEB_CUT,       /* half of the JSON */
  WEB_EMPTY,     /* no rows */
  WEB_THROTTLED, /* 429 without an end */
  WEB_LIMITED,   /* 200 that says that the key is spent */
  WEB_TROUBLES
} WebTrouble;

typedef struct {
  SimWorld *world;
  WebTrouble trouble; /* of each answer ... */
  unsigned per_mille; /* ... of so many of a thousand */
  uint64_t state;
  long calls;
  long answered[WEB_PROFILES];            /* profiles, by item, whole */
  long key_calls[WEB_KEYS][WEB_DAYS_MAX]; /* by UTC day since the world began; limited ones too */
  Day first_day;
  char folder[64];
  Feeds feeds;
  JobRow rows[JOB_TABLE_MAX];
  JobTable jobs;
  const Dataset *list[WEB_FEEDS];
  DatasetTable datasets;
  ProviderSet beside;
} SimWeb;

SimWeb *sim_web_new(SimWorld *world);
void sim_web_free(SimWeb *web);
/* A run of daily_update for that feed alone. */
SimResult sim_web_run(SimWeb *web, const char *feed, SimRun run);

/* What it answers. */
int64_t sim_web_rate(Day date, int item);
int64_t sim_web_price(Instant now, int row);

#endif
