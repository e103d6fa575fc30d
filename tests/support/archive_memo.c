/* archive_memo.c: linked in front of archive_encode and archive_decode: what was encoded or decoded once is given
 * again.
 *
 * A history of years reads its archive thousands of times, and what zstd makes of the same bytes is tested elsewhere
 * (unit/test_archive, fuzz/). Only bytes that gave a session are remembered: a damaged document is decoded each time.
 */
#include <stdlib.h>
#include <string.h>

#include <closebell/market/archive.h>

#include "session_equal.h"

Status __real_archive_encode(const Session *session, uint8_t **ret_blob, size_t *ret_size, Error *err);
Status __real_archive_decode(const uint8_t *blob, size_t size, Day date, Session *ret_session, Error *err);
Status __wrap_archive_encode(const Session *session, uint8_t **ret_blob, size_t *ret_size, Error *err);
Status __wrap_archive_decode(const uint8_t *blob, size_t size, Day date, Session *ret_session, Error *err);

enum { SLOTS = 4096 }; /* a date each, for eleven years */

typedef struct Memo {
  Session session;
  uint8_t *blob;
  size_t size;
  struct Memo *next;
} Memo;

static Memo *memos[SLOTS];

static Memo **slot_of(Day date) { return &memos[(uint32_t)date % SLOTS]; }

static Status copy_session(const Session *session, Session *ret_session, Error *err) {
  Session copy = *session;
  copy.capacity = copy.count;
  copy.rows = malloc(copy.count * sizeof *copy.rows + 1);
  if (!copy.rows) return error_set(err, STATUS_NO_MEMORY, "out of memory");
  memcpy(copy.rows, session->rows, copy.count * sizeof *copy.rows);
  *ret_session = copy;
  return STATUS_OK;
}

static Status copy_blob(const uint8_t *blob, size_t size, uint8_t **ret_blob, size_t *ret_size, Error *err) {
  uint8_t *copy = malloc(size);
  if (!copy) return error_set(err, STATUS_NO_MEMORY, "out of memory");
  memcpy(copy, blob, size);
  *ret_blob = copy;
  *ret_size = size;
  return STATUS_OK;
}

static void remember(const Session *session, const uint8_t *blob, size_t size) {
  Error ignored;
  Memo *memo = calloc(1, sizeof *memo), **slot = slot_of(session->date);
  if (!memo) return;
  if (copy_session(session, &memo->session, &ignored) != STATUS_OK ||
      copy_blob(blob, size, &memo->blob, &memo->size, &ignored) != STATUS_OK) {
    session_free(&memo->session);
    free(memo);
    return;
  }
  memo->next = *slot;
  *slot = memo;
}

Status __wrap_archive_encode(const Session *session, uint8_t **ret_blob, size_t *ret_size, Error *err) {
  for (const Memo *memo = *slot_of(session->date); memo; memo = memo->next)
    if (session_equal(&memo->session, session)) return copy_blob(memo->blob, memo->size, ret_blob, ret_size, err);
  Status status = __real_archive_encode(session, ret_blob, ret_size, err);
  if (status == STATUS_OK) remember(session, *ret_blob, *ret_size);
  return status;
}

Status __wrap_archive_decode(const uint8_t *blob, size_t size, Day date, Session *ret_session, Error *err) {
  for (const Memo *memo = *slot_of(date); memo; memo = memo->next)
    if (memo->session.date == date && memo->size == size && memcmp(memo->blob, blob, size) == 0)
      return copy_session(&memo->session, ret_session, err);
  Status status = __real_archive_decode(blob, size, date, ret_session, err);
  if (status == STATUS_OK) remember(ret_session, blob, size);
  return status;
}
