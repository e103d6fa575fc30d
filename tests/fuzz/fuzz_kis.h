/* fuzz_kis.h: what the fuzz targets of the KIS parsers share: bytes as JSON, and what every answer promises. */
#ifndef CLOSEBELL_TESTS_FUZZ_KIS_H
#define CLOSEBELL_TESTS_FUZZ_KIS_H

#include <stdlib.h>

#include <jansson.h>

#include <closebell/source/kis_parse.h>

#include "fuzz.h"

typedef void KisFuzzParse(const json_t *body, Answer *answer);
typedef void KisFuzzCheck(const Answer *answer);

/* Parses and checks; check sees answers with rows alone. Returns whether the bytes were accepted. */
static inline bool fuzz_kis(const uint8_t *data, size_t size, KisFuzzParse *parse, KisFuzzCheck *check) {
  json_t *body = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
  Answer answer = {.retry_after_ms = -1};
  if (body == NULL) return false;
  parse(body, &answer);
  json_decref(body);
  FUZZ_CHECK(answer.kind == ANSWER_ROWS || answer.kind == ANSWER_EMPTY || answer.kind == ANSWER_BROKEN);
  FUZZ_CHECK((answer.kind == ANSWER_ROWS) == (answer.payload != NULL));
  FUZZ_CHECK((answer.kind == ANSWER_ROWS) == (answer.count > 0));
  if (answer.kind == ANSWER_BROKEN) fuzz_check_message(answer.detail);
  if (answer.kind == ANSWER_ROWS) check(&answer);
  free(answer.payload);
  return answer.kind != ANSWER_BROKEN;
}

#endif
