/* live_heal.h: the scene that is healed: a database set up with twelve sessions, five more that are due one morning
 * after the other, and what it must hold after each of them when nothing ever happened to it. */
#ifndef CLOSEBELL_TESTS_LIVE_HEAL_H
#define CLOSEBELL_TESTS_LIVE_HEAL_H

#include "live_db.h"

enum { HEAL_MORNING_COUNT = 6, HEAL_LAST = HEAL_MORNING_COUNT - 1 };

/* What set-up is told, on the first of the mornings. */
extern const char HEAL_DAYS[];
extern const char *const HEAL_MORNINGS[HEAL_MORNING_COUNT];

/* Three of the sessions of set-up, in order. */
extern const char HEAL_FIRST[], HEAL_MIDDLE[], HEAL_LATER[];

typedef struct {
  LiveWorld *world;
  LiveDump mornings[HEAL_MORNING_COUNT]; /* after that morning's update and analysis, undisturbed */
} HealScene;

/* For cmocka: a group's set-up and teardown. */
int heal_open(void **state);
int heal_close(void **state);

/* For cmocka, before a test: an empty database; an analysed one, before anything happens to it. */
int heal_reset(void **state);
int heal_set_up(void **state);

/* That morning's update and analysis. */
void heal_run_morning(LiveWorld *world, const char *now);

/* The results are those of the undisturbed database after that morning. */
void heal_assert_result(HealScene *scene, size_t morning);

/* The analysis of that day is not what it should be until somebody does it again. */
void heal_spoil_analysis(LiveWorld *world, const char *ticker, const char *date);

#endif
