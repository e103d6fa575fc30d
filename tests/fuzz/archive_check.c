#include "archive_check.h"

#include <stdlib.h>
#include <string.h>

#include "session_equal.h"

static void check_round_trip(const Session *session) {
  uint8_t *blob = NULL;
  size_t size = 0;
  Session again = {0};
  Error err = {{0}};
  FUZZ_CHECK(archive_encode(session, &blob, &size, &err) == STATUS_OK);
  FUZZ_CHECK(archive_decode(blob, size, session->date, &again, &err) == STATUS_OK);
  FUZZ_CHECK(session_equal(session, &again));
  session_free(&again);
  free(blob);
}

bool archive_check_decode(const uint8_t *blob, size_t size, Day date, Session *ret_session) {
  Session session = {.date = 77, .count = 88};
  Error err = {{0}};
  Status status = archive_decode(blob, size, date, &session, &err);
  if (status != STATUS_OK) {
    FUZZ_CHECK(status == STATUS_BAD_DATA);
    FUZZ_CHECK(session.date == 77 && session.count == 88 && session.rows == NULL);
    fuzz_check_message(err.text);
    return false;
  }
  FUZZ_CHECK(session.date == date);
  for (size_t i = 0; i < session.count; i++) {
    FUZZ_CHECK(row_fault(&session.rows[i]) == NULL);
    FUZZ_CHECK(i == 0 || strcmp(session.rows[i - 1].ticker, session.rows[i].ticker) < 0);
  }
  check_round_trip(&session);
  *ret_session = session;
  return true;
}
