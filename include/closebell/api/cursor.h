/* cursor.h: where the next page begins, as a text that any server on the same database understands. Pure.
 *
 * It carries the state of its answer (as_of, restatement), the place, and a hash of the path and the parameters. */
#ifndef CLOSEBELL_API_CURSOR_H
#define CLOSEBELL_API_CURSOR_H

#include <stdint.h>

#include <closebell/api/target.h>
#include <closebell/base/day.h>

enum { CURSOR_SIZE = 128, CURSOR_PLACE_SIZE = 32 };

typedef struct {
  Day as_of; /* DAY_NONE: nothing is analysed */
  int64_t restatement;
} CursorState;

/* Of the answer to `target` the items from `place` on. Returns text. */
char *cursor_make(const RequestTarget *target, CursorState state, int64_t place, char text[CURSOR_SIZE]);

/* The same of a place that is a text, such as an _id: without blanks, shorter than CURSOR_PLACE_SIZE. */
char *cursor_make_at(const RequestTarget *target, CursorState state, const char *place, char text[CURSOR_SIZE]);
/* As cursor_read; empty when there is none. */
bool cursor_read_at(const RequestTarget *target, CursorState state, char place[CURSOR_PLACE_SIZE], Problem *problem);

/* The place that the target's parameter `cursor` names; 0 when there is none. False with *problem: 410 when it is of
 * another state, 400 when it is not ours, or of other parameters, `limit` among them. */
bool cursor_read(const RequestTarget *target, CursorState state, int64_t *ret_place, Problem *problem);

#endif
