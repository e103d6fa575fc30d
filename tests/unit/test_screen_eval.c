#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/screen/market.h>

#include "../../src/screen/columns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A small market at random, conditions at random, and a second evaluator that knows no columns: it asks for one value
 * of one stock at a time. Both must say the same of every stock. */
enum { STOCKS = 7, SESSIONS = 24, NUMBERS = 4, SEEDS = 2000, FIRST = 20 };

static uint64_t seed;
static unsigned below(unsigned limit) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(seed >> 33) % limit;
}

static const char *const fields[NUMBERS] = {"close", "open", "volume", "golden_cross"};
static const char *const markets[] = {"KOSPI", "KOSDAQ"};
static bool traded[SESSIONS][STOCKS];
static double values[SESSIONS][STOCKS][NUMBERS];

static void make_market(void) {
  for (int t = 0; t < SESSIONS; t++) {
    for (int s = 0; s < STOCKS; s++) {
      traded[t][s] = below(6) != 0;
      for (int f = 0; f < NUMBERS; f++)
        values[t][s][f] = below(9) == 0 ? NAN : (double)below(f == 3 ? 2 : 6) - (f == 2);
    }
  }
}

/* The session `ago` traded ones before, or -1. */
static int session_before(int session, int stock, int ago) {
  while (session >= 0 && (!traded[session][stock] || ago-- > 0)) session--;
  return session;
}
static double value_of(int session, int stock, int name) {
  for (int f = 0; f < NUMBERS; f++) {
    if (strcmp(screen_name_at((size_t)name).name, fields[f]) == 0) return values[session][stock][f];
  }
  return NAN; /* known, and of no dataset */
}
/* A stock changes its market every fifth session. */
static const char *market_of(int session, int stock) { return markets[(stock + session / 5) % 2]; }

static ScreenMarket market;

static StockRow row_of(int session, int stock) {
  StockRow row = {.close = 100, .high = 100, .low = 100, .open = traded[session][stock] ? 100 : 0, .name = "n"};
  row.market = strcmp(market_of(session, stock), "KOSPI") == 0 ? MARKET_KOSPI : MARKET_KOSDAQ;
  snprintf(row.ticker, sizeof row.ticker, "%06d", stock);
  return row;
}

/* The columns' values are those at random; the market has no corporate action, so that a cell is a bar. */
static void put_values(void) {
  bool names[512] = {false};
  Error err;
  for (int f = 0; f < NUMBERS; f++) names[screen_name_find(fields[f], strlen(fields[f]))] = true;
  assert_int_equal(screen_columns_prepare(&market, names, 0, &err), STATUS_OK);
  for (size_t v = 0; v < market.columns->view_count; v++) {
    const ScreenView *view = &market.columns->views[v];
    const ScreenStock *stock = &market.stocks[view->stock];
    for (size_t bar = 0; bar < view->count; bar++) {
      int session = stock->rows[stock->bars[bar]].session, s = atoi(stock->ticker);
      for (int f = 0; f < NUMBERS; f++)
        market.columns->values[screen_name_find(fields[f], strlen(fields[f]))][view->cell + bar] =
            values[session][s][f];
    }
  }
}

static void fill_market(void) {
  Error err;
  screen_market_free(&market);
  market.considered = market_bit(MARKET_KOSPI) | market_bit(MARKET_KOSDAQ);
  for (int t = 0; t < SESSIONS; t++) {
    Session session = {.date = 20000 + t};
    for (int s = 0; s < STOCKS; s++) {
      StockRow row = row_of(t, s);
      assert_int_equal(session_add(&session, &row), STATUS_OK);
    }
    assert_int_equal(session_seal(&session, &err), STATUS_OK);
    assert_int_equal(screen_market_add(&market, &session, false, &err), STATUS_OK);
    session_free(&session);
  }
  put_values();
}

/* ---- the second evaluator ---- */

static ScreenPlan plan;
static double naive(int part, int session, int stock);

static double at(int part, int session, int stock, int ago) {
  int t = session_before(session, stock, ago);
  return t < 0 ? NAN : naive(part, t, stock);
}

