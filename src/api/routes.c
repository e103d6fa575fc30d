#include <closebell/api/routes.h>

#include <stdio.h>
#include <string.h>

#include <closebell/base/nearest.h>

#include "resources.h"

#define FROM                                                                                                           \
  {                                                                                                                    \
    "from", PARAMETER_DAY, "The first date.", { 0 }                                                                    \
  }
#define TO                                                                                                             \
  {                                                                                                                    \
    "to", PARAMETER_DAY, "The last date.", { 0 }                                                                       \
  }
#define LIMIT                                                                                                          \
  {                                                                                                                    \
    "limit", PARAMETER_LIMIT, "At most so many.", { 0 }                                                                \
  }
#define CURSOR                                                                                                         \
  {                                                                                                                    \
    "cursor", PARAMETER_TEXT, "next of the page before, as it stands.", { 0 }                                          \
  }
#define FIELDS                                                                                                         \
  {                                                                                                                    \
    "fields", PARAMETER_TEXT, "Names by commas: just these.", { 0 }                                                    \
  }
#define DATE                                                                                                           \
  {                                                                                                                    \
    "date", PARAMETER_DAY, "Of this date alone.", { 0 }                                                                \
  }
#define ORDER                                                                                                          \
  {                                                                                                                    \
    "order", PARAMETER_CHOICE, "The direction of sort.", { "asc", "desc" }                                             \
  }
#define ADJUST                                                                                                         \
  {                                                                                                                    \
    "adjust", PARAMETER_CHOICE, "Prices in today's shares, or as they were published.", { "all", "none" }              \
  }

