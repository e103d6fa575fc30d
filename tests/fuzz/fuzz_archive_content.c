/* What stands inside an archive's frame: the bytes are packed into a sound one and decoded as the date they name. */
#include "archive_check.h"

#include <stdlib.h>
#include <string.h>

#include <zstd.h>

enum { DATE_OFFSET = 8 };

typedef struct {
  uint8_t *bytes;
  size_t size;
} Bytes;

static Bytes pack(const uint8_t *content, size_t size) {
  Bytes blob = {.size = ZSTD_compressBound(size)};
  ZSTD_CCtx *context = ZSTD_createCCtx();
  blob.bytes = malloc(blob.size);
  FUZZ_CHECK(context != NULL && blob.bytes != NULL);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  blob.size = ZSTD_compress2(context, blob.bytes, blob.size, content, size);
  FUZZ_CHECK(!ZSTD_isError(blob.size));
  ZSTD_freeCCtx(context);
  return blob;
}

static Day date_of(const uint8_t *content, size_t size) {
  uint32_t date = 0;
  if (size < DATE_OFFSET + 4) return 0;
  for (int i = 0; i < 4; i++) date |= (uint32_t)content[DATE_OFFSET + i] << (8 * i);
  return (Day)date;
}

/* A session has one written form: what was accepted is what encoding it again gives. */
static void check_form(const Session *session, const uint8_t *content, size_t size) {
  Bytes blob = {0};
  Error err = {{0}};
  FUZZ_CHECK(archive_encode(session, &blob.bytes, &blob.size, &err) == STATUS_OK);
  uint8_t *again = malloc(size + 1);
  FUZZ_CHECK(again != NULL);
  FUZZ_CHECK(ZSTD_decompress(again, size + 1, blob.bytes, blob.size) == size);
  FUZZ_CHECK(memcmp(again, content, size) == 0);
  free(again);
  free(blob.bytes);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  Session session = {0};
  Bytes blob = pack(data, size);
  bool accepted = archive_check_decode(blob.bytes, blob.size, date_of(data, size), &session);
  if (accepted) check_form(&session, data, size);
  session_free(&session);
  free(blob.bytes);
  return accepted;
}
