#include <closebell/job/watchlist.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/analysis/archive_find.h>
#include <closebell/base/text.h>
#include <closebell/market/ticker.h>
#include <closebell/report/watchlist_print.h>
#include <closebell/run/run.h>
#include <closebell/store/job_locks.h>
#include <closebell/store/market_days.h>
#include <closebell/store/watchlists.h>

/* Programs take turns by a lease: not every server changes a document atomically. A change over HTTP takes none: it is
 * found by comparing, and the list is read again. */
static const char LEASE[] = "watchlists";
enum { TRIES = 20, TURN_LOOK_MS = 50, TURN_PATIENCE_MS = 30000 };

/* ---- the command line ---- */

Status watchlist_take(WatchlistRequest *request, const char *name, const char *value, bool *ret_taken, Error *err) {
  *ret_taken = true;
  if (strcmp(name, "watchlist") == 0) {
    request->name = value;
    if (!watchlist_name_is_valid(value))
      return error_set(err, STATUS_USAGE, "--watchlist: \"%.80s\": a name has 1 to %d letters, digits, _ and -", value,
                       WATCHLIST_NAME_CHARACTERS);
  } else if (strcmp(name, "watchlists") == 0) {
    request->all = true;
  } else if (strcmp(name, "add") == 0) {
    request->add = value;
  } else if (strcmp(name, "remove") == 0) {
    request->remove = value;
  } else if (strcmp(name, "delete") == 0) {
    request->drop = true;
  } else {
    *ret_taken = false;
  }
  return STATUS_OK;
}

Status watchlist_check(const WatchlistRequest *request, Error *err) {
  bool changes = request->add || request->remove || request->drop;
  if (changes && !request->name)
    return error_set(err, STATUS_USAGE, "--add, --remove and --delete go with --watchlist: of which list?");
  if (request->all && request->name)
    return error_set(err, STATUS_USAGE, "--watchlists and --watchlist exclude each other");
  if (request->drop && (request->add || request->remove))
    return error_set(err, STATUS_USAGE, "--delete takes the whole list away: --add and --remove are too much");
  return STATUS_OK;
}

bool watchlist_is_asked(const WatchlistRequest *request) { return request->name || request->all; }
bool watchlist_writes(const WatchlistRequest *request) { return request->add || request->remove || request->drop; }

/* ---- lists of tickers ---- */

typedef struct {
  char (*items)[8];
  size_t count;
} Tickers;

static bool has(const char (*items)[8], size_t count, const char *ticker) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(items[i], ticker) == 0) return true;
  return false;
}

/* "005930,000660": each once, in their order. text null: none. */
static Status read_tickers(const char *option, const char *text, Tickers *ret_tickers, Error *err) {
  Tickers tickers = {.items = calloc((text ? strlen(text) : 0) / 2 + 1, sizeof *tickers.items)};
  Status status = tickers.items ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for tickers");
  for (const char *at = text; at && status == STATUS_OK;) {
    size_t length = strcspn(at, ",");
    char ticker[8] = "";
    if (length < sizeof ticker) memcpy(ticker, at, length);
    if (!ticker_is_valid(ticker))
      status =
          error_set(err, STATUS_USAGE, "%s: \"%.*s\" is not a six-character code like 005930; commas separate them",
                    option, (int)(length < 40 ? length : 40), at);
    else if (!has((const char(*)[8])tickers.items, tickers.count, ticker))
      memcpy(tickers.items[tickers.count++], ticker, sizeof ticker);
    at = at[length] == ',' ? at + length + 1 : NULL;
  }
  if (status == STATUS_OK)
    *ret_tickers = tickers;
  else
    free(tickers.items);
  return status;
}

typedef struct {
  Tickers add, remove;
} Change;

static void change_free(Change *change) {
  free(change->add.items);
  free(change->remove.items);
}