static double naive_window(const ScreenPart *part, int session, int stock) {
  double best = at(part->operand[0], session, stock, 0), total = 0;
  for (int k = 0; k < part->n; k++) {
    double x = at(part->operand[0], session, stock, k);
    if (isnan(x)) return NAN;
    total += x;
    if (part->op == SCREEN_HIGHEST ? x > best : x < best) best = x;
  }
  if (part->op == SCREEN_COUNT) return total;
  return part->op == SCREEN_MEAN ? total / part->n : best;
}

static int seen_from; /* the session asked of: texts are those published in it */

static double naive_rank(const ScreenPart *part, int session, int stock) {
  int asked = seen_from;
  seen_from = session;
  double mine = naive(part->operand[0], session, stock), less = 0, equal = 0, known = 0;
  for (int s = 0; s < STOCKS && !isnan(mine); s++) {
    double x = traded[session][s] ? naive(part->operand[0], session, s) : NAN;
    if (isnan(x)) continue;
    known++, less += x < mine, equal += x == mine;
  }
  seen_from = asked;
  return known < 2 ? NAN : 100 * (less + (equal - 1) / 2) / (known - 1);
}

static bool contains(const ScreenPart *part, int session, int stock) {
  bool found = false;
  double mine = NAN;
  bool texts = plan.parts[part->operand[0]].kind == SCREEN_TEXT;
  if (!texts) mine = naive(part->operand[0], session, stock);
  for (int k = 0; k < (part->op == SCREEN_IN ? part->n : 1); k++) {
    const ScreenPart *item = &plan.parts[part->operand[1] + k];
    const char *own = market_of(seen_from, stock);
    if (texts)
      found |= strlen(own) == (size_t)item->length && memcmp(own, plan.text + item->at, strlen(own)) == 0;
    else
      found |= mine == item->number;
  }
  return found;
}

static double or_absent(double x) { return isfinite(x) ? x : NAN; }

static double naive_clause(const ScreenPart *part, int session, int stock) {
  double x[3] = {0, 0, 0};
  for (int k = 0; k < (part->op == SCREEN_IN ? 1 : part->operands); k++) {
    if (plan.parts[part->operand[k]].kind != SCREEN_TEXT) x[k] = naive(part->operand[k], session, stock);
    if (isnan(x[k])) return NAN;
  }
  if (plan.parts[part->operand[0]].kind == SCREEN_TEXT)
    return contains(part, session, stock) != (part->negated || part->op == SCREEN_NOT_EQUAL);
  switch (part->op) {
  case SCREEN_ADD:
    return or_absent(x[0] + x[1]);
  case SCREEN_SUBTRACT:
    return or_absent(x[0] - x[1]);
  case SCREEN_MULTIPLY:
    return or_absent(x[0] * x[1]);
  case SCREEN_DIVIDE:
    return x[1] == 0 ? NAN : or_absent(x[0] / x[1]);
  case SCREEN_NEGATE:
    return -x[0];
  case SCREEN_NOT:
    return x[0] == 0;
  case SCREEN_LESS:
    return x[0] < x[1];
  case SCREEN_LESS_EQUAL:
    return x[0] <= x[1];
  case SCREEN_GREATER:
    return x[0] > x[1];
  case SCREEN_GREATER_EQUAL:
    return x[0] >= x[1];
  case SCREEN_EQUAL:
    return x[0] == x[1];
  case SCREEN_NOT_EQUAL:
    return x[0] != x[1];
  case SCREEN_BETWEEN:
    return (x[1] <= x[0] && x[0] <= x[2]) != part->negated;
  default:
    return contains(part, session, stock) != part->negated;
  }
}

static double naive_crosses(const ScreenPart *part, int session, int stock) {
  double a = at(part->operand[0], session, stock, 0), b = at(part->operand[1], session, stock, 0);
  double c = at(part->operand[0], session, stock, 1), d = at(part->operand[1], session, stock, 1);
  if (isnan(a) || isnan(b) || isnan(c) || isnan(d)) return NAN;
  return part->op == SCREEN_CROSSES_ABOVE ? a > b && c <= d : a < b && c >= d;
}

