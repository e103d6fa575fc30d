/* hourly_analysis: indicators of every target, largest market cap first, within quota and time; and what is asked of
 * them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/job/analyze.h>
#include <closebell/job/asking.h>
#include <closebell/job/watchlist.h>
#include <closebell/market/name_search.h>
#include <closebell/market/ticker.h>
#include <closebell/plan/slot.h>
#include <closebell/report/analysis_print.h>
#include <closebell/report/screen_print.h>
#include <closebell/report/session_mail.h>
#include <closebell/report/strategies_print.h>

#include "program.h"

enum { SCREEN_MOST_LISTED = 1000000 };

static const ProgramOption OPTIONS[] = {
    {"quota", "N", "tickers to analyse in this run, 0: no limit"},
    {"budget", "TIME", "time to spend, like 50m"},
    {"workers", "N", "share the work with other processes, each with the same N"},
    {"ticker", "STOCK", "only this one: its code, its name or a part of it"},
    {"force", NULL, "redo what is up to date as well"},
    {"print", NULL, "print the newest values of --ticker, and do nothing else"},
    {"strategies", NULL, "list the strategies, and do nothing else; needs no database"},
    {"screen", "WHAT", "list the stocks that a strategy, or an expression, finds"},
    {"date", "DATE", "with --screen: in this session, not the newest analysed"},
    {"sort", "NAMES", "with --screen: in this order, like -rsi_14,name"},
    {"columns", "NAMES", "with --screen: these fields too, like rsi_14,per"},
    {"limit", "N", "with --screen: no more than the first N"},
    {"outcome", NULL, "with --screen: and what became of all its signals"},
    {"csv", NULL, "with --screen: as CSV"},
    {"watchlist", "NAME", "show this list of stocks, or change it"},
    {"add", "CODES", "with --watchlist: put these in, separated by commas"},
    {"remove", "CODES", "with --watchlist: take these out"},
    {"delete", NULL, "with --watchlist: take the list away"},
    {"watchlists", NULL, "list the watchlists"},
    {"ask", "PROMPT", "ask the language model, like summary or debate"},
    {"strategy", "NAME", "with --ask: about its matches, largest first"},
    {"tickers", "CODES", "with --ask: about these, separated by commas"},
    {"language", "en|ko", "with --ask: to be answered in"},
    {"json", NULL, "with what is shown or listed: as JSON"},
    {0},
};

typedef struct {
  AnalyzeOptions options; /* quota, budget and workers -1: as configured */
  bool print, strategies, json, csv;
  int64_t limit;           /* -1: not said */
  ScreenQuestion question; /* screen null: no screen */
  ScreenRequest request;   /* what the question means, once the strategies are known */
  WatchlistRequest watchlist;
  AskRequest ask;
} Context;

/* *ret_taken: it is one of --screen's own. */
static Status take_screen(Context *ours, const char *name, const char *value, bool *ret_taken, Error *err) {
  ScreenQuestion *question = &ours->question;
  *ret_taken = true;
  if (strcmp(name, "screen") == 0)
    question->screen = value;
  else if (strcmp(name, "sort") == 0)
    question->sort = value;
  else if (strcmp(name, "columns") == 0)
    question->columns = value;
  else if (strcmp(name, "outcome") == 0)
    question->outcome = true;
  else if (strcmp(name, "csv") == 0)
    ours->csv = true;
  else if (strcmp(name, "date") == 0)
    return day_parse(value, &question->date)
               ? STATUS_OK
               : error_set(err, STATUS_USAGE, "--date: \"%s\" is not a date like 2025-04-10", value);
  else if (strcmp(name, "limit") == 0)
    return text_parse_int64(value, 1, SCREEN_MOST_LISTED, &ours->limit)
               ? STATUS_OK
               : error_set(err, STATUS_USAGE, "--limit: \"%s\" is not a number from 1 to %d", value,
                           SCREEN_MOST_LISTED);
  else
    *ret_taken = false;
  return STATUS_OK;
}