/* clang-format off */
static const Route routes[] = {
  {"GET", "/", ROUTE_OPEN | ROUTE_PLAIN | ROUTE_FILES, TYPE_HTML, "The dashboard; its files are below.", answer_dashboard, {{0}}},
  {"GET", "/healthz", ROUTE_OPEN | ROUTE_PLAIN | ROUTE_UNCOUNTED, TYPE_JSON, "The program runs.", answer_healthz, {{0}}},
  {"GET", "/readyz", ROUTE_OPEN | ROUTE_PLAIN, TYPE_JSON, "The database answers, and a state is loaded.", answer_readyz, {{0}}},
  {"GET", "/metrics", ROUTE_PLAIN, TYPE_TEXT, "Numbers for Prometheus.", answer_metrics, {{0}}},
  {"GET", "/openapi.json", ROUTE_OPEN | ROUTE_PLAIN, TYPE_JSON, "This description.", answer_openapi, {{0}}},
  {"GET", "/stocks", ROUTE_LARGE, TYPE_JSON, "The followed stocks, with what latest_analysis has of them.", answer_stocks,
   {{"market", PARAMETER_CHOICE, "Of one market.", {"KOSPI", "KOSDAQ", "KONEX"}},
    {"q", PARAMETER_TEXT, "Ticker or a part of the name.", {0}},
    {"sort", PARAMETER_TEXT, "A field; without it by ticker.", {0}}, ORDER, FIELDS, LIMIT, CURSOR}},
  {"GET", "/stocks/{ticker}", 0, TYPE_JSON, "The newest document, master data, the company, and why absent fields are absent.",
   answer_stock, {FIELDS}},
  {"GET", "/stocks/{ticker}/prices", ROUTE_DATABASE | ROUTE_LARGE, TYPE_JSON, "The history of any archived stock.", answer_prices,
   {FROM, TO, ADJUST, {"indicators", PARAMETER_TEXT, "Fields of stock_analyzed, by commas.", {0}},
    {"format", PARAMETER_CHOICE, "The form of the answer.", {"json", "csv", "ndjson"}}}},
  {"GET", "/stocks/{ticker}/actions", ROUTE_DATABASE, TYPE_JSON, "Corporate actions with factor and base price, and the filing that explains each, where one does.", answer_actions, {{0}}},
  {"GET", "/stocks/{ticker}/events", ROUTE_DATABASE, TYPE_JSON, "What its company has decided about its shares, as it was filed, oldest first.", answer_company_events, {{0}}},
  {"GET", "/stocks/{ticker}/financials", ROUTE_DATABASE, TYPE_JSON, "Reports as they were published, with their filing dates, oldest first.", answer_financials, {{0}}},
  {"GET", "/stocks/{ticker}/dividends", ROUTE_DATABASE, TYPE_JSON, "Dividends as reports say them, with their filing dates, oldest first.", answer_dividends, {{0}}},
  {"GET", "/stocks/{ticker}/flow", ROUTE_DATABASE | ROUTE_LARGE, TYPE_JSON, "Net buying by group.", answer_flow, {{0}}},
  {"GET", "/stocks/{ticker}/minutes", ROUTE_DATABASE | ROUTE_LARGE, TYPE_JSON, "Minute bars, a document a session.", answer_minutes, {DATE}},
  {"GET", "/etfs", ROUTE_DATABASE | ROUTE_LARGE, TYPE_JSON, "The exchange-traded funds that are kept, each with its newest row.", answer_etfs,
   {{"q", PARAMETER_TEXT, "Ticker or a part of the name.", {0}},
    {"sort", PARAMETER_TEXT, "A field; without it by ticker.", {0}}, ORDER, FIELDS, LIMIT, CURSOR}},
  {"GET", "/etfs/{ticker}/prices", ROUTE_DATABASE | ROUTE_LARGE, TYPE_JSON, "A fund's history as published, never adjusted.", answer_etf_prices,
   {FROM, TO, {"format", PARAMETER_CHOICE, "The form of the answer.", {"json", "csv", "ndjson"}}}},
  {"GET", "/sessions", 0, TYPE_JSON, "What is known of each weekday, and by what it is proven.", answer_sessions, {FROM, TO}},
  {"GET", "/sessions/{date}", ROUTE_DATABASE, TYPE_JSON, "One session's proof.", answer_session, {{0}}},
  {"GET", "/sessions/{date}/market.csv", ROUTE_DATABASE | ROUTE_LARGE, TYPE_CSV, "The whole market of one session.", answer_market_csv, {ADJUST}},
  {"GET", "/matrix", ROUTE_DATABASE | ROUTE_LARGE, TYPE_CSV, "Sessions by stocks of one field, adjusted.", answer_matrix,
   {{"field", PARAMETER_TEXT, "Which number of archived sessions; close by default. Of funds nav, net_assets, index_close too.", {0}}, FROM, TO,
    {"tickers", PARAMETER_TEXT, "By commas, exchange-traded funds too; without it all that are followed.", {0}},
    {"format", PARAMETER_CHOICE, "The form of the answer.", {"csv", "ndjson"}}}},
  {"GET", "/changes", ROUTE_DATABASE, TYPE_JSON, "Restatements.", answer_changes,
   {{"since", PARAMETER_WHOLE, "Those with a number above this one.", {0}}}},
  {"GET", "/leaders", ROUTE_DATABASE, TYPE_JSON, "Leader candidates, as stored.", answer_leaders, {DATE, LIMIT}},
  {"GET", "/indices/{name}", ROUTE_DATABASE | ROUTE_LARGE, TYPE_JSON, "The published values of an index.", answer_index, {FROM, TO}},
  {"GET", "/status", ROUTE_DATABASE, TYPE_JSON, "job_status, as stored, newest first.", answer_status, {DATE, LIMIT}},
  {"GET", "/runs", ROUTE_DATABASE, TYPE_JSON, "job_runs, as stored, newest first.", answer_runs, {DATE, LIMIT}},
  {"GET", "/alerts", ROUTE_DATABASE, TYPE_JSON, "ops_alerts, as stored, newest first.", answer_alerts, {DATE, LIMIT}},
  {"GET", "/datasets", 0, TYPE_JSON, "What is kept beside prices, and how far it is.", answer_datasets, {{0}}},
  {"GET", "/strategies", ROUTE_FLEETING, TYPE_JSON, "The strategies that are loaded.", answer_strategies, {{0}}},
  {"GET", "/strategies/{name}", ROUTE_FLEETING, TYPE_JSON, "Formula and origin of one.", answer_strategy, {{0}}},
  {"GET", "/strategies/{name}/outcome", ROUTE_SLOW | ROUTE_LONG, TYPE_JSON, "What became of a strategy's signals over all sessions.", answer_outcome,
   {{"horizon", PARAMETER_CHOICE, "Sessions held; without it all three.", {"5", "20", "60"}}}},
  {"GET", "/screener", ROUTE_SLOW, TYPE_JSON, "The stocks of the whole archived market that meet a condition.", answer_screener,
   {{"strategy_name", PARAMETER_TEXT, "One of /strategies; this or where.", {0}},
    {"where", PARAMETER_CONDITION, "A condition in the language of screens.", {0}},
    {"date", PARAMETER_DAY, "An archived session; without it the newest analysed one.", {0}},
    {"sort", PARAMETER_TEXT, "Names by commas, -name descends.", {0}}, FIELDS, LIMIT, CURSOR,
    {"evening", PARAMETER_CHOICE, "1: of the evening, a provisional session on top of the archive, where there is one; not with date.", {"0", "1"}}}},
  {"GET", "/watchlists", ROUTE_DATABASE, TYPE_JSON, "Names and sizes.", answer_watchlists, {{0}}},
  {"GET", "/watchlists/{name}", ROUTE_DATABASE, TYPE_JSON, "The tickers of one.", answer_watchlist, {{0}}},
  {"PUT", "/watchlists/{name}", ROUTE_DATABASE, TYPE_JSON, "Keeps {\"tickers\": [...]} under the name.", answer_watchlist_put, {{0}}},
  {"DELETE", "/watchlists/{name}", ROUTE_DATABASE, TYPE_JSON, "Removes one.", answer_watchlist_delete, {{0}}},
  {"GET", "/ledger", ROUTE_DATABASE, TYPE_JSON, "Decisions, newest first.", answer_ledger, {LIMIT, CURSOR}},
  {"GET", "/radar", ROUTE_DATABASE, TYPE_JSON, "What was refused and rose, newest first.", answer_radar, {FROM, TO, LIMIT, CURSOR}},
  {"GET", "/feeds", ROUTE_DATABASE, TYPE_JSON, "The declared feeds that have run, and how far each is.", answer_feeds, {{0}}},
  {"GET", "/feeds/{name}", ROUTE_DATABASE | ROUTE_LARGE, TYPE_JSON, "A declared feed, by id.", answer_feed,
   {{"from", PARAMETER_TEXT, "The first id.", {0}}, {"to", PARAMETER_TEXT, "The last id, or how the last ones begin.", {0}}, LIMIT, CURSOR,
    {"format", PARAMETER_CHOICE, "The form of the answer; CSV and NDJSON name the next page in the header Closebell-Next.", {"json", "csv", "ndjson"}}}},
  {"GET", "/requests", ROUTE_DATABASE, TYPE_JSON, "What was asked to be done again, and what came of it, newest first.", answer_requests, {LIMIT, CURSOR}},
  {"POST", "/requests", ROUTE_DATABASE | ROUTE_OPERATES, TYPE_JSON, "Asks for days of a dataset to be asked for again by the next run of daily_update.", answer_request_post, {{0}}},
  {"GET", "/requests/{id}", ROUTE_DATABASE, TYPE_JSON, "One request, and what came of it.", answer_request, {{0}}},
  {"DELETE", "/requests/{id}", ROUTE_DATABASE | ROUTE_OPERATES, TYPE_JSON, "Takes an open one back.", answer_request_delete, {{0}}},
  {"GET", "/events", ROUTE_PLAIN | ROUTE_DATABASE | ROUTE_STREAM, TYPE_EVENTS,
   "Server-sent events session, dataset, restatement, alert, as they come; Last-Event-ID goes on from there, and is 410 where it is too old.", answer_events, {{0}}},
  {"GET", "/ai/analysis/{id}", ROUTE_DATABASE, TYPE_JSON, "What became of a question.", answer_asked, {{0}}},
  {"POST", "/ai/analysis", ROUTE_DATABASE | ROUTE_SLOW, TYPE_JSON, "Asks the model about stocks.", answer_ask, {{0}}},
};
/* clang-format on */
enum { ROUTES = sizeof routes / sizeof routes[0] };

