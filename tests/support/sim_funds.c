#include "sim_funds.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/plan/etf_proof.h>
#include <closebell/source/krx.h>
#include <closebell/store/collections.h>
#include <closebell/store/etf_data.h>
#include <closebell/store/etfs.h>
#include <closebell/store/job_status.h>

#include "made_funds.h"

enum { LATE_HOURS = 6, HOUR_MS = 60 * 60 * 1000, OLD_SESSIONS = 5 };

/* An answer is without its last fund at first, and later has it: both are right when they are given. */
typedef enum { VERSION_EARLY, VERSION_WHOLE, VERSIONS } Version;

static long session_of(const SimFunds *funds, Day date) {
  const Session *session = sim_market_session(funds->world->market, date);
  return session ? session - funds->world->market->sessions : -1;
}

static char *body_of(long session, Version version, Day date, ReplayFaultKind kind, size_t *ret_length) {
  char compact[DAY_TEXT_SIZE];
  const ReplayFault fault = {.kind = kind};
  char *body = made_funds_answer(version == VERSION_EARLY ? SIM_FUNDS - 1 : SIM_FUNDS, session,
                                 day_format_compact(date, compact), &fault, ret_length);
  sim_or_die(body != NULL, "no memory for an answer");
  return body;
}

/* ---- answers ---- */

static void say(const char *body, int status, Day date, Answer *answer) {
  krx_parse_etf(body, strlen(body), status, date, answer);
}

static void say_unreachable(Answer *answer) {
  *answer = (Answer){.kind = ANSWER_UNREACHABLE, .retry_after_ms = -1};
  text_copy(answer->detail, sizeof answer->detail, "connection reset");
}

/* What has no rows. False: this one has. */
static bool say_refusal(uint64_t draw, Day date, Answer *answer) {
  static const char PAGE[] = "\r\n<!DOCTYPE html><html><body>Please enable cookies.</body></html>";
  switch (draw) {
  case 0:
    say("{\"respMsg\":\"Error\",\"respCode\":\"500\"}", 500, date, answer);
    return true;
  case 1:
    say("", 503, date, answer);
    return true;
  case 2:
    say("{\"respMsg\":\"Too many\",\"respCode\":\"429\"}", 429, date, answer);
    return true;
  case 3:
    say(PAGE, 200, date, answer);
    return true;
  case 4:
    say(PAGE, 403, date, answer);
    return true;
  case 5:
    say_unreachable(answer);
    return true;
  default:
    return false;
  }
}

/* What is told: the rows of a session under a date, spoilt or not. */
typedef struct {
  long session;
  Day date;
  ReplayFaultKind kind;
  bool cut;
} Told;

static void say_rows(SimFunds *funds, Told told, Day asked, Answer *answer) {
  size_t length = 0;
  bool early = funds->early || (funds->foul && sim_chance(&funds->random, 300));
  char *body = body_of(told.session, early ? VERSION_EARLY : VERSION_WHOLE, told.date, told.kind, &length);
  krx_parse_etf(body, told.cut ? length / 2 : length, 200, asked, answer);
  free(body);
}

static void say_spoilt(SimFunds *funds, long session, Day date, Answer *answer) {
  static const ReplayFaultKind KINDS[] = {REPLAY_FAULT_EMPTY,     REPLAY_FAULT_HALF,         REPLAY_FAULT_REPEAT,
                                          REPLAY_FAULT_DUPLICATE, REPLAY_FAULT_BAD_CODE,     REPLAY_FAULT_LACKS,
                                          REPLAY_FAULT_OVERFLOW,  REPLAY_FAULT_UNLINKED,     REPLAY_FAULT_TOTALS,
                                          REPLAY_FAULT_NEGATIVE,  REPLAY_FAULT_NOT_A_NUMBER, REPLAY_FAULT_WRONG_TOTAL};
  enum { SPOILT_KINDS = sizeof KINDS / sizeof *KINDS, REFUSALS = 6, OTHERS = 4 };
  uint64_t draw = sim_below(&funds->random, REFUSALS + SPOILT_KINDS + OTHERS);
  Told told = {.session = session, .date = date};
  funds->spoilt++;
  if (say_refusal(draw, date, answer)) return;
  draw -= REFUSALS;
  if (draw < SPOILT_KINDS) told.kind = KINDS[draw];
  if (draw == SPOILT_KINDS) told.cut = true;
  if (draw == SPOILT_KINDS + 1) told.session -= OLD_SESSIONS;
  if (draw == SPOILT_KINDS + 2) told.session++;
  if (draw == SPOILT_KINDS + 3) told.date--;
  say_rows(funds, told, date, answer);
}

/* Some days come only in the afternoon. */
static bool is_published(const SimFunds *funds, Day date) {
  const SimMarket *market = funds->world->market;
  if (!sim_market_session(market, date)) return false;
  bool late = funds->foul && (uint64_t)date % 5 == 0;
  return funds->world->now >= sim_market_published(market, date) + (late ? LATE_HOURS * HOUR_MS : 0);
}

