/* json_arena.h: the memory that jansson reads one answer into: pieces of large blocks, given back all at once.
 *
 * An answer is some 40,000 strings; to allocate and free each alone costs more than to read them. */
#ifndef CLOSEBELL_SOURCE_JSON_ARENA_H
#define CLOSEBELL_SOURCE_JSON_ARENA_H

/* From here on jansson's values are the arena's, until json_arena_end, which ends them all and gives jansson back the
 * functions that it had. Not to be nested. Without memory the process ends. */
void json_arena_begin(void);
void json_arena_end(void);
/* Some blocks are kept for the next answer, until this. */
void json_arena_free(void);

#endif
