/* malloc_fault.h: no memory, at an allocation of one's choosing.
 *
 * Programs that link to it have their allocations wrapped (ld --wrap): those of closebell's objects and of the test's
 * own, not those inside shared libraries. While a test has switched it on, allocations are counted, one or all from
 * one on fail, and what was allocated and not freed is known: the loops of tests fail the first, the second, ... until
 * a run comes to its end without having met the failure. */
#ifndef CLOSEBELL_TESTS_MALLOC_FAULT_H
#define CLOSEBELL_TESTS_MALLOC_FAULT_H

#include <stdbool.h>
#include <stddef.h>

typedef enum { MALLOC_FAILS_ONCE, MALLOC_FAILS_FROM_THEN_ON, MALLOC_FAULT_MODES } MallocFaultMode;

/* Counting begins anew: the at-th allocation fails, from 1; 0: none does. */
void malloc_fault_begin(long at, MallocFaultMode mode);
/* Whether one has failed; sets how many were tried (may be null). */
bool malloc_fault_end(long *ret_allocations);

/* For stretches of test code between begin and end: they neither count nor fail. Pairs may be nested. */
void malloc_fault_pause(void);
void malloc_fault_resume(void);

/* Blocks allocated between the latest begin and its end, outside of pauses, that are not freed yet. */
size_t malloc_fault_blocks(void);

/* For libraries that take their allocator from outside: the same count, the same failures. */
void *malloc_fault_malloc(size_t size);
void malloc_fault_free(void *block);

#endif
