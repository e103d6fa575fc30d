#include "malloc_fault.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_SIZE = 1 << 18 };

/* One for the process: allocations have no other context. */
static struct {
  bool on, failed;
  int pauses;
  long count, at;
  MallocFaultMode mode;
  size_t blocks;
  void *table[TABLE_SIZE]; /* open addressing; null is free */
} fault;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t most);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t most);
void __wrap_free(void *block);

/* ---- which blocks are there ---- */

static size_t home_of(const void *block) {
  return (size_t)(((uint64_t)(uintptr_t)block * UINT64_C(0x9E3779B97F4A7C15)) >> 46) % TABLE_SIZE;
}

/* Where the block is, or where it would be put. */
static size_t slot_of(const void *block) {
  size_t slot = home_of(block);
  while (fault.table[slot] != NULL && fault.table[slot] != block) slot = (slot + 1) % TABLE_SIZE;
  return slot;
}

static void keep(void *block) {
  if (fault.blocks == TABLE_SIZE / 2) {
    fprintf(stderr, "malloc_fault: more blocks than it can count\n");
    abort();
  }
  fault.table[slot_of(block)] = block;
  fault.blocks++;
}

static void *note(void *block) {
  if (block != NULL && fault.on && fault.pauses == 0) keep(block);
  return block;
}

/* Takes the block out, and puts those behind it where a search finds them. */
static void forget(const void *block) {
  size_t slot = slot_of(block);
  if (block == NULL || fault.table[slot] == NULL) return;
  fault.table[slot] = NULL;
  fault.blocks--;
  for (size_t next = (slot + 1) % TABLE_SIZE; fault.table[next] != NULL; next = (next + 1) % TABLE_SIZE) {
    void *moved = fault.table[next];
    fault.table[next] = NULL;
    fault.table[slot_of(moved)] = moved;
  }
}

/* ---- when to fail ---- */

static bool fails(void) {
  if (!fault.on || fault.pauses > 0) return false;
  long number = ++fault.count;
  bool now = number == fault.at || (fault.at > 0 && number > fault.at && fault.mode == MALLOC_FAILS_FROM_THEN_ON);
  if (!now) return false;
  fault.failed = true;
  errno = ENOMEM;
  return true;
}

void malloc_fault_begin(long at, MallocFaultMode mode) {
  memset(&fault, 0, sizeof fault);
  fault.at = at;
  fault.mode = mode;
  fault.on = true;
}

bool malloc_fault_end(long *ret_allocations) {
  fault.on = false;
  if (ret_allocations != NULL) *ret_allocations = fault.count;
  return fault.failed;
}

void malloc_fault_pause(void) { fault.pauses++; }
void malloc_fault_resume(void) { fault.pauses--; }
size_t malloc_fault_blocks(void) { return fault.blocks; }

/* ---- the allocator ---- */

void *__wrap_malloc(size_t size) { return fails() ? NULL : note(__real_malloc(size)); }

void *__wrap_calloc(size_t count, size_t size) { return fails() ? NULL : note(__real_calloc(count, size)); }

/* A block that was the tested code's stays so, whoever makes it larger. */
void *__wrap_realloc(void *block, size_t size) {
  if (fails()) return NULL;
  bool known = block != NULL && fault.table[slot_of(block)] != NULL;
  void *moved = __real_realloc(block, size);
  if (moved == NULL || !known) return note(moved);
  forget(block);
  keep(moved);
  return moved;
}

char *__wrap_strdup(const char *text) { return fails() ? NULL : note(__real_strdup(text)); }

char *__wrap_strndup(const char *text, size_t most) { return fails() ? NULL : note(__real_strndup(text, most)); }

void __wrap_free(void *block) {
  forget(block);
  __real_free(block);
}

void *malloc_fault_malloc(size_t size) { return __wrap_malloc(size); }
void malloc_fault_free(void *block) { __wrap_free(block); }
