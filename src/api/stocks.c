/* /stocks and /stocks/{ticker}: from the snapshot alone. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/company/absence.h>
#include <closebell/company/fundamentals.h>
#include <closebell/market/name_search.h>
#include <closebell/screen/names.h>
#include <closebell/screen/screen.h>

#include "resources.h"

/* Fields of stocks beside those that conditions of screens know; by these nobody can be near a name of theirs. */
static const char *const OTHERS[] = {"date",      "as_of",        "stale_sessions", "added_date", "history_from",
                                     "is_active", "removed_date", "removed_reason", NULL};
/* The same of companies. */
static const char *const OF_COMPANIES[] = {"filed", "rcept_no", "compass_grade", "financial_grade", NULL};

static bool is_among(const char *const *names, const char *name) {
  while (*names && strcmp(*names, name) != 0) names++;
  return *names != NULL;
}

static bool is_known(const char *name) {
  return is_among(OTHERS, name) || is_among(OF_COMPANIES, name) || screen_name_find(name, strlen(name)) >= 0;
}

/* A member that only one stock's answer has. */
static bool is_of_one(const char *name) { return strcmp(name, "company") == 0 || is_known(name); }

static bool refuse_name(const Call *call, const char *parameter, const char *name) {
  problem_of_parameter(call->problem, parameter, "\"%.80s\" is no field of stocks", name);
  const char *near = screen_nearest(name, strlen(name));
  if (near) text_copy(call->problem->nearest, sizeof call->problem->nearest, near);
  return false;
}

static bool take_fields(const Call *call, bool (*knows)(const char *name), CallNames *names) {
  if (!call_names(call, "fields", CALL_FIELDS, names)) return false;
  for (size_t i = 0; i < names->count; i++)
    if (!knows(names->items[i])) return refuse_name(call, "fields", names->items[i]);
  return true;
}

/* ---- one stock as JSON ---- */

static void put_master(JsonWriter *to, const SnapshotStock *stock, const CallNames *names) {
  const Target *target = stock->target;
  const StoredDocument *latest = &stock->latest;
  if (!stored_field(latest, "name") && call_names_has(names, "name")) json_put_text(to, "name", target->name);
  if (!stored_field(latest, "market") && call_names_has(names, "market"))
    json_put_text(to, "market", market_name(target->market));
  if (!stored_field(latest, "market_cap") && call_names_has(names, "market_cap"))
    json_put_whole(to, "market_cap", target->market_cap);
}

static void put_latest(JsonWriter *to, const SnapshotStock *stock, const CallNames *names) {
  json_put_text(to, "ticker", stock->target->ticker);
  for (size_t i = 0; i < stock->latest.count; i++)
    if (strcmp(stock->latest.fields[i].name, "ticker") != 0 && call_names_has(names, stock->latest.fields[i].name))
      put_stored(to, stock->latest.fields[i].name, &stock->latest.fields[i]);
  put_master(to, stock, names);
}

/* ---- order ---- */

/* What is compared: a number, or a text; neither: it has none. */
typedef struct {
  const SnapshotStock *stock;
  double number;
  int64_t whole;
  const char *text;
  bool descending;
  enum { NOTHING, A_NUMBER, A_WHOLE, A_TEXT } kind;
} Sorted;

static void take_value(Sorted *sorted, const char *field) {
  const StoredField *value = stored_field(&sorted->stock->latest, field);
  const Target *target = sorted->stock->target;
  sorted->kind = NOTHING;
  if (strcmp(field, "ticker") == 0 || (!value && strcmp(field, "name") == 0) ||
      (!value && strcmp(field, "market") == 0)) {
    sorted->kind = A_TEXT;
    sorted->text = *field == 't' ? target->ticker : *field == 'n' ? target->name : market_name(target->market);
  } else if (!value && strcmp(field, "market_cap") == 0) {
    sorted->kind = A_WHOLE;
    sorted->whole = target->market_cap;
  } else if (value && value->kind == STORED_TEXT) {
    sorted->kind = A_TEXT;
    sorted->text = value->text;
  } else if (value && value->kind == STORED_REAL) {
    sorted->kind = A_NUMBER;
    sorted->number = value->real;
  } else if (value && (value->kind == STORED_WHOLE || value->kind == STORED_TRUTH)) {
    sorted->kind = A_WHOLE;
    sorted->whole = value->whole;
  }
}