static const RouteParameter REQUIRE = {
    "require", PARAMETER_DAY, "409 unless all sessions up to this date are there and proven.", {0}};

const Route *route_table(size_t *ret_count) {
  *ret_count = ROUTES;
  return routes;
}

const RouteParameter *route_require(void) { return &REQUIRE; }

/* ---- paths ---- */

static bool path_matches(const char *path, const RequestTarget *target) {
  size_t i = 0;
  for (path++; *path; i++) {
    size_t length = strcspn(path, "/");
    if (i == target->segment_count) return false;
    const char *segment = target->segments[i];
    bool any = *path == '{' && *segment != '\0';
    if (!any && (strlen(segment) != length || strncmp(segment, path, length) != 0)) return false;
    path += length + (path[length] == '/');
  }
  return i == target->segment_count;
}

/* The path with the nearest first part; null: none is near. */
static const char *nearest_path(const RequestTarget *target) {
  char names[ROUTES][32];
  const char *words[ROUTES + 1] = {0};
  if (target->segment_count == 0) return NULL;
  for (size_t i = 0; i < ROUTES; i++) {
    size_t length = strcspn(routes[i].path + 1, "/");
    snprintf(names[i], sizeof names[i], "%.*s", (int)length, routes[i].path + 1);
    words[i] = *names[i] ? names[i] : routes[i].path;
  }
  const char *first = target->segments[0], *near = nearest_of(first, strlen(first), words);
  for (size_t i = 0; i < ROUTES; i++)
    if (strcmp(words[i], first) == 0) return routes[i].path; /* the parts behind it are wrong */
  for (size_t i = 0; near && i < ROUTES; i++)
    if (near == words[i] && near != routes[i].path) return routes[i].path; /* "/" is near to nothing */
  return NULL;
}

