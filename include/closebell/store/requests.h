/* requests.h: system_info.requests: what people asked to have done again, why, and what came of it. It is the audit:
 * nothing of it is deleted but what its asker took back.
 *
 * Beside each open request lies a mark in system_info.meta, `_id` "request:ID": every run reads that collection with
 * its contract anyway, so that a run without requests makes no round trip for them. The mark is written before its
 * request: whoever dies in between leaves a mark of nothing, which a later run takes away. */
#ifndef CLOSEBELL_STORE_REQUESTS_H
#define CLOSEBELL_STORE_REQUESTS_H

#include <closebell/base/random.h>
#include <closebell/plan/request.h>
#include <closebell/store/meta.h>

typedef struct {
  char id[REQUEST_ID_SIZE]; /* of the request */
  Instant at_utc;
} RequestMark;

/* Zero-initialise; request_marks_free at the end. */
typedef struct {
  RequestMark *items;
  size_t count, capacity;
} RequestMarks;
void request_marks_free(RequestMarks *marks);

/* As meta_read, and the marks, in one round trip. */
Status meta_read_marked(const Db *db, Meta *ret_meta, RequestMarks *ret_marks, Error *err);
/* How many requests are open, by their marks. */
Status requests_count_marks(const Db *db, size_t *ret_count, Error *err);
/* The same where that many marks are known. Marks of some that were taken back may lie there still: so where they are
 * REQUESTS_OPEN_MAX or more, the requests themselves are counted. */
Status requests_count_open(const Db *db, size_t marks, size_t *ret_count, Error *err);
Status requests_unmark(const Db *db, const char *id, Error *err);
/* Takes away the mark of a request that is over, and one without a request that is older than
 * REQUEST_MARK_WAITS_MS: the request of a younger one may be on its way. */
enum { REQUEST_MARK_WAITS_MS = 10 * 60 * 1000 };
Status requests_tidy_mark(const Db *db, const RequestMark *of, Instant now, Error *err);

/* Gives it an id that no other has: a ULID of its at_utc. */
void requests_give_id(Request *request, const Random *random);
/* Stores an open request. Where one of its id is there, that one is *ret_stored, and stays as it is: *ret_added is
 * false. */
Status requests_add(const Db *db, const Request *request, Request *ret_stored, bool *ret_added, Error *err);
/* STATUS_NOT_FOUND: there is none. */
Status requests_find(const Db *db, const char *id, Request *ret_request, Error *err);

/* Zero-initialise; requests_free at the end. */
typedef struct {
  Request *items;
  size_t count, capacity;
} Requests;
/* The open ones, oldest first. One that cannot be read has an empty dataset, and why in its result. */
Status requests_read_open(const Db *db, Requests *ret_requests, Error *err);
void requests_free(Requests *requests);

/* Writes state, result and done_utc, while it is open: it ends once. *ret_ended: it is as given now. */
Status requests_end(const Db *db, const Request *request, bool *ret_ended, Error *err);
/* Its asker takes an open one back: it is deleted. False: it is not open any more, or not there. */
Status requests_withdraw(const Db *db, const char *id, const char *who, Instant now, bool *ret_withdrawn, Error *err);

#endif