static int compare_values(const Sorted *a, const Sorted *b) {
  if (a->kind == A_TEXT && b->kind == A_TEXT) return strcmp(a->text, b->text);
  if (a->kind == A_WHOLE && b->kind == A_WHOLE) return (a->whole > b->whole) - (a->whole < b->whole);
  double left = a->kind == A_WHOLE ? (double)a->whole : a->number,
         right = b->kind == A_WHOLE ? (double)b->whole : b->number;
  return (left > right) - (left < right);
}

/* Absent ones last either way, ties by ticker. */
static int by_value(const void *first, const void *second) {
  const Sorted *a = first, *b = second;
  int order = (a->kind == NOTHING) - (b->kind == NOTHING);
  if (order == 0 && a->kind != NOTHING) order = a->descending ? compare_values(b, a) : compare_values(a, b);
  return order ? order : strcmp(a->stock->target->ticker, b->stock->target->ticker);
}

/* ---- which ---- */

static bool has_in_name(const Target *target, const char *wanted) {
  Universe one = {.items = (Target *)target, .count = 1};
  NameMatches matches = name_search(&one, wanted);
  return matches.kind == NAME_EXACT || matches.kind == NAME_PART;
}

static bool is_wanted(const Call *call, const SnapshotStock *stock) {
  const char *market = call_text(call, "market"), *wanted = call_text(call, "q");
  if (!snapshot_is_followed(stock)) return false;
  if (market && strcmp(market_name(stock->target->market), market) != 0) return false;
  if (!wanted || *wanted == '\0') return true;
  return strncmp(stock->target->ticker, wanted, strlen(wanted)) == 0 ||
         (name_is_searchable(wanted) && has_in_name(stock->target, wanted));
}

static size_t choose(const Call *call, const char *sort, Sorted *sorted) {
  size_t count = 0, all = call->snapshot->targets.universe.count;
  for (size_t i = 0; i < all; i++) {
    if (!is_wanted(call, &call->snapshot->stocks[i])) continue;
    sorted[count] = (Sorted){.stock = &call->snapshot->stocks[i], .descending = call_is(call, "order", "desc")};
    take_value(&sorted[count++], sort);
  }
  if (count > 0) qsort(sorted, count, sizeof *sorted, by_value);
  return count;
}

static void put_page(Call *call, ServiceAnswer *answer, const Sorted *sorted, size_t count, int64_t place,
                     const CallNames *names) {
  char cursor[CURSOR_SIZE];
  size_t from = place > (int64_t)count ? count : (size_t)place;
  size_t limit = (size_t)call_whole(call, "limit", CALL_LIMIT), until = count - from > limit ? from + limit : count;
  JsonWriter to = call_begin_json(call, answer);
  json_begin_list(&to, "items");
  for (size_t i = from; i < until; i++) {
    json_begin_object(&to, NULL);
    put_latest(&to, sorted[i].stock, names);
    json_end_object(&to);
  }
  json_end_list(&to);
  if (until < count)
    json_put_text(&to, "next", cursor_make(call->target, call->snapshot->state, (int64_t)until, cursor));
  call_end_json(&to, answer);
}

bool answer_stocks(Call *call, ServiceAnswer *answer) {
  CallNames names;
  int64_t place;
  const char *sort = call_text(call, "sort");
  if (!take_fields(call, is_known, &names)) return false;
  if (sort && !is_known(sort)) return refuse_name(call, "sort", sort);
  if (!cursor_read(call->target, call->snapshot->state, &place, call->problem)) return false;
  Sorted *sorted = calloc(call->snapshot->targets.universe.count + 1, sizeof *sorted);
  if (!sorted) return call_store_failed(call, STATUS_NO_MEMORY, NULL);
  size_t count = choose(call, sort ? sort : "ticker", sorted);
  put_page(call, answer, sorted, count, place, &names);
  free(sorted);
  return true;
}

/* ---- one ---- */

static double real_of(const StoredDocument *document, const char *name) {
  const StoredField *field = stored_field(document, name);
  return field && field->kind == STORED_REAL ? field->real : NAN;
}

static bool has_dividend(const StoredDocument *latest) {
  return stored_field(latest, "dps_ttm") || stored_field(latest, "payout_ratio");
}

static CompanyKnown what_is_known(const Snapshot *snapshot, const SnapshotStock *stock) {
  return (CompanyKnown){.is_common = ticker_is_common(stock->target->ticker),
                        .is_collected = snapshot->company_count > 0,
                        .has_company = snapshot_company(snapshot, stock->target->ticker) != NULL,
                        .has_report = stored_field(&stock->latest, "rcept_no") != NULL,
                        .has_dividend = has_dividend(&stock->latest),
                        .eps_ttm = real_of(&stock->latest, "eps_ttm"),
                        .bps = real_of(&stock->latest, "bps")};
}

