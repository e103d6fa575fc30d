#include <closebell/analysis/screen_result.h>

#include <stdlib.h>
#include <string.h>

/* ---- columns ---- */

static const char *const BASIC[SCREEN_BASIC_COLUMNS] = {"ticker", "name", "market", "market_cap", "close", "rs_rating"};

static int name_of(const char *text) { return screen_name_find(text, strlen(text)); }

static bool is_shown(const ScreenShown *shown, int name) {
  for (size_t i = 0; i < shown->count; i++)
    if (shown->names[i] == name) return true;
  return false;
}

ScreenShown screen_result_shown(const ScreenRequest *request) {
  ScreenShown shown = {0};
  for (size_t i = 0; i < SCREEN_BASIC_COLUMNS; i++) shown.names[shown.count++] = name_of(BASIC[i]);
  for (size_t i = 0; i < request->columns.count; i++)
    if (!is_shown(&shown, request->columns.names[i])) shown.names[shown.count++] = request->columns.names[i];
  return shown;
}

/* The numbers among the basic columns stand behind those asked for, where an order's last names would. */
static Status prepare_shown(const ScreenRequest *request, ScreenMarket *market, size_t session, Error *err) {
  static const char *const NUMBERS[SCREEN_ORDER_NAMES] = {"market_cap", "close", "rs_rating"};
  ScreenNames names = request->columns;
  for (size_t i = 0; i < SCREEN_ORDER_NAMES; i++) names.names[names.count++] = name_of(NUMBERS[i]);
  return screen_prepare_names(market, &names, session, err);
}

/* ---- the unknown ---- */

static void note_unknown(ScreenUnknown *unknown, size_t sessions) {
  if (sessions >= (size_t)unknown->need.sessions) {
    unknown->for_other_reasons++;
    return;
  }
  if (unknown->too_short == 0 || sessions < unknown->shortest) unknown->shortest = sessions;
  if (sessions > unknown->longest) unknown->longest = sessions;
  unknown->too_short++;
}

static ScreenUnknown explain_unknown(const ScreenRequest *request, const ScreenMarket *market, size_t session,
                                     const uint8_t *answers) {
  ScreenUnknown unknown = {.need = screen_need(&request->where)};
  const size_t first = market->first_entry[session], end = market->first_entry[session + 1];
  for (size_t e = first; e < end; e++)
    if (answers[e - first] == SCREEN_UNKNOWN) note_unknown(&unknown, (size_t)market->entries[e].bar + 1);
  return unknown;
}

/* ---- the list ---- */

static Status make_list(const ScreenRequest *request, ScreenMarket *market, const uint8_t *answers,
                        ScreenResult *result, Error *err) {
  result->stocks =
      malloc((screen_market_considered(market, result->session, result->session) + 1) * sizeof *result->stocks);
  if (result->stocks == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the matches");
  const ScreenListing listing = {result->session, &request->sort, request->limit};
  Status status = screen_list(&listing, market, answers, result->stocks, &result->counts, err);
  if (status == STATUS_OK) status = prepare_shown(request, market, result->session, err);
  if (status == STATUS_OK) result->unknown = explain_unknown(request, market, result->session, answers);
  return status;
}

/* ---- the outcome ---- */

/* The columns have given their answers: they, and what an outcome needs, are not there at the same time. */
static Status make_outcome(ScreenMarket *market, const uint8_t *answers, ScreenOutcome *ret_outcome, Error *err) {
  const size_t last = market->session_count - 1;
  OutcomeMarket shared = {0};
  screen_market_trim_columns(market);
  Status status = outcome_market_init(market, 0, last, &shared, err);
  if (status == STATUS_OK)
    status = outcome_of(&shared, &(OutcomeSignals){.answered = 0, .first = 0, .last = last, .answers = answers},
                        ret_outcome, err);
  outcome_market_free(&shared);
  return status;
}

/* ---- the whole ---- */

/* With an outcome all sessions are evaluated, and the list's answers are among them. */
static Status make(const ScreenRequest *request, ScreenMarket *market, ScreenResult *result, Error *err) {
  const size_t first = request->outcome ? 0 : result->session;
  const size_t last = request->outcome ? market->session_count - 1 : result->session;
  uint8_t *answers = malloc(screen_market_considered(market, first, last) + 1);
  Status status = answers == NULL ? error_set(err, STATUS_NO_MEMORY, "no memory for the screen")
                                  : screen_evaluate(&request->where, market, first, last, answers, err);
  if (status == STATUS_OK && request->outcome) status = make_outcome(market, answers, &result->outcome, err);
  if (status == STATUS_OK)
    status = make_list(request, market, answers + (market->first_entry[result->session] - market->first_entry[first]),
                       result, err);
  free(answers);
  return status;
}

Status screen_result_make(const ScreenRequest *request, ScreenMarket *market, size_t session, ScreenResult *ret_result,
                          Error *err) {
  ScreenResult result = {.request = request, .market = market, .session = session};
  Status status = make(request, market, &result, err);
  if (status == STATUS_OK)
    *ret_result = result;
  else
    screen_result_free(&result);
  return status;
}

void screen_result_free(ScreenResult *result) {
  free(result->stocks);
  free(result->proof.unproven);
  memset(result, 0, sizeof *result);
}
