/* cursor.h: where the next page begins, as a text that any server on the same database understands. Pure.
 *
 * It carries the state of its answer (as_of, restatement), the place, and a hash of the path and the parameters. */
#ifndef CLOSEBELL_API_CURSOR_H
#define CLOSEBELL_API_CURSOR_H

#include <stdint.h>

#include <closebell/api/target.h>
#include <closebell/base/day.h>

enum { CURSOR_SIZE = 128, CURSOR_ID_SIZE = 501, CURSOR_LONG_SIZE = 800 };

typedef struct {
  Day as_of; /* DAY_NONE: nothing is analysed */
  int64_t restatement;
} CursorState;

/* Of the answer to `target` the items from `place` on. Returns text. */
char *cursor_make(const RequestTarget *target, CursorState state, int64_t place, char text[CURSOR_SIZE]);

/* The place that the target's parameter `cursor` names; 0 when there is none. False with *problem: 410 when it is of
 * another state, 400 when it is not ours, or of other parameters, `limit` among them. */
bool cursor_read(const RequestTarget *target, CursorState state, int64_t *ret_place, Problem *problem);

/* The same for what is read by _id: the items behind this one, of less than CURSOR_ID_SIZE bytes. */
char *cursor_make_behind(const RequestTarget *target, CursorState state, const char *id, char text[CURSOR_LONG_SIZE]);
/* "" when there is no cursor. */
bool cursor_read_behind(const RequestTarget *target, CursorState state, char ret_id[CURSOR_ID_SIZE], Problem *problem);

#endif
