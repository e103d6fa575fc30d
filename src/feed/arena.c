#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 4 * 1024, LARGEST_BLOCK = 1024 * 1024 };

typedef struct Block {
  struct Block *next;
  alignas(max_align_t) char bytes[];
} Block;

struct FeedArena {
  Block *blocks; /* the one that is cut from comes first */
  size_t used, size;
};

FeedArena *feed_arena_new(void) { return calloc(1, sizeof(FeedArena)); }

void feed_arena_free(FeedArena *arena) {
  if (arena == NULL) return;
  while (arena->blocks != NULL) {
    Block *block = arena->blocks;
    arena->blocks = block->next;
    free(block);
  }
  free(arena);
}

static Block *push(FeedArena *arena, size_t size) {
  if (size > SIZE_MAX / 2) return NULL;
  Block *block = malloc(sizeof(*block) + size);
  if (block == NULL) return NULL;
  block->next = arena->blocks;
  arena->blocks = block;
  return block;
}

/* Blocks double, so that a small answer takes little and a large one few blocks. */
static Block *next_block(FeedArena *arena) {
  size_t size = arena->size == 0 ? FIRST_BLOCK : arena->size * 2;
  if (size > LARGEST_BLOCK) size = LARGEST_BLOCK;
  Block *block = push(arena, size);
  if (block == NULL) return NULL;
  arena->size = size;
  arena->used = 0;
  return block;
}

/* A piece that would fill much of a block has one of its own, behind the block that is cut from. */
static void *take_alone(FeedArena *arena, size_t size) {
  Block *front = arena->blocks, *block = push(arena, size);
  if (block == NULL) return NULL;
  if (front == NULL) {
    arena->used = arena->size = 0; /* nothing is left to cut from it */
    return block->bytes;
  }
  arena->blocks = front;
  block->next = front->next;
  front->next = block;
  return block->bytes;
}

void *feed_arena_take(FeedArena *arena, size_t size) {
  if (size > LARGEST_BLOCK / 4) return take_alone(arena, size);
  if (size == 0) size = 1; /* a place of its own */
  size_t piece = (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
  while (arena->size - arena->used < piece)
    if (next_block(arena) == NULL) return NULL;
  void *taken = arena->blocks->bytes + arena->used;
  arena->used += piece;
  return taken;
}

char *feed_arena_copy(FeedArena *arena, const char *bytes, size_t length) {
  char *copy = length < SIZE_MAX ? feed_arena_take(arena, length + 1) : NULL;
  if (copy == NULL) return NULL;
  if (length > 0) memcpy(copy, bytes, length);
  copy[length] = '\0';
  return copy;
}
