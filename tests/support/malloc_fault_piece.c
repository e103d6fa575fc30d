#include "malloc_fault_piece.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* Returns how many failures it met. */
static long fail_each(Piece *piece, MallocFaultMode mode) {
  for (long at = 1; at < ALLOCATIONS_MAX; at++) {
    Error err = {{0}};
    malloc_fault_begin(at, mode);
    Status status = piece(&err);
    bool met = malloc_fault_end(NULL);
    if (malloc_fault_blocks() != 0) fail_msg("allocation %ld: %zu blocks leaked", at, malloc_fault_blocks());
    if (!met) {
      if (status != STATUS_OK) fail_msg("with all the memory it wants: %s", err.text);
      return at - 1;
    }
    if (status != STATUS_NO_MEMORY) fail_msg("allocation %ld: %s %s", at, status_name(status), err.text);
  }
  fail_msg("more than %d allocations", ALLOCATIONS_MAX);
  return 0;
}

void check_piece(Piece *piece, long at_least) {
  for (int mode = 0; mode < MALLOC_FAULT_MODES; mode++)
    assert_in_range(fail_each(piece, (MallocFaultMode)mode), at_least, ALLOCATIONS_MAX);
}
