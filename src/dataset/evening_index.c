#include "evening_index.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/source/kis.h>
#include <closebell/store/index_data.h>

#include "evening_read.h"

static IndexSet wanted(const Job *job) {
  IndexSet set = 0;
  return index_set_parse(job->config->indices.names, &set) ? set : 0;
}

size_t evening_index_calls(const Job *job) {
  size_t count = 0;
  for (MarketIndex which = 0; which < INDEX_COUNT; which++) count += index_set_has(wanted(job), which);
  return count;
}

/* The archived index day before; a document that cannot be read is none. */
static Status find_archived(const Db *db, MarketIndex which, Day before, IndexRow *ret_row, bool *ret_found,
                            Error *err) {
  const IndexRange range = {.which = which, .from = before, .to = before};
  StoredIndexRow *rows = NULL;
  size_t count = 0;
  Status status = index_data_read(db, &range, &rows, &count, err);
  if (status != STATUS_OK) return status;
  *ret_found = count > 0 && rows[0].readable;
  if (*ret_found) *ret_row = rows[0].row;
  free(rows);
  return STATUS_OK;
}

/* Why there are no rows; of a service that is refused since an earlier run nothing is asked. */
static void tell_answer(const Answer *answer, char why[EVENING_INDEX_WHY_SIZE]) {
  const char *said = answer->kind == ANSWER_NONE    ? "the service is not asked, as it was refused"
                     : answer->kind == ANSWER_EMPTY ? "the broker shows no rows"
                     : answer->detail[0] != '\0'    ? answer->detail
                                                    : "no answer";
  text_copy(why, EVENING_INDEX_WHY_SIZE, said);
}

static Status judge(const Fetch *fetch, const EveningIndexWish *wish, MarketIndex which, const Answer *answer,
                    EveningIndices *to, char *why, Error *err) {
  IndexRow archived = {0};
  bool found = false;
  Status status = find_archived(fetch->job->db, which, wish->before, &archived, &found, err);
  const EveningIndexFacts facts = {.date = wish->date,
                                   .before = wish->before,
                                   .archived = found ? &archived : NULL,
                                   .rows = answer->payload,
                                   .count = answer->count};
  if (status == STATUS_OK && evening_index_judge(&facts, &to->indices.rows[which], why))
    to->indices.has |= index_bit(which);
  return status;
}

/* What ends a run is not swallowed; that a broker cannot be asked is. */
static bool is_the_brokers(Status status) {
  return status == STATUS_UNAVAILABLE || status == STATUS_INCOMPLETE || status == STATUS_CONFIG;
}

static Status read_one(Fetch *fetch, const EveningIndexWish *wish, MarketIndex which, EveningIndices *to,
                       char why[EVENING_INDEX_WHY_SIZE], Error *err) {
  Answer answer = {0};
  const Question question = {.feed = source_feed(fetch_source(fetch), FEED_KIS_INDEX),
                             .date = wish->date,
                             .key = kis_index_code(which),
                             .answer = &answer};
  Status status = question.feed ? fetch_questions(fetch, &question, 1, err) : STATUS_OK;
  if (is_the_brokers(status)) {
    text_copy(why, EVENING_INDEX_WHY_SIZE, err->text);
    status = STATUS_OK;
  } else if (status == STATUS_OK && answer_items(&answer, &PAYLOAD_INDEX_ROWS) == NULL) {
    tell_answer(&answer, why);
  } else if (status == STATUS_OK && evening_now(fetch->job) > wish->until) {
    text_copy(why, EVENING_INDEX_WHY_SIZE, "the answer came after the window");
  } else if (status == STATUS_OK) {
    status = judge(fetch, wish, which, &answer, to, why, err);
  }
  free(answer.payload);
  return status;
}

static void note_lacking(const Job *job, MarketIndex which, const char *why, EveningIndices *to) {
  if (to->lacking == 0) text_copy(to->why, sizeof to->why, why);
  to->lacking |= index_bit(which);
  log_warn(job->log, "the evening has no %s: %s", index_name(which), why);
}

Status evening_read_indices(Fetch *fetch, const EveningIndexWish *wish, EveningIndices *ret_indices, Error *err) {
  EveningIndices read = {.indices = {.date = wish->date}};
  Status status = STATUS_OK;
  for (MarketIndex which = 0; which < INDEX_COUNT && status == STATUS_OK; which++) {
    char why[EVENING_INDEX_WHY_SIZE] = "";
    if (!index_set_has(wanted(fetch->job), which)) continue;
    status = read_one(fetch, wish, which, &read, why, err);
    if (status == STATUS_OK && !index_set_has(read.indices.has, which)) note_lacking(fetch->job, which, why, &read);
  }
  if (status == STATUS_OK) *ret_indices = read;
  return status;
}
