/* ask_desk.h: questions to a model that wait or are under way in this server: threads of their own ask it, so that no
 * reader waits for a model. There is a desk only where a model is configured. */
#ifndef CLOSEBELL_API_ASK_DESK_H
#define CLOSEBELL_API_ASK_DESK_H

#include <closebell/api/ask_desk_life.h>
#include <closebell/decision/ask.h>

/* What a route works with, by the connection of its worker. */
AskTools ask_desk_tools(AskDesk *desk, const Db *db);

/* How many wait, and are not counted against the caps of the day yet. */
size_t ask_desk_waiting(AskDesk *desk);
/* The claimed question joins those that wait; it is taken over, and left empty. False: there is no room, or the server
 * is about to stop; it stays the caller's. */
bool ask_desk_add(AskDesk *desk, Ask *ask);

typedef enum { ASK_DESK_NOT_HERE, ASK_DESK_UNDER_WAY, ASK_DESK_KEPT } AskDeskState;
/* ASK_DESK_KEPT: it is decided, and the database did not take the decision; its members as JSON are appended. */
AskDeskState ask_desk_find(AskDesk *desk, const char *id, TextBuffer *members);

#endif
