/* Makes a program of one whose allocations fail from outside: MALLOC_FAULT_AT=N fails the N-th, MALLOC_FAULT_ON=yes all
 * from there on. At its end the program says on stderr whether it came so far. The JSON library, thousands of
 * allocations of which each would end the program (source/krx.h), keeps its own allocator. */
#include "malloc_fault.h"

#include <stdio.h>
#include <stdlib.h>

void __wrap_json_set_alloc_funcs(void *(*allocate)(size_t), void (*release)(void *));
void __wrap_json_set_alloc_funcs(void *(*allocate)(size_t), void (*release)(void *)) {
  (void)allocate;
  (void)release;
}

__attribute__((constructor)) static void begin(void) {
  const char *at = getenv("MALLOC_FAULT_AT");
  if (at != NULL)
    malloc_fault_begin(atol(at), getenv("MALLOC_FAULT_ON") != NULL ? MALLOC_FAILS_FROM_THEN_ON : MALLOC_FAILS_ONCE);
}

__attribute__((destructor)) static void end(void) {
  long allocations = 0;
  bool failed = malloc_fault_end(&allocations);
  fprintf(stderr, "malloc_fault: %ld allocations, %s, %zu blocks left\n", allocations,
          failed ? "one failed" : "all well", malloc_fault_blocks());
}
