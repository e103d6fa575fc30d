/* status_memo.c: linked in front of job_status_read: a document that was read is not read again, but its status copied.
 *
 * Every run reads the status of every session, so that three years of hourly runs come to ten million readings of some
 * thousand documents. How one is read is tested elsewhere (unit/, fuzz/, sim/test_store_memory). The memo goes by the
 * document's bytes: what is written, damaged or replaced is read anew. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "job_status_read.h"

Status __real_job_status_read(const bson_t *document, JobStatus *to, Error *err);
Status __wrap_job_status_read(const bson_t *document, JobStatus *to, Error *err);

enum { SLOTS = 1 << 16, LONGEST = 512 };

typedef struct {
  uint32_t size; /* 0: unused */
  uint8_t bytes[LONGEST];
  JobStatus status;
} Memo;

static Memo *memos[SLOTS];

/* Documents stay where they are as long as they are the same. */
static Memo **slot_of(const bson_t *document) { return &memos[((uintptr_t)document >> 7) * 0x9e3779b97f4a7c15U >> 48]; }

static void copy_text(char *to, const char *from) { memcpy(to, from, strlen(from) + 1); }

/* Most of a status is room for text that is not there. */
static void copy_status(JobStatus *to, const JobStatus *from) {
  memcpy(to, from, offsetof(JobStatus, filter));
  copy_text(to->filter, from->filter);
  copy_text(to->reason, from->reason);
  copy_text(to->finality, from->finality);
  copy_text(to->passed_over, from->passed_over);
  memcpy(&to->missing, &from->missing, offsetof(JobStatus, failed) - offsetof(JobStatus, missing));
  to->restatement = from->restatement;
  to->failed = NULL;
  to->failed_count = 0;
}

Status __wrap_job_status_read(const bson_t *document, JobStatus *to, Error *err) {
  Memo **slot = slot_of(document), *memo = *slot;
  const uint8_t *bytes = bson_get_data(document);
  if (memo && memo->size == document->len && memcmp(memo->bytes, bytes, document->len) == 0) {
    copy_status(to, &memo->status);
    return STATUS_OK;
  }
  Status status = __real_job_status_read(document, to, err);
  bool owns = status == STATUS_OK && (to->failed || to->unit); /* what is owned is not shared */
  if (status != STATUS_OK || owns || document->len > LONGEST) return status;
  if (!memo) memo = *slot = calloc(1, sizeof *memo);
  if (!memo) return status;
  memo->size = document->len;
  memcpy(memo->bytes, bytes, document->len);
  memo->status = *to;
  return status;
}
