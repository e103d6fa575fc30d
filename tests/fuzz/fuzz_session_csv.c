/* A session as a CSV file that somebody wants to import. */
#include "fuzz.h"

#include <string.h>

#include <closebell/market/session_csv.h>

#include "session_equal.h"

static void check_session(const Session *session) {
  Session again;
  TextBuffer text = {0};
  Error err;
  FUZZ_CHECK(session->count > 0 && session->markets != 0);
  for (size_t i = 0; i < session->count; i++) {
    FUZZ_CHECK(row_fault(&session->rows[i]) == NULL);
    FUZZ_CHECK(market_set_has(session->markets, session->rows[i].market));
    FUZZ_CHECK(i == 0 || strcmp(session->rows[i - 1].ticker, session->rows[i].ticker) < 0);
  }
  session_csv_format(session, &text);
  FUZZ_CHECK(session_csv_parse(text.data, text.length, session->date, &again, &err) == STATUS_OK);
  FUZZ_CHECK(session_equal(session, &again));
  TextBuffer once_more = {0};
  session_csv_format(&again, &once_more);
  FUZZ_CHECK(once_more.length == text.length && memcmp(once_more.data, text.data, text.length) == 0);
  text_buffer_free(&once_more);
  session_free(&again);
  text_buffer_free(&text);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  Session session = {0};
  Error err = {{0}};
  Status status = session_csv_parse((const char *)data, size, 20000, &session, &err);
  if (status == STATUS_OK) {
    check_session(&session);
  } else {
    FUZZ_CHECK(status == STATUS_BAD_DATA && session.rows == NULL);
    fuzz_check_message(err.text);
  }
  session_free(&session);
  return status == STATUS_OK;
}
