/* pace.h: how fast a provider is asked, and what slows that down. The settings are the ceiling; nothing speeds it up.
 */
#ifndef CLOSEBELL_PLAN_PACE_H
#define CLOSEBELL_PLAN_PACE_H

#include <stdbool.h>

#include <closebell/plan/answer.h>

typedef struct {
  double per_second;   /* requests begun */
  int parallel;        /* under way at once */
  int resets_in_a_row; /* connections that ended without an answer */
} Pace;

#define PACE_LOWEST 0.1 /* requests a second */

/* A 429, a 403 (or a page where JSON was due), or two connections reset in a row halve the pace, and from then on one
 * request is under way at a time. Returns whether the pace has changed. */
bool pace_note(Pace *pace, const Answer *answer);

#endif