/* Before anything is changed: every ticker that is to be added is in the archive. */
static Status read_change(const Job *job, const WatchlistRequest *request, Change *change, Error *err) {
  size_t absent = 0;
  Status status = read_tickers("--add", request->add, &change->add, err);
  if (status == STATUS_OK) status = read_tickers("--remove", request->remove, &change->remove, err);
  if (status == STATUS_OK)
    status = archive_find_absent(job->db, (const char(*)[8])change->add.items, change->add.count, &absent, err);
  if (status != STATUS_OK || absent == change->add.count) return status;
  return error_set(err, STATUS_USAGE, "--add: %s is not in the archive; the list is as it was",
                   change->add.items[absent]);
}

/* What the list is to be, from what it is. */
static Status apply(const Job *job, const Change *change, const Watchlist *before, Watchlist *after, Error *err) {
  after->tickers = calloc(before->count + change->add.count + 1, sizeof *after->tickers);
  if (!after->tickers) return error_set(err, STATUS_NO_MEMORY, "no memory for a watchlist");
  for (size_t i = 0; i < before->count; i++)
    if (!has((const char(*)[8])change->remove.items, change->remove.count, before->tickers[i]))
      memcpy(after->tickers[after->count++], before->tickers[i], sizeof *after->tickers);
  for (size_t i = 0; i < change->add.count; i++)
    if (!has((const char(*)[8])after->tickers, after->count, change->add.items[i]))
      memcpy(after->tickers[after->count++], change->add.items[i], sizeof *after->tickers);
  after->updated_utc = clock_now(job->clock);
  if (after->count <= WATCHLIST_TICKERS_MAX) return STATUS_OK;
  return error_set(err, STATUS_USAGE, "%s would have %zu tickers, and a list has at most %d: it is as it was",
                   after->name, after->count, WATCHLIST_TICKERS_MAX);
}

/* ---- one ---- */

static Status absent(const char *name, Error *err) {
  return error_set(err, STATUS_USAGE, "there is no watchlist %s: --watchlists lists them", name);
}

static Status find(const Job *job, const WatchlistRequest *request, Watchlist *ret_list, Error *err) {
  Status status = watchlist_find(job->db, request->name, ret_list, err);
  return status == STATUS_NOT_FOUND ? absent(request->name, err) : status;
}

/* One try: reads, changes, writes. --remove from a list that is not there is a slip, --add begins it. */
static Status try_change(const Job *job, const WatchlistRequest *request, const Change *change, Watchlist *ret_after,
                         bool *ret_done, Error *err) {
  Watchlist before = {0}, after = {0};
  Status status = watchlist_find(job->db, request->name, &before, err);
  bool is_new = status == STATUS_NOT_FOUND;
  if (is_new) status = request->add ? STATUS_OK : absent(request->name, err);
  if (status != STATUS_OK) return status;
  text_copy(after.name, sizeof after.name, request->name);
  status = apply(job, change, &before, &after, err);
  *ret_done = job->access == ACCESS_PLAN;
  if (status == STATUS_OK && !*ret_done)
    status = watchlist_change(job->db, is_new ? NULL : &before, &after, ret_done, err);
  if (status == STATUS_OK && *ret_done)
    *ret_after = after;
  else
    watchlist_free(&after);
  watchlist_free(&before);
  return status;
}

static Status change_in_turn(const Job *job, const WatchlistRequest *request, const Change *change,
                             Watchlist *ret_after, Error *err) {
  bool done = false;
  Status status = STATUS_OK;
  for (int i = 0; i < TRIES && status == STATUS_OK && !done; i++)
    status = try_change(job, request, change, ret_after, &done, err);
  if (status != STATUS_OK || done) return status;
  return error_set(err, STATUS_INCOMPLETE, "%s: others changed it %d times in a row; it is as they left it",
                   request->name, TRIES);
}

