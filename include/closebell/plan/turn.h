/* turn.h: whose turn it is to be compared. What is stored is too much to be read once a session: each session a
 * twentieth of the stocks is, another one each time. */
#ifndef CLOSEBELL_PLAN_TURN_H
#define CLOSEBELL_PLAN_TURN_H

#include <stdbool.h>
#include <stddef.h>

enum { TURN_SESSIONS = 20, TURN_WINDOW = 500 };

/* Whether the ticker's turn came with one of the latest sessions, `completed` of `sessions`: each ticker has one turn
 * in twenty sessions. */
bool turn_has_come(const char *ticker, size_t sessions, size_t completed);

/* What a turn compares: the whole history while that is no longer than TURN_WINDOW rows, else one window of so many,
 * another each turn, so that a session's look costs the same however long the history has grown. */
size_t turn_window_count(size_t rows);
/* The window of the ticker's latest turn, the oldest is 0. */
size_t turn_window(const char *ticker, size_t sessions, size_t windows);

#endif
