/* The bytes of market_days.data as they lie in the database, read as the archive of 2025-04-10. The checksum keeps
 * nearly all invented bytes from the decoder: fuzz_archive_content goes behind it. */
#include "archive_check.h"

bool fuzz_target(const uint8_t *data, size_t size) {
  Day date;
  Session session = {0};
  FUZZ_CHECK(day_parse("2025-04-10", &date));
  if (!archive_check_decode(data, size, date, &session)) return false;
  session_free(&session);
  return true;
}