static void answer_one(SimFunds *funds, Day date, Answer *answer) {
  bool outage = funds->foul && (uint64_t)instant_kst_day(funds->world->now) % 17 < 2;
  funds->asked++;
  if (funds->not_approved)
    say("{\"respMsg\":\"Unauthorized API Call\",\"respCode\":\"401\"}", 401, date, answer);
  else if (outage)
    say_unreachable(answer);
  else if (!is_published(funds, date))
    say("{\"OutBlock_1\":[]}", 200, date, answer);
  else if (funds->foul && sim_chance(&funds->random, 250))
    say_spoilt(funds, session_of(funds, date), date, answer);
  else
    say_rows(funds, (Told){.session = session_of(funds, date), .date = date}, date, answer);
}

/* ---- the source ---- */

static Status fetch(void *self, const Question *questions, size_t count, Error *err) {
  SimFunds *funds = self;
  if (count == 0 || questions[0].feed != &KRX_ETF) return source_fetch(&funds->inner, questions, count, err);
  for (size_t i = 0; i < count; i++) {
    free(questions[i].answer->payload);
    *questions[i].answer = (Answer){.retry_after_ms = -1};
  }
  for (size_t i = 0; i < count; i++) {
    sim_world_pass(funds->world, funds->world->request_ms);
    answer_one(funds, questions[i].date, questions[i].answer);
    if (questions[i].answer->kind == ANSWER_BLOCKED || questions[i].answer->kind == ANSWER_UNAUTHORIZED) break;
  }
  return STATUS_OK;
}

static long calls(void *self) {
  const SimFunds *funds = self;
  return funds->inner.calls(funds->inner.self) + funds->asked;
}

void sim_funds_begin(SimFunds *funds, SimWorld *world, uint64_t seed) {
  *funds = (SimFunds){.world = world, .random_state = seed};
  funds->random = random_seeded(&funds->random_state);
}

void sim_funds_dress(void *context, Db *db, Source *source) {
  SimFunds *funds = context;
  (void)db;
  funds->inner = *source;
  for (size_t i = 0; i < source->feed_count; i++) funds->feeds[i] = source->feeds[i];
  funds->feeds[source->feed_count] = &KRX_ETF;
  *source = (Source){.self = funds,
                     .name = source->name,
                     .feeds = funds->feeds,
                     .feed_count = source->feed_count + 1,
                     .fetch = fetch,
                     .calls = calls};
}

/* ---- what is true ---- */

static bool is_same(const EtfRow *stored, const EtfRow *told) {
  if (stored->has != told->has || strcmp(stored->index_name, told->index_name) != 0) return false;
  for (EtfFigure i = 0; i < ETF_FIGURE_COUNT; i++) {
    if (!etf_has(stored, i)) continue;
    bool same = ETF_FIGURE[i].is_real ? stored->real[i] == told->real[i] : stored->whole[i] == told->whole[i];
    if (!same) return false;
  }
  return true;
}

typedef struct {
  char tickers[4 * SIM_FUNDS][TICKER_SIZE];
  size_t count;
} Names;

static void take_name(void *context, const char *ticker) {
  Names *names = context;
  sim_or_die(names->count < sizeof names->tickers / sizeof *names->tickers, "more funds than there are");
  text_copy(names->tickers[names->count++], TICKER_SIZE, ticker);
}

/* Everything that is stored, session by session: which versions it can be, and how many documents there are. */
typedef struct {
  Day date;
  Answer told[VERSIONS];
  bool can_be[VERSIONS];
  size_t documents;
} Checked;

typedef struct {
  const SimFunds *funds;
  Day from; /* sessions before it are not looked at */
  Checked *days;
  size_t count;
  EtfList list; /* as the documents have it */
} Checking;

static Checked *checked_of(const Checking *checking, Day date) {
  for (size_t i = 0; i < checking->count; i++)
    if (checking->days[i].date == date) return &checking->days[i];
  return NULL;
}

static Status check_row(void *context, const StoredEtfRow *stored, Error *err) {
  Checking *checking = context;
  Checked *day = checked_of(checking, stored->date);
  Etf *fund = etf_list_put(&checking->list, stored->row.ticker);
  (void)err;
  sim_or_die(fund != NULL, "no memory for the funds");
  if (fund->first == DAY_NONE) fund->first = stored->date;
  fund->last = stored->date;
  if (stored->row.index_name[0]) text_copy(fund->index_name, sizeof fund->index_name, stored->row.index_name);
  if (!day) return STATUS_OK;
  day->documents++;
  for (Version i = 0; i < VERSIONS; i++) {
    const EtfRow *told = etf_rows_find(day->told[i].payload, day->told[i].count, stored->row.ticker);
    day->can_be[i] &= stored->readable && told && is_same(&stored->row, told);
    if (told) text_copy(fund->name, sizeof fund->name, told->name);
  }
  return STATUS_OK;
}

