/* arena.h: memory that is taken in small pieces and given back at once. */
#ifndef CLOSEBELL_FEED_ARENA_H
#define CLOSEBELL_FEED_ARENA_H

#include <stddef.h>

typedef struct FeedArena FeedArena;

/* Null: no memory. feed_arena_free at the end. */
FeedArena *feed_arena_new(void);
void feed_arena_free(FeedArena *arena);

/* Room for size bytes, for objects of any type; null: no memory. */
void *feed_arena_take(FeedArena *arena, size_t size);
/* A copy with a NUL behind it. */
char *feed_arena_copy(FeedArena *arena, const char *bytes, size_t length);

#endif