static bool is_method(const Route *route, const char *method) {
  return strcmp(route->method, strcmp(method, "HEAD") == 0 ? "GET" : method) == 0;
}

static void allow_method(char allow[ROUTE_ALLOW_SIZE], const char *method) {
  size_t length = strlen(allow);
  snprintf(allow + length, ROUTE_ALLOW_SIZE - length, "%s%s%s", length ? ", " : "", method,
           strcmp(method, "GET") == 0 ? ", HEAD" : "");
}

bool route_is_path(const char *path) {
  RequestTarget target;
  Problem problem = {0};
  if (!target_parse(path, &target, &problem) || target.segment_count == 0) return false;
  for (size_t i = 0; i < ROUTES; i++)
    if (path_matches(routes[i].path, &target)) return true;
  return false;
}

static bool is_answered_by(const Route *route, const RequestTarget *target, bool is_file) {
  return is_file ? (route->flags & ROUTE_FILES) != 0 : path_matches(route->path, target);
}

const Route *route_find(const char *method, const RequestTarget *target, bool is_file, char allow[ROUTE_ALLOW_SIZE],
                        Problem *problem) {
  allow[0] = '\0';
  for (size_t i = 0; i < ROUTES; i++) {
    if (!is_answered_by(&routes[i], target, is_file)) continue;
    if (is_method(&routes[i], method)) {
      allow[0] = '\0';
      return &routes[i];
    }
    allow_method(allow, routes[i].method);
  }
  if (*allow) {
    problem_set(problem, 405, "this path takes %s", allow);
    return NULL;
  }
  problem_set(problem, 404, "there is no such path; /openapi.json lists them");
  const char *near = nearest_path(target);
  if (near) text_copy(problem->nearest, sizeof problem->nearest, near);
  return NULL;
}

