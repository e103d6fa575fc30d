/* archive_check.h: what must hold for a blob that comes from the database, whatever is in it. */
#ifndef CLOSEBELL_TESTS_FUZZ_ARCHIVE_CHECK_H
#define CLOSEBELL_TESTS_FUZZ_ARCHIVE_CHECK_H

#include "fuzz.h"

#include <closebell/market/archive.h>

/* Decodes. Refused: says why, and the session is untouched. Accepted: *ret_session can be believed row by row, it is
 * the caller's to free, and encoding it gives a blob that decodes to it again. */
bool archive_check_decode(const uint8_t *blob, size_t size, Day date, Session *ret_session);

#endif
