/* Feeds beside daily prices: each has a door of its own, which is shut for as long as the provider refuses it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/ingest/door.h>
#include <closebell/run/run.h>

#include "fetch_ask.h"

enum { DOOR_NAME_SIZE = 64, BROKEN_IN_A_ROW = 3, DAY_HOURS = 24, WEEK_HOURS = 7 * DAY_HOURS, HOUR_MS = 60 * 60 * 1000 };

/* ---- answers that the run keeps ---- */

struct KeptAnswer {
  const Feed *feed;
  Day date;
  Market market;
  Answer answer;
};

static const Answer *find_kept(const Fetch *fetch, const Feed *feed, Day date, Market market) {
  for (size_t i = fetch->kept_count; i > 0; i--) {
    const KeptAnswer *kept = &fetch->kept[i - 1];
    if (kept->feed == feed && kept->date == date && kept->market == market) return &kept->answer;
  }
  return NULL;
}

const Answer *fetch_kept(const Fetch *fetch, const char *feed_name, Day date, Market market) {
  const Feed *feed = fetch->kept_count > 0 ? source_feed(fetch_source(fetch), feed_name) : NULL;
  return feed ? find_kept(fetch, feed, date, market) : NULL;
}

/* False, and *to as it was: no memory. */
static bool copy_answer(Answer *to, const Answer *from) {
  Answer copy = *from;
  size_t bytes = from->payload ? from->count * from->type->item_size : 0;
  if (bytes > 0) {
    copy.payload = malloc(bytes);
    if (!copy.payload) return false;
    memcpy(copy.payload, from->payload, bytes);
  }
  *to = copy;
  return true;
}

static Status keep(Fetch *fetch, const Question *question, Error *err) {
  bool settled = question->answer->kind == ANSWER_ROWS || question->answer->kind == ANSWER_EMPTY;
  if (!question->feed->is_kept || !settled) return STATUS_OK;
  KeptAnswer *kept = vector_reserve(fetch->kept, &fetch->kept_capacity, fetch->kept_count + 1, sizeof *kept);
  if (!kept) return error_set(err, STATUS_NO_MEMORY, "no memory for the answers of this run");
  fetch->kept = kept;
  kept = &kept[fetch->kept_count];
  *kept = (KeptAnswer){.feed = question->feed, .date = question->date, .market = question->market};
  if (!copy_answer(&kept->answer, question->answer))
    return error_set(err, STATUS_NO_MEMORY, "no memory for the answers of this run");
  fetch->kept_count++;
  return STATUS_OK;
}

void fetch_free(Fetch *fetch) {
  for (size_t i = 0; i < fetch->kept_count; i++) free(fetch->kept[i].answer.payload);
  free(fetch->kept);
  fetch->kept = NULL;
  fetch->kept_count = fetch->kept_capacity = 0;
}

/* ---- doors ---- */

/* "krx-base-info": the _id of its own breaker beside the source's. */
static const char *door_name(const char *source, const char *feed, char name[DOOR_NAME_SIZE]) {
  snprintf(name, DOOR_NAME_SIZE, "%s-%s", source, feed);
  return text_dash(name);
}

static Status find_door(Fetch *fetch, const Feed *feed, FeedDoor **ret_door, Error *err) {
  size_t at = 0;
  while (at < FETCH_DOORS && fetch->doors[at].feed != NULL && fetch->doors[at].feed != feed) at++;
  if (at == FETCH_DOORS)
    return error_set(err, STATUS_INTERNAL, "%s has more feeds than this run knows", feed->provider);
  *ret_door = &fetch->doors[at];
  fetch->doors[at].feed = feed;
  return STATUS_OK;
}

static Status remember_refusal(Fetch *fetch, const Feed *feed, const char *why, int hours, Error *err) {
  Job *job = fetch->job;
  char name[DOOR_NAME_SIZE];
  SourceState state = {.blocked_until_utc = clock_now(job->clock) + (Instant)hours * HOUR_MS, .calls_date = DAY_NONE};
  text_copy(state.reason, sizeof state.reason, why);
  log_warn(job->log, "%s gives no %s (%s): %s; asked again after %s", fetch_source(fetch)->name, feed->title, why,
           feed->without, instant_kst_text(state.blocked_until_utc).text);
  Status status = run_beat(job, err);
  return status == STATUS_OK
             ? source_state_write(job->db, door_name(fetch_source(fetch)->name, feed->name, name), &state, err)
             : status;
}

/* Empty is no trouble: perhaps it is not published for this date. Nor is one that cannot be believed, which is about
 * its date: several of them in a row are about the feed. */
static bool is_fine(FeedDoor *door, const Answer *answer) {
  bool good = answer->kind == ANSWER_ROWS || answer->kind == ANSWER_EMPTY;
  door->answered |= good;
  door->broken = answer->kind == ANSWER_BROKEN ? door->broken + 1 : 0;
  return good || (answer->kind == ANSWER_BROKEN && door->broken < BROKEN_IN_A_ROW);
}

static Status note_trouble(Fetch *fetch, FeedDoor *door, const Answer *answer, Error *err) {
  if (answer->kind == ANSWER_NONE || is_fine(door, answer) || door->failed) return STATUS_OK;
  bool is_lacking = answer->kind == ANSWER_UNAUTHORIZED || answer->http_status == 404;
  if (is_lacking) return remember_refusal(fetch, door->feed, answer->detail, WEEK_HOURS, err);
  if (answer->kind == ANSWER_BLOCKED) return remember_refusal(fetch, door->feed, answer->detail, DAY_HOURS, err);
  door->failed = true;
  log_info(fetch->job->log, "%s gave no %s (%s): not asked again by this run", fetch_source(fetch)->name,
           door->feed->title, answer->detail);
  return STATUS_OK;
}