/* ---- parameters ---- */

static const RouteParameter *find_parameter(const Route *route, const char *name) {
  for (size_t i = 0; i < ROUTE_PARAMETERS && route->parameters[i].name; i++)
    if (strcmp(route->parameters[i].name, name) == 0) return &route->parameters[i];
  return !(route->flags & ROUTE_PLAIN) && strcmp(name, REQUIRE.name) == 0 ? &REQUIRE : NULL;
}

static bool refuse_unknown(const Route *route, const char *name, Problem *problem) {
  const char *words[ROUTE_PARAMETERS + 2] = {0};
  size_t count = 0;
  for (; count < ROUTE_PARAMETERS && route->parameters[count].name; count++)
    words[count] = route->parameters[count].name;
  if (!(route->flags & ROUTE_PLAIN)) words[count++] = REQUIRE.name;
  const char *near = count ? nearest_of(name, strlen(name), words) : NULL;
  problem_of_parameter(problem, name, "%s has no such parameter", route->path);
  if (near) text_copy(problem->nearest, sizeof problem->nearest, near);
  return false;
}

static bool check_choice(const RouteParameter *known, const char *value, Problem *problem) {
  const char *words[ROUTE_CHOICES + 1] = {0};
  char list[128] = "";
  for (size_t i = 0; i < ROUTE_CHOICES && known->choices[i]; i++) {
    if (strcmp(known->choices[i], value) == 0) return true;
    words[i] = known->choices[i];
    size_t length = strlen(list);
    snprintf(list + length, sizeof list - length, "%s%s", i ? ", " : "", known->choices[i]);
  }
  problem_of_parameter(problem, known->name, "it is none of %s", list);
  const char *near = nearest_of(value, strlen(value), words);
  if (near) text_copy(problem->nearest, sizeof problem->nearest, near);
  return false;
}

/* Digits alone: no sign, no blank. */
static bool is_whole(const char *value, int64_t low, int64_t high) {
  int64_t number;
  return *value >= '0' && *value <= '9' && text_parse_int64(value, low, high, &number);
}

static bool check_value(const RouteParameter *known, const char *value, Problem *problem) {
  Day day;
  switch (known->kind) {
  case PARAMETER_DAY:
    return day_parse(value, &day) || problem_of_parameter(problem, known->name, "it is no date like 2025-04-10");
  case PARAMETER_WHOLE:
    return is_whole(value, 0, INT64_MAX) ||
           problem_of_parameter(problem, known->name, "it is no whole number from 0 on");
  case PARAMETER_LIMIT:
    return is_whole(value, 1, CALL_LIMIT_MAX) ||
           problem_of_parameter(problem, known->name, "it is no whole number from 1 to %d", CALL_LIMIT_MAX);
  case PARAMETER_CHOICE:
    return check_choice(known, value, problem);
  default:
    return true;
  }
}

bool route_check(const Route *route, const RequestTarget *target, Problem *problem) {
  Day from = DAY_NONE, to = DAY_NONE;
  for (size_t i = 0; i < target->parameter_count; i++) {
    const TargetParameter *given = &target->parameters[i];
    const RouteParameter *known = find_parameter(route, given->name);
    if (!known) return refuse_unknown(route, given->name, problem);
    if (!check_value(known, given->value, problem)) return false;
    if (strcmp(given->name, "from") == 0) day_parse(given->value, &from);
    if (strcmp(given->name, "to") == 0) day_parse(given->value, &to);
  }
  if (from != DAY_NONE && to != DAY_NONE && from > to) return problem_of_parameter(problem, "from", "it is after `to`");
  return true;
}

const char *route_type(const Route *route, const RequestTarget *target) {
  const char *format = target_parameter(target, "format");
  if (!format) return route->type;
  if (strcmp(format, "csv") == 0) return TYPE_CSV;
  return strcmp(format, "ndjson") == 0 ? TYPE_NDJSON : TYPE_JSON;
}