static double naive(int i, int session, int stock) {
  const ScreenPart *part = &plan.parts[i];
  if (part->op == SCREEN_CONSTANT) return part->number;
  if (part->op == SCREEN_FIELD) return value_of(session, stock, part->n);
  if (part->op == SCREEN_INDEX) return at(part->operand[0], session, stock, part->n);
  if (part->op == SCREEN_RANK) return naive_rank(part, session, stock);
  if (part->op >= SCREEN_HIGHEST && part->op <= SCREEN_COUNT) return naive_window(part, session, stock);
  if (part->op == SCREEN_CROSSES_ABOVE || part->op == SCREEN_CROSSES_BELOW) return naive_crosses(part, session, stock);
  if (part->op != SCREEN_AND && part->op != SCREEN_OR) return naive_clause(part, session, stock);
  double decides = part->op == SCREEN_OR, a = naive(part->operand[0], session, stock);
  double b = naive(part->operand[1], session, stock);
  if (a == decides || b == decides) return decides;
  return isnan(a) || isnan(b) ? NAN : 1 - decides;
}

/* ---- conditions at random ---- */

static char text[4096];
static size_t length;
static void say(const char *words) { length += (size_t)snprintf(text + length, sizeof text - length, "%s", words); }
static void say_number(unsigned n) { length += (size_t)snprintf(text + length, sizeof text - length, "%u", n); }
static void condition(int depth);

static void say_value(int depth) {
  static const char *const windows[] = {"highest(", "lowest(", "mean("}, *const signs[] = {" + ", " - ", " * ", " / "};
  switch (depth <= 0 ? below(2) : below(8)) {
  case 0:
    say(fields[below(NUMBERS)]);
    return;
  case 1:
    say_number(below(5));
    return;
  case 2:
    say("("), say_value(depth - 1), say(signs[below(4)]), say_value(depth - 1), say(")");
    return;
  case 3:
    say("("), say_value(depth - 1), say(")["), say_number(below(4)), say("]");
    return;
  case 4:
    say(windows[below(3)]), say_value(depth - 1), say(", "), say_number(1 + below(7)), say(")");
    return;
  case 5:
    say("count("), condition(depth - 1), say(", "), say_number(1 + below(4)), say(")");
    return;
  case 6:
    say("rank("), say_value(depth - 1), say(")");
    return;
  default:
    say("-"), say_value(depth - 1);
    return;
  }
}

static void condition(int depth) {
  static const char *const signs[] = {" < ", " <= ", " > ", " >= ", " == ", " != "};
  switch (depth <= 0 ? below(2) : below(9)) {
  case 0:
    say("golden_cross");
    return;
  case 1:
    say_value(depth - 1), say(signs[below(6)]), say_value(depth - 1);
    return;
  case 2:
    say("not ("), condition(depth - 1), say(")");
    return;
  case 3:
    say("("), condition(depth - 1), say(" and "), condition(depth - 1), say(")");
    return;
  case 4:
    say("("), condition(depth - 1), say(" or "), condition(depth - 1), say(")");
    return;
  case 5:
    say("crosses_above("), say_value(depth - 1), say(", "), say_value(depth - 1), say(")");
    return;
  case 6:
    say("crosses_below("), say_value(depth - 1), say(", "), say_value(depth - 1), say(")");
    return;
  case 7:
    say_value(depth - 1), say(below(2) ? " between " : " not between "), say_value(0), say(" and "), say_value(0);
    return;
  default:
    say(below(2) ? "market not in (KOSPI, 'x')" : "(market == KOSDAQ)[2]");
    return;
  }
}