static Status take(void *context, const char *name, const char *value, Error *err) {
  Context *ours = context;
  AnalyzeOptions *options = &ours->options;
  bool taken;
  Status status = take_screen(ours, name, value, &taken, err);
  if (!taken) status = watchlist_take(&ours->watchlist, name, value, &taken, err);
  if (!taken) status = asking_take(&ours->ask, name, value, &taken, err);
  if (taken) return status;
  if (strcmp(name, "force") == 0) {
    options->force = true;
  } else if (strcmp(name, "print") == 0) {
    ours->print = true;
  } else if (strcmp(name, "strategies") == 0) {
    ours->strategies = true;
  } else if (strcmp(name, "json") == 0) {
    ours->json = true;
  } else if (strcmp(name, "ticker") == 0) {
    if (!ticker_is_valid(value) && !name_is_searchable(value))
      return error_set(err, STATUS_USAGE, "--ticker: \"%s\" is not a six-character code like 005930, nor a name",
                       value);
    options->ticker = value;
  } else if (strcmp(name, "quota") == 0) {
    if (!text_parse_int64(value, 0, 1000000, &options->quota))
      return error_set(err, STATUS_USAGE, "--quota: \"%s\" is not a number from 0 to 1000000", value);
  } else if (strcmp(name, "workers") == 0) {
    if (!text_parse_int64(value, 1, SLOT_MAX_WORKERS, &options->workers))
      return error_set(err, STATUS_USAGE, "--workers: \"%s\" is not a number from 1 to %d", value, SLOT_MAX_WORKERS);
  } else if (!text_parse_duration_ms(value, &options->budget_ms) || options->budget_ms < 0) {
    return error_set(err, STATUS_USAGE, "--budget: \"%s\" is not a time like 50m or 90s", value);
  }
  return STATUS_OK;
}

/* Options that belong to another one, and that one is not there. */
static Status check_companions(const Context *ours, Error *err) {
  const ScreenQuestion *question = &ours->question;
  bool screens = question->screen != NULL;
  bool shows = ours->print || ours->strategies || screens || ours->ask.prompt;
  if (ours->json && !shows && !watchlist_is_asked(&ours->watchlist))
    return error_set(err, STATUS_USAGE,
                     "--json goes with --print, --strategies, --screen, --ask, --watchlist or --watchlists");
  if (ours->print && !ours->options.ticker)
    return error_set(err, STATUS_USAGE, "--print needs --ticker: the values of which stock?");
  bool for_screens = question->date != DAY_NONE || question->sort || question->columns || question->outcome ||
                     ours->csv || ours->limit >= 0;
  if (for_screens && !screens)
    return error_set(err, STATUS_USAGE, "--date, --sort, --columns, --limit, --outcome and --csv go with --screen");
  Status status = watchlist_check(&ours->watchlist, err);
  return status == STATUS_OK ? asking_check(&ours->ask, err) : status;
}

/* The run is about the list alone. */
static Status check_watchlist_alone(const Context *ours, Error *err) {
  const AnalyzeOptions *options = &ours->options;
  if (!watchlist_is_asked(&ours->watchlist)) return STATUS_OK;
  bool others = ours->print || ours->strategies || ours->question.screen || ours->ask.prompt || options->ticker ||
                options->force || options->quota >= 0 || options->budget_ms >= 0 || options->workers >= 0;
  return others ? error_set(err, STATUS_USAGE, "--watchlist and --watchlists go with --add, --remove, --delete, --json")
                : STATUS_OK;
}

/* The run is about the question alone. */
static Status check_ask_alone(const Context *ours, Error *err) {
  const AnalyzeOptions *options = &ours->options;
  bool others = ours->print || ours->strategies || ours->question.screen || options->force || options->quota >= 0 ||
                options->budget_ms >= 0 || options->workers >= 0;
  return ours->ask.prompt && others
             ? error_set(err, STATUS_USAGE,
                         "--ask goes with --strategy, --tickers or --ticker, --language and --json alone")
             : STATUS_OK;
}

static Status check_exclusions(const Context *ours, Error *err) {
  const AnalyzeOptions *options = &ours->options;
  bool screens = ours->question.screen != NULL;
  if (ours->print + ours->strategies + screens > 1)
    return error_set(err, STATUS_USAGE, "--print, --strategies and --screen exclude each other");
  if ((ours->print || screens) && options->force)
    return error_set(err, STATUS_USAGE, "%s writes nothing: --force is too much", screens ? "--screen" : "--print");
  if (screens && (options->ticker || options->quota >= 0 || options->budget_ms >= 0 || options->workers >= 0))
    return error_set(err, STATUS_USAGE,
                     "--screen takes the whole market: --ticker, --quota, --budget and --workers are too much");
  if (ours->json && ours->csv) return error_set(err, STATUS_USAGE, "--json and --csv exclude each other");
  if (ours->csv && ours->question.outcome)
    return error_set(err, STATUS_USAGE, "--csv has the list alone: --outcome goes with --json, or without both");
  if (options->force && options->workers > 1)
    return error_set(err, STATUS_USAGE, "--force goes without --workers: each would redo what another has just done");
  return STATUS_OK;
}