static bool begin_check(Checking *checking, JobStatusList *statuses, Error *why) {
  if (job_status_load(&checking->funds->world->view, "etf_days", checking->from, DAY_NONE, statuses, why) != STATUS_OK)
    return false;
  checking->days = calloc(statuses->count + 1, sizeof *checking->days);
  sim_or_die(checking->days != NULL, "no memory for a check");
  for (size_t i = 0; i < statuses->count; i++) {
    if (statuses->items[i].state != JOB_COMPLETED) continue;
    Checked *day = &checking->days[checking->count++];
    *day = (Checked){.date = statuses->items[i].date, .can_be = {true, true}};
    for (Version version = 0; version < VERSIONS; version++) {
      size_t length;
      char *body = body_of(session_of(checking->funds, day->date), version, day->date, REPLAY_FAULT_NONE, &length);
      krx_parse_etf(body, length, 200, day->date, &day->told[version]);
      free(body);
    }
  }
  return true;
}

static bool conclude(const Checking *checking, const JobStatusList *statuses, Error *why) {
  for (size_t i = 0; i < checking->count; i++) {
    const Checked *day = &checking->days[i];
    const JobStatus *status = job_status_find(statuses, day->date);
    bool good = false;
    for (Version version = 0; version < VERSIONS; version++)
      good |= day->can_be[version] && day->documents == day->told[version].count &&
              status->stored_rows == (int64_t)day->documents && status->expected_rows == status->stored_rows;
    if (good) continue;
    error_set(why, STATUS_BAD_DATA, "%s is completed with %zu documents, which are none of its answers",
              day_text(day->date).text, day->documents);
    return false;
  }
  return true;
}

static bool check(Checking *checking, JobStatusList *statuses, Error *why) {
  const Db *db = &checking->funds->world->view;
  Names names = {.count = 0};
  bool good =
      begin_check(checking, statuses, why) && collections_list_tickers(db, DB_ETF, take_name, &names, why) == STATUS_OK;
  for (size_t i = 0; i < names.count && good; i++)
    good = etf_data_read(db, names.tickers[i], (DayRange){checking->from, DAY_NONE}, check_row, checking, why) ==
           STATUS_OK;
  return good && conclude(checking, statuses, why);
}

static void end_check(Checking *checking, JobStatusList *statuses) {
  for (size_t i = 0; i < checking->count; i++)
    for (Version version = 0; version < VERSIONS; version++) free(checking->days[i].told[version].payload);
  free(checking->days);
  etf_list_free(&checking->list);
  job_status_list_free(statuses);
}

bool sim_funds_check(const SimFunds *funds, Day from, Error *why) {
  Checking checking = {.funds = funds, .from = from};
  JobStatusList statuses = {0};
  bool good = check(&checking, &statuses, why);
  end_check(&checking, &statuses);
  return good;
}

/* ---- all of it ---- */

static bool check_list(const Checking *checking, Error *why) {
  EtfList stored = {0};
  bool good = etfs_read(&checking->funds->world->view, &stored, why) == STATUS_OK;
  if (good && stored.count != checking->list.count) {
    error_set(why, STATUS_BAD_DATA, "%zu funds are listed, %zu have documents", stored.count, checking->list.count);
    good = false;
  }
  for (size_t i = 0; i < stored.count && good; i++) {
    const Etf *is = &stored.items[i], *should = &checking->list.items[i];
    good = strcmp(is->ticker, should->ticker) == 0 && strcmp(is->name, should->name) == 0 &&
           strcmp(is->index_name, should->index_name) == 0 && is->first == should->first && is->last == should->last;
    if (!good) error_set(why, STATUS_BAD_DATA, "the entry of %s is not what its documents say", is->ticker);
  }
  etf_list_free(&stored);
  return good;
}

static bool check_window(const Checking *checking, const JobStatusList *statuses, Error *why) {
  const SimMarket *market = checking->funds->world->market;
  for (size_t i = 0; i < market->count && statuses->count > 0; i++) {
    Day date = market->sessions[i].date;
    if (date < statuses->items[0].date || sim_market_published(market, date) > checking->funds->world->now) continue;
    const JobStatus *status = job_status_find(statuses, date);
    if (status && status->state == JOB_COMPLETED) continue;
    error_set(why, STATUS_BAD_DATA, "%s is not completed: %s", day_text(date).text, status ? status->reason : "absent");
    return false;
  }
  return true;
}

bool sim_funds_check_whole(const SimFunds *funds, size_t *ret_sessions, Error *why) {
  Checking checking = {.funds = funds, .from = DAY_NONE};
  JobStatusList statuses = {0};
  bool good = check(&checking, &statuses, why) && check_list(&checking, why) && check_window(&checking, &statuses, why);
  *ret_sessions = checking.count;
  end_check(&checking, &statuses);
  return good;
}
