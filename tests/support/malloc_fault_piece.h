/* malloc_fault_piece.h: one piece of work, done over and over, each time with another allocation that fails. */
#ifndef CLOSEBELL_TESTS_MALLOC_FAULT_PIECE_H
#define CLOSEBELL_TESTS_MALLOC_FAULT_PIECE_H

#include "malloc_fault.h"

#include <closebell/base/status.h>

enum { ALLOCATIONS_MAX = 5000 };

/* Does its work, gives back what it allocated, and returns how the work ended. */
typedef Status Piece(Error *err);

/* Fails the first allocation, the second, ... until the piece ends without having met the failure; once each, and from
 * there on. The piece says STATUS_NO_MEMORY each time and leaks nothing, and it has at least so many allocations. */
void check_piece(Piece *piece, long at_least);

#endif