static Status check(void *context, const Config *config, Error *err) {
  Context *ours = context;
  AnalyzeOptions *options = &ours->options;
  ours->ask.ticker = ours->ask.prompt ? options->ticker : NULL;
  Status status = check_companions(ours, err);
  if (status == STATUS_OK) status = check_watchlist_alone(ours, err);
  if (status == STATUS_OK) status = check_ask_alone(ours, err);
  if (status == STATUS_OK) status = check_exclusions(ours, err);
  if (status != STATUS_OK) return status;
  if (options->workers < 0) options->workers = options->force ? 1 : config->analysis.workers;
  if (options->quota < 0) options->quota = config->analysis.quota;
  if (options->budget_ms < 0) options->budget_ms = config->analysis.budget_ms;
  return STATUS_OK;
}

/* ---- what the settings alone answer ---- */

/* Bad files are told in the log: standard output holds the list alone. */
static Status list_strategies(const Context *ours, const Strategies *strategies, const Output *out, const Log *log,
                              Error *err) {
  for (size_t i = 0; i < strategies->bad.count; i++) {
    char text[BAD_FILE_TEXT_SIZE];
    log_warn(log, "%s", bad_file_text(&strategies->bad.items[i], text));
  }
  if (ours->json) return strategies_print_json(out->stream, strategies, err);
  strategies_print_table(out, strategies);
  return STATUS_OK;
}

/* What is wrong with an expression is said before the database is asked for anything. */
static Status read_screen(Context *ours, const Strategies *strategies, Error *err) {
  ScreenComplaint complaint;
  ours->question.limit = ours->limit < 0 ? 0 : (size_t)ours->limit;
  Status status = screen_request_read(&ours->question, strategies, &ours->request, &complaint, err);
  if (status == STATUS_USAGE) screen_print_place(stderr, &complaint);
  return status;
}

static Status answer(void *context, const ProgramAsked *asked, bool *ret_done, Error *err) {
  Context *ours = context;
  Strategies strategies = {0};
  if (!ours->strategies && !ours->question.screen) return STATUS_OK;
  Status status = strategies_load_configured(asked->config, &strategies, err);
  if (status != STATUS_OK) return status;
  if (ours->strategies)
    status = list_strategies(ours, &strategies, asked->out, asked->log, err);
  else
    status = read_screen(ours, &strategies, err);
  strategies_free(&strategies);
  *ret_done = ours->strategies;
  return status;
}

static bool only_reads(const void *context) {
  const Context *ours = context;
  return ours->print || ours->question.screen != NULL ||
         (watchlist_is_asked(&ours->watchlist) && !watchlist_writes(&ours->watchlist));
}

static bool edits(const void *context) {
  const Context *ours = context;
  return watchlist_writes(&ours->watchlist) || ours->ask.prompt;
}

static void run(Job *job, void *context, Outcome *ret_outcome) {
  const Context *ours = context;
  if (ours->ask.prompt)
    asking_run(job, &ours->ask, ours->json, ret_outcome);
  else if (watchlist_is_asked(&ours->watchlist))
    watchlist_run(job, &ours->watchlist, ours->json, ret_outcome);
  else if (ours->print)
    analysis_print(job, ours->options.ticker, ours->json, ret_outcome);
  else if (ours->question.screen)
    screen_print(job, &ours->request,
                 ours->json  ? SCREEN_AS_JSON
                 : ours->csv ? SCREEN_AS_CSV
                             : SCREEN_AS_TABLE,
                 ret_outcome);
  else
    analyze_run(job, &ours->options, ret_outcome);
}

int main(int argc, char **argv) {
  const char *state_folder = getenv("STATE_DIRECTORY");
  Context context = {.options = {.quota = -1, .budget_ms = -1, .workers = -1, .state_folder = state_folder},
                     .ask = {.state_folder = state_folder},
                     .limit = -1,
                     .question = {.date = DAY_NONE}};
  const Program program = {.name = "hourly_analysis",
                           .only_reads = only_reads,
                           .edits = edits,
                           .options = OPTIONS,
                           .context = &context,
                           .summary = "compute indicators of what is new, largest first",
                           .take = take,
                           .check = check,
                           .run = run,
                           .afterwards = session_mail_send,
                           .answer = answer};
  return program_main(&program, argc, argv);
}