static const char *not_analysed(const SnapshotStock *stock) {
  if (stock->latest.count > 0) return NULL;
  return snapshot_is_followed(stock) ? "the stock has not been analysed yet" : "the stock is not followed any more";
}

static const char *why_absent(const SnapshotStock *stock, int name) {
  ScreenName known = screen_name_at((size_t)name);
  if (known.output >= 0) return "the stock has too few traded sessions for it, or its formula has no value here";
  if (stored_field(&stock->latest, "close") && screen_name_is_published(name))
    return "latest_analysis keeps it not; /stocks/{ticker}/prices?adjust=none has it";
  if (screen_name_is_of_flows(name)) return "latest_analysis keeps it not; /screener makes it from market_flow";
  return "the dataset that it comes from is not configured, or has nothing of this stock";
}

static void put_absent(JsonWriter *to, const Snapshot *snapshot, const SnapshotStock *stock) {
  const CompanyKnown company = what_is_known(snapshot, stock);
  const char *all = not_analysed(stock);
  json_begin_object(to, "absent");
  for (size_t i = 0; i < screen_name_count(); i++) {
    const char *name = screen_name_at(i).name, *why = all ? all : company_absence(name, &company);
    bool master = !strcmp(name, "ticker") || !strcmp(name, "name") || !strcmp(name, "market") ||
                  !strcmp(name, "market_cap") || !strcmp(name, "listed_shares");
    if (master || is_among(OF_COMPANIES, name) || stored_field(&stock->latest, name)) continue;
    json_put_text(to, name, why ? why : why_absent(stock, (int)i));
  }
  for (size_t i = 0; OF_COMPANIES[i]; i++)
    if (!stored_field(&stock->latest, OF_COMPANIES[i]))
      json_put_text(to, OF_COMPANIES[i], all ? all : company_absence(OF_COMPANIES[i], &company));
  json_end_object(to);
}

/* As stored; of a preferred stock, the company of its common one. */
static void put_company(JsonWriter *to, const Snapshot *snapshot, const SnapshotStock *stock, const CallNames *names) {
  const StoredDocument *company = snapshot_company(snapshot, stock->target->ticker);
  if (!company || !call_names_has(names, "company")) return;
  json_begin_object(to, "company");
  json_put_text(to, "corp_code", company->id);
  for (size_t i = 0; i < company->count; i++) put_stored(to, company->fields[i].name, &company->fields[i]);
  json_end_object(to);
}

static void put_rest_of_master(JsonWriter *to, const SnapshotStock *stock, const CallNames *names) {
  const Target *target = stock->target;
  if (!stored_field(&stock->latest, "listed_shares") && call_names_has(names, "listed_shares"))
    json_put_whole(to, "listed_shares", target->listed_shares);
  if (call_names_has(names, "added_date")) json_put_day(to, "added_date", target->added_date);
  if (call_names_has(names, "history_from")) json_put_day(to, "history_from", target->history_from);
  if (call_names_has(names, "is_active")) json_put_truth(to, "is_active", target->is_active);
  if (call_names_has(names, "removed_date")) json_put_day(to, "removed_date", target->removed_date);
  if (*target->removed_reason && call_names_has(names, "removed_reason"))
    json_put_text(to, "removed_reason", target->removed_reason);
}

bool answer_stock(Call *call, ServiceAnswer *answer) {
  CallNames names;
  const char *ticker = call_segment(call, 1);
  const SnapshotStock *stock = snapshot_stock(call->snapshot, ticker);
  if (!take_fields(call, is_of_one, &names)) return false;
  if (!stock) return problem_set(call->problem, 404, "%.16s is no stock that is or was followed", ticker);
  JsonWriter to = call_begin_json(call, answer);
  /* Its own as_of is the answer's, but for a stock that the analysis has passed over. */
  json_put_text(&to, "ticker", stock->target->ticker);
  for (size_t i = 0; i < stock->latest.count; i++) {
    const StoredField *field = &stock->latest.fields[i];
    if (strcmp(field->name, "as_of") != 0 && strcmp(field->name, "ticker") != 0 && call_names_has(&names, field->name))
      put_stored(&to, field->name, field);
  }
  put_master(&to, stock, &names);
  put_rest_of_master(&to, stock, &names);
  put_company(&to, call->snapshot, stock, &names);
  if (names.count == 0) put_absent(&to, call->snapshot, stock);
  call_end_json(&to, answer);
  return true;
}