/* ---- asking ---- */

/* The answers stay as they are when one of the doors is shut or no call is left. */
static Status ask_some(Fetch *fetch, FeedDoor *door, const Question *questions, size_t count, Error *err) {
  char name[DOOR_NAME_SIZE];
  bool open = false;
  Error enough;
  if (count == 0 || door->failed || fetch->refused) return STATUS_OK;
  Status status = door_look_beside(fetch, door_name(fetch_source(fetch)->name, door->feed->name, name), &open, err);
  if (status != STATUS_OK || !open || door_check_allowance(fetch, count, &enough) != STATUS_OK) return status;
  status = door_count(fetch, count, err);
  if (status == STATUS_OK) status = source_fetch(fetch_source(fetch), questions, count, err);
  if (status == STATUS_OK) status = door_settle(fetch, err);
  if (status == STATUS_OK) status = run_beat(fetch->job, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    status = door_note_pace(fetch, questions[i].answer, err);
    if (status == STATUS_OK) status = note_trouble(fetch, door, questions[i].answer, err);
    if (status == STATUS_OK) status = keep(fetch, &questions[i], err);
  }
  return status;
}

/* A door that is shut should cost one call: the first question of a run goes alone. */
static Status ask_all(Fetch *fetch, FeedDoor *door, const Question *questions, size_t count, Error *err) {
  size_t first = count > 0 && !door->answered ? 1 : 0;
  Status status = ask_some(fetch, door, questions, first, err);
  return status == STATUS_OK ? ask_some(fetch, door, questions + first, count - first, err) : status;
}

/* Answers that the run has had are given again; the rest are the questions. */
static Status list_questions(const Fetch *fetch, const Feed *feed, const FeedDays *asked, DayAnswer *answers,
                             Question *questions, size_t *ret_count, Error *err) {
  MarketSet markets = feed->markets ? asked->markets & feed->markets : asked->markets;
  *ret_count = 0;
  for (size_t i = 0; i < asked->count; i++)
    for (Market market = 0; market < MARKET_COUNT; market++) {
      const Question question = {
          .feed = feed, .date = asked->dates[i], .market = market, .answer = &answers[i].markets[market]};
      if (!market_set_has(markets, market)) continue;
      const Answer *kept = find_kept(fetch, feed, question.date, market);
      if (kept && !copy_answer(question.answer, kept))
        return error_set(err, STATUS_NO_MEMORY, "no memory for the answers of this run");
      if (!kept) questions[(*ret_count)++] = question;
    }
  return STATUS_OK;
}

Status fetch_beside(Fetch *fetch, const FeedDays *asked, DayAnswer *answers, Error *err) {
  const Feed *feed = source_feed(fetch_source(fetch), asked->feed);
  FeedDoor *door = NULL;
  for (size_t i = 0; i < asked->count; i++) answers[i].date = asked->dates[i];
  if (feed == NULL || asked->count == 0) return STATUS_OK;
  Question *questions = malloc(asked->count * MARKET_COUNT * sizeof *questions);
  if (!questions) return error_set(err, STATUS_NO_MEMORY, "no memory for the questions of %zu days", asked->count);
  size_t pending;
  Status status = list_questions(fetch, feed, asked, answers, questions, &pending, err);
  if (status == STATUS_OK && pending > 0) status = find_door(fetch, feed, &door, err);
  if (status == STATUS_OK && pending > 0) status = ask_all(fetch, door, questions, pending, err);
  free(questions);
  return status;
}

/* A run that only plans has no source: it looks at what is stored. */
Status fetch_door_is_shut(Fetch *fetch, const char *feed_name, bool *ret_shut, Error *err) {
  const Job *job = fetch->job;
  const Source *asked = fetch_source(fetch);
  const char *source = asked ? asked->name : fetch_terms(fetch)->name;
  char name[DOOR_NAME_SIZE];
  SourceState whole, feed;
  *ret_shut = true;
  if (asked && source_feed(asked, feed_name) == NULL) return STATUS_OK;
  Status status = source_state_read_both(job->db, source, door_name(source, feed_name, name), &whole, &feed, err);
  Instant now = clock_now(job->clock);
  if (status == STATUS_OK) *ret_shut = source_state_blocks(&whole, now) || source_state_blocks(&feed, now);
  return status;
}

/* ---- feeds that are asked again ---- */

/* The first of the answers that says that the provider lacks the service, or has no such path. */
static const Answer *find_lacking(const Question *questions, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const Answer *answer = questions[i].answer;
    if (answer->kind == ANSWER_UNAUTHORIZED && answer->refused == REFUSED_SERVICE) return answer;
  }
  return NULL;
}

Status fetch_questions(Fetch *fetch, const Question *questions, size_t count, Error *err) {
  char name[DOOR_NAME_SIZE];
  bool open = false;
  if (count == 0) return STATUS_OK;
  const Feed *feed = questions[0].feed;
  const char *source = fetch_source(fetch)->name;
  /* The source's own door is looked at again, and told of, before each call. */
  SourceState door;
  Status status = source_state_read(fetch->job->db, door_name(source, feed->name, name), &door, err);
  open = status == STATUS_OK && !source_state_blocks(&door, clock_now(fetch->job->clock));
  if (!open) return status;
  Question *asked = malloc(count * sizeof *asked);
  if (asked == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu questions", count);
  memcpy(asked, questions, count * sizeof *asked);
  status = fetch_ask_politely(fetch, asked, count, err);
  free(asked);
  const Answer *lacking = status == STATUS_OK ? find_lacking(questions, count) : NULL;
  return lacking ? remember_refusal(fetch, feed, lacking->detail, WEEK_HOURS, err) : status;
}
