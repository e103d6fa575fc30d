/* json_arena.c: jansson's allocator has no context, so there is one arena a process. */
#include "json_arena.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>

#include <jansson.h>

enum { BLOCK_SIZE = 1 << 20, BLOCKS_KEPT = 8 };

typedef struct Block {
  struct Block *next;
  size_t size;
  alignas(max_align_t) char bytes[];
} Block;

static struct {
  Block *used, *spare; /* the block to cut from comes first */
  size_t left;         /* bytes of that block */
  size_t spare_count;
  json_malloc_t allocate;
  json_free_t release;
} arena;

/* Without memory, jansson's lexer drops bytes of what it reads, or writes behind its buffer (its issue 362): a price
 * could lose a digit. So the process ends there, as it does in libbson without memory; the next run goes on. */
static Block *make_block(size_t size) {
  Block *block = malloc(sizeof(*block) + size);
  if (block == NULL) abort();
  block->size = size;
  return block;
}

static void push(Block **list, Block *block) {
  block->next = *list;
  *list = block;
}

static Block *pop(Block **list) {
  Block *block = *list;
  *list = block->next;
  return block;
}

static Block *next_block(void) {
  if (arena.spare == NULL) return make_block(BLOCK_SIZE);
  arena.spare_count--;
  return pop(&arena.spare);
}

/* A piece that fills half a block has one of its own, behind the block that is cut from. */
static void *allocate_alone(size_t size) {
  Block *block = make_block(size);
  push(arena.used == NULL ? &arena.used : &arena.used->next, block);
  return block->bytes;
}

static void *allocate(size_t size) {
  size_t piece = (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
  if (piece < size) abort();
  if (piece > BLOCK_SIZE / 2) return allocate_alone(piece);
  if (piece > arena.left) {
    push(&arena.used, next_block());
    arena.left = BLOCK_SIZE;
  }
  arena.left -= piece;
  return arena.used->bytes + arena.left;
}

static void release_nothing(void *piece) { (void)piece; }

void json_arena_begin(void) {
  json_get_alloc_funcs(&arena.allocate, &arena.release);
  json_set_alloc_funcs(allocate, release_nothing);
}

void json_arena_end(void) {
  json_set_alloc_funcs(arena.allocate, arena.release);
  arena.left = 0;
  while (arena.used != NULL) {
    Block *block = pop(&arena.used);
    if (block->size != BLOCK_SIZE || arena.spare_count == BLOCKS_KEPT) {
      free(block);
      continue;
    }
    push(&arena.spare, block);
    arena.spare_count++;
  }
}

void json_arena_free(void) {
  while (arena.spare != NULL) free(pop(&arena.spare));
  arena.spare_count = 0;
}