/* A plan takes no turn. */
static Status take_turn(Job *job, Error *err) {
  Lease holder = {0};
  char who[LEASE_HOLDER_SIZE];
  int64_t until_ms = clock_uptime_ms(job->clock) + TURN_PATIENCE_MS;
  if (job->access == ACCESS_PLAN) return STATUS_OK;
  job->run.recorded = true; /* no run of the job: none is recorded */
  for (;;) {
    Status status = run_acquire(job, LEASE, &holder, err);
    if (job->run.held || (status != STATUS_OK && status != STATUS_UNAVAILABLE)) return status;
    if (clock_uptime_ms(job->clock) >= until_ms)
      return status != STATUS_OK ? status
                                 : error_set(err, STATUS_INCOMPLETE, "watchlists are being changed by %s: try again",
                                             lease_holder_text(&holder, who));
    status = run_wait(job, TURN_LOOK_MS, err);
    if (status != STATUS_OK) return status;
  }
}

static void end_turn(Job *job) {
  Error ignored;
  if (!job->run.held) return;
  run_release(job);
  job_locks_prune(job->server, LEASE, job->config->history.locks, &ignored); /* the next one tries again */
}

static Status change_list(Job *job, const WatchlistRequest *request, Watchlist *ret_after, Error *err) {
  Change change = {0};
  Status status = read_change(job, request, &change, err);
  if (status == STATUS_OK) status = take_turn(job, err);
  if (status == STATUS_OK) status = change_in_turn(job, request, &change, ret_after, err);
  end_turn(job);
  change_free(&change);
  return status;
}

/* ---- showing ---- */

/* The newest session has names and closes; without one there are none. */
static Status load_newest(const Job *job, Session *ret_session, Error *err) {
  MarketDayIds days = {0};
  Status status = market_days_list(job->db, &days, err);
  if (status == STATUS_OK && days.count > 0)
    status = market_days_find(job->db, days.items[days.count - 1].date, ret_session, err);
  market_day_ids_free(&days);
  return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static Status show(const Job *job, const Watchlist *list, bool json, Error *err) {
  Session newest = {0};
  if (json) return watchlist_print_json(job->out.stream, list, err);
  Status status = load_newest(job, &newest, err);
  if (status == STATUS_OK && job->access == ACCESS_PLAN)
    output_line(&job->out, OUTPUT_HANGING, "nothing is written; this is what would be:");
  if (status == STATUS_OK) watchlist_print(&job->out, list, &newest);
  session_free(&newest);
  return status;
}

static Status show_all(const Job *job, bool json, Error *err) {
  Watchlists lists = {0};
  Status status = watchlists_load(job->db, &lists, err);
  if (status == STATUS_OK && json) status = watchlists_print_json(job->out.stream, &lists, err);
  if (status == STATUS_OK && !json) watchlists_print(&job->out, &lists);
  watchlists_free(&lists);
  return status;
}

/* Shows what is taken away, so that it can be made again. */
static Status drop(Job *job, const WatchlistRequest *request, Watchlist *ret_list, Error *err) {
  Status status = take_turn(job, err);
  if (status == STATUS_OK) status = find(job, request, ret_list, err);
  if (status == STATUS_OK && job->access != ACCESS_PLAN) status = watchlist_delete(job->db, request->name, err);
  end_turn(job);
  return status;
}

static Status run(Job *job, const WatchlistRequest *request, bool json, Error *err) {
  Watchlist list = {0};
  if (request->all) return show_all(job, json, err);
  Status status = request->drop               ? drop(job, request, &list, err)
                  : watchlist_writes(request) ? change_list(job, request, &list, err)
                                              : find(job, request, &list, err);
  bool deleted = status == STATUS_OK && request->drop && job->access != ACCESS_PLAN;
  if (deleted) log_info(job->log, "the watchlist %s is deleted", request->name);
  if (status == STATUS_OK) status = show(job, &list, json, err);
  watchlist_free(&list);
  return status;
}

void watchlist_run(Job *job, const WatchlistRequest *request, bool json, Outcome *ret_outcome) {
  Error err = {{0}};
  *ret_outcome = (Outcome){.exit_code = EXIT_DONE};
  Status status = run(job, request, json, &err);
  if (status == STATUS_OK) return;
  ret_outcome->exit_code = status_exit_code(status);
  text_copy(ret_outcome->message, sizeof ret_outcome->message, err.text);
  log_error(job->log, "%s", err.text);
}