static void two_evaluators_agree_on_every_stock_of_markets_at_random(void **state) {
  (void)state;
  int accepted = 0, answers_seen[3] = {0};
  for (uint64_t round = 1; round <= SEEDS; round++) {
    seed = round * 2654435761u;
    length = 0;
    make_market();
    condition(4);
    ScreenError error;
    if (screen_plan(text, length, &plan, &error) != STATUS_OK) continue; /* past a limit */
    accepted++;
    fill_market();
    uint8_t answers[SESSIONS * STOCKS], newest[STOCKS];
    Error err;
    assert_int_equal(screen_evaluate(&plan, &market, FIRST, SESSIONS - 1, answers, &err), STATUS_OK);
    assert_int_equal(screen_evaluate(&plan, &market, SESSIONS - 1, SESSIONS - 1, newest, &err), STATUS_OK);
    size_t first = market.first_entry[FIRST], last = market.first_entry[SESSIONS - 1];
    assert_memory_equal(answers + (last - first), newest, market.entry_count - last);
    for (size_t e = first; e < market.entry_count; e++) {
      const ScreenStock *stock = &market.stocks[market.entries[e].stock];
      seen_from = stock->rows[stock->bars[market.entries[e].bar]].session;
      double x = naive(plan.count - 1, seen_from, atoi(stock->ticker));
      ScreenAnswer expected = isnan(x) ? SCREEN_UNKNOWN : x != 0 ? SCREEN_MATCH : SCREEN_FALSE;
      if (answers[e - first] != expected)
        fail_msg("seed %d, %s in session %d: %d, not %d: %s", (int)round, stock->ticker, seen_from, answers[e - first],
                 (int)expected, text);
      answers_seen[expected]++;
    }
  }
  assert_true(accepted > SEEDS / 2);
  for (int k = 0; k < 3; k++) assert_true(answers_seen[k] > SEEDS / 2);
}

/* One stock of many sessions, its close the session's number. */
enum { LONG = 300 };

static Status evaluate_long(const char *condition_text, uint8_t *ret_answer) {
  ScreenError error;
  Error err;
  ScreenMarket long_market = {.considered = market_bit(MARKET_KOSPI)};
  for (int t = 0; t < LONG; t++) {
    StockRow row = {.ticker = "000010", .name = "n", .open = 1, .high = 300, .low = 1, .close = t, .change = t > 0};
    Session session = {.date = 20000 + t, .rows = &row, .count = 1};
    assert_int_equal(screen_market_add(&long_market, &session, false, &err), STATUS_OK);
  }
  assert_int_equal(screen_plan(condition_text, strlen(condition_text), &plan, &error), STATUS_OK);
  Status status = screen_evaluate(&plan, &long_market, LONG - 1, LONG - 1, ret_answer, &err);
  screen_market_free(&long_market);
  return status;
}

static void windows_of_windows_reach_as_far_as_they_may(void **state) {
  (void)state;
  uint8_t answer;
  assert_int_equal(evaluate_long("lowest(lowest(lowest(close, 87), 87), 87)[2] == 39", &answer), STATUS_OK);
  assert_int_equal(answer, SCREEN_MATCH);
  assert_int_equal(evaluate_long("highest(highest(close, 130), 130)[2] == 297", &answer), STATUS_OK);
  assert_int_equal(answer, SCREEN_MATCH);
  assert_int_equal(evaluate_long("count(mean(close, 100) == close - 49.5, 161) == 161", &answer), STATUS_OK);
  assert_int_equal(answer, SCREEN_MATCH);
}

static void ranks_past_all_reason_are_refused(void **state) {
  (void)state;
  char text_of_ranks[SCREEN_MAX_BYTES] = "highest(rank(close)";
  uint8_t answer;
  for (int k = 1; k <= 24; k++) snprintf(text_of_ranks + strlen(text_of_ranks), 40, " + rank(close + %d)", k);
  strcat(text_of_ranks, ", 260) > 1");
  assert_int_equal(evaluate_long("highest(rank(close), 260) > 1", &answer), STATUS_OK);
  assert_int_equal(evaluate_long("rank(rank(rank(rank(rank(close))))) > 1", &answer), STATUS_OK);
  assert_int_equal(evaluate_long(text_of_ranks, &answer), STATUS_CONFIG);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(windows_of_windows_reach_as_far_as_they_may),
      cmocka_unit_test(ranks_past_all_reason_are_refused),
      cmocka_unit_test(two_evaluators_agree_on_every_stock_of_markets_at_random),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
