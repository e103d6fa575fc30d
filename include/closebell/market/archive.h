/* archive.h: a session as one compact blob: columns, compressed by zstd. */
#ifndef CLOSEBELL_MARKET_ARCHIVE_H
#define CLOSEBELL_MARKET_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#include <closebell/base/status.h>
#include <closebell/market/session.h>

#define ARCHIVE_ENCODING "columns-1+zstd"

/* The blob is malloc'ed and the caller's to free. The same session always gives the same bytes. */
Status archive_encode(const Session *session, uint8_t **ret_blob, size_t *ret_size, Error *err);

/* STATUS_BAD_DATA for a damaged, truncated, oversized or newer blob, one of another date, or rows that row_fault
 * refuses: *ret_session is untouched then. Round-trips exactly. */
Status archive_decode(const uint8_t *blob, size_t size, Day date, Session *ret_session, Error *err);

#endif
