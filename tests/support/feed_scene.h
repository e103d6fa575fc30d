/* feed_scene.h: a world with a server of the web, and a folder of feeds that the tests declare. */
#ifndef CLOSEBELL_TESTS_FEED_SCENE_H
#define CLOSEBELL_TESTS_FEED_SCENE_H

#include "live_db.h"
#include "web_replay_run.h"

typedef struct {
  LiveWorld world;
  ReplayRun web;
  char folder[128]; /* [feeds] folder */
} FeedScene;

/* For cmocka_run_group_tests; the program web_replay is WEB_REPLAY. reset before each test: an empty folder, a database
 * that set-up has filled, a server without calls whose clock is `now` and stands. */
int feed_scene_open(void **state);
int feed_scene_close(void **state);
int feed_scene_reset(void **state);
extern const char FEED_SCENE_NOW[]; /* 2025-03-05T00:00:00Z: 09:00 in Korea, a Wednesday */
/* Two feeds: one keyless and hourly, of 385 rows; one daily, with keys (alpha.keys) and the items A, B, C. */
extern const char FEED_SCENE_TICKER[], FEED_SCENE_OVERVIEW[];

/* Writes a file into the folder. $PORT stands for the server's port. */
void feed_scene_file(FeedScene *scene, const char *name, const char *text);
/* daily_update --dataset NAME at that instant, by both clocks. */
LiveResult feed_scene_run(FeedScene *scene, const char *name, const char *now);
/* The same, which must end with that exit code. */
void feed_scene_do(FeedScene *scene, const char *name, const char *now, int exit_code);
/* The instant that many milliseconds after another. Returns text. */
const char *feed_scene_later(const char *from, int64_t ms, char text[32]);

/* The status of a unit, "2025-03-05". The caller destroys it. */
bson_t *feed_scene_status(FeedScene *scene, const char *date, const char *name);
/* Its state and, where they are not negative, its counts. */
void feed_scene_assert(FeedScene *scene, const char *date, const char *name, const char *state, int64_t expected,
                       int64_t stored);
/* Words that stand somewhere in it. */
void feed_scene_assert_says(FeedScene *scene, const char *date, const char *name, const char *words);
/* "feed-invalid:rates" and its kin: raised, and not resolved. */
bool feed_scene_alert_is_open(FeedScene *scene, const char *id);
/* Questions that a service of the server was asked so far. */
long feed_scene_calls(const FeedScene *scene, const char *service);

#endif
