#include <closebell/plan/evening.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <closebell/plan/verdict.h>

/* ---- when ---- */

static bool parse_time(const char *text, int *ret_minute) {
  if (strspn(text, "0123456789") != 2 || text[2] != ':' || strspn(text + 3, "0123456789") != 2) return false;
  int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
  *ret_minute = hour * 60 + minute;
  return hour < 24 && minute < 60;
}

bool evening_window_parse(const char *text, EveningWindow *ret_window) {
  EveningWindow window;
  if (strlen(text) != 11 || text[5] != '-' || !parse_time(text, &window.from) || !parse_time(text + 6, &window.to) ||
      window.from >= window.to)
    return false;
  *ret_window = window;
  return true;
}

EveningTime evening_time(const EveningWindow *window, Day date, Instant now, int64_t takes_ms) {
  if (now < instant_from_kst(date, window->from)) return EVENING_TOO_EARLY;
  return now + takes_ms > instant_from_kst(date, window->to) ? EVENING_TOO_LATE : EVENING_IN_TIME;
}

/* ---- what is asked ---- */

size_t evening_calls(const Session *session, size_t per_call) { return (session->count + per_call - 1) / per_call; }

bool evening_codes(const Session *session, size_t call, size_t per_call, char *text, size_t text_size) {
  size_t first = call * per_call, length = 0;
  if (first >= session->count) return false;
  for (size_t i = first; i < session->count && i < first + per_call; i++) {
    int added = snprintf(text + length, text_size - length, "%s%s", i > first ? "," : "", session->rows[i].ticker);
    if (added < 0 || (size_t)added >= text_size - length) return false;
    length += (size_t)added;
  }
  return true;
}

/* ---- the verdict ---- */

__attribute__((format(printf, 3, 4))) static bool say(EveningVerdict *verdict, EveningKind kind, const char *format,
                                                      ...) {
  va_list arguments;
  verdict->kind = kind;
  va_start(arguments, format);
  vsnprintf(verdict->message, sizeof verdict->message, format, arguments);
  va_end(arguments);
  return true;
}

static bool is_outside(const EveningFacts *facts, EveningVerdict *verdict) {
  Instant from = instant_from_kst(facts->date, facts->window.from),
          to = instant_from_kst(facts->date, facts->window.to);
  if (facts->begun < from)
    return say(verdict, EVENING_OUTSIDE, "a call began before %s, when the window opens", instant_kst_text(from).text);
  return facts->ended > to &&
         say(verdict, EVENING_OUTSIDE, "a call ended after %s, when the window closes", instant_kst_text(to).text);
}

static bool is_closed(const EveningFacts *facts, EveningVerdict *verdict) {
  return facts->calendar == OPEN_NO &&
         say(verdict, EVENING_HOLIDAY, "the provider's calendar says that the exchange is closed");
}

static bool prices_equal(const Quote *a, const Quote *b) {
  return a->open == b->open && a->high == b->high && a->low == b->low && a->close == b->close &&
         a->base_price == b->base_price;
}

/* The ticker whose prices moved between two readings; null: none did. Volumes may move: trades at the closing price go
 * on. *ret_compared: so many stand in both. */
static const char *find_moved(const Quotes *read, const Quotes *again, size_t *ret_compared) {
  *ret_compared = 0;
  for (size_t i = 0; i < again->count; i++) {
    const Quote *before = quote_find(read->quotes, read->count, again->quotes[i].ticker);
    if (before == NULL) continue;
    ++*ret_compared;
    if (!prices_equal(before, &again->quotes[i])) return again->quotes[i].ticker;
  }
  return NULL;
}

/* Half of those that can be compared must be. */
static bool still_trades(const EveningFacts *facts, EveningVerdict *verdict) {
  size_t compared, usual = facts->archived->count < EVENING_STILL_CODES ? facts->archived->count : EVENING_STILL_CODES;
  const char *moved = find_moved(&facts->read, &facts->again, &compared);
  if (moved != NULL) return say(verdict, EVENING_TRADING, "the market still trades: %s moved within a minute", moved);
  return 2 * compared < usual &&
         say(verdict, EVENING_INCOMPLETE, "only %zu of %zu codes were answered a minute later", compared, usual);
}

static size_t traded_in(const Session *session, Market market) {
  size_t count = 0;
  for (size_t i = 0; i < session->count; i++)
    count += session->rows[i].market == market && row_has_trades(&session->rows[i]);
  return count;
}

/* Of those that traded in the session before: how a halted stock is quoted is not known. */
static size_t still_there(const Session *session, const Session *archived, Market market) {
  size_t count = 0;
  for (size_t i = 0; i < archived->count; i++) {
    const StockRow *row = &archived->rows[i];
    count += row->market == market && row_has_trades(row) && session_find(session, row->ticker) != NULL;
  }
  return count;
}

static bool lacks_quotes(const Session *session, const Session *archived, EveningVerdict *verdict) {
  if (session->count == 0) return say(verdict, EVENING_INCOMPLETE, "no stock was quoted");
  for (Market market = 0; market < MARKET_COUNT; market++) {
    size_t usual = traded_in(archived, market), here = still_there(session, archived, market);
    if (here * 100 < usual * EVENING_MIN_ROWS_PERCENT)
      return say(verdict, EVENING_INCOMPLETE, "%s: %zu of about %zu codes were quoted", market_name(market), here,
                 usual);
  }
  size_t idle = session_count_without_trades(session);
  return idle * 100 > session->count * verdict_max_idle_percent(session->markets) &&
         say(verdict, EVENING_INCOMPLETE, "%zu of %zu stocks without a trade", idle, session->count);
}

/* Of the stocks that traded in both, how many have the same open and the same base price. */
static bool is_same_day(const Session *a, const Session *b) {
  size_t traded = 0, same = 0;
  for (size_t i = 0; i < a->count; i++) {
    const StockRow *row = &a->rows[i], *other = row_has_trades(row) ? session_find(b, row->ticker) : NULL;
    if (other == NULL || !row_has_trades(other)) continue;
    traded++;
    same += row->open == other->open && row_base_price(row) == row_base_price(other);
  }
  return traded > 0 && same * 10 >= traded * 9;
}

static bool is_repeated(const Session *session, const Session *other, EveningVerdict *verdict) {
  bool repeated = is_same_day(session, other) || session_repeats(session, other) != 0;
  return repeated && say(verdict, EVENING_REPEATED, "the quotes are those of %s", day_text(other->date).text);
}

void evening_compare(const Session *session, const Session *other, EveningVerdict *verdict) {
  if (verdict->kind == EVENING_GOOD) is_repeated(session, other, verdict);
}

static bool is_unlinked(const Session *session, const Session *archived, EveningVerdict *verdict) {
  SessionLink link = session_link(archived, session);
  char apart[MARKET_SET_TEXT_SIZE];
  if (link.linked)
    return !say(verdict, EVENING_GOOD, "continues %s (%zu of %zu base prices agree)", day_text(archived->date).text,
                link.agreeing, link.common);
  if (link.apart != 0 && link.agreeing * 100 >= link.common * 95)
    return say(verdict, EVENING_UNLINKED, "does not continue %s in %s", day_text(archived->date).text,
               market_set_format(link.apart, apart));
  return say(verdict, EVENING_UNLINKED, "does not continue %s: %zu of %zu base prices agree",
             day_text(archived->date).text, link.agreeing, link.common);
}

/* The archived session's stocks as they are quoted; what makes no row is left out. */
static Status gather(const EveningFacts *facts, Session *session, Error *err) {
  *session = (Session){.date = facts->date, .markets = facts->archived->markets};
  for (size_t i = 0; i < facts->archived->count; i++) {
    const StockRow *listed = &facts->archived->rows[i];
    const Quote *quote = quote_find(facts->read.quotes, facts->read.count, listed->ticker);
    StockRow row;
    if (quote == NULL || !quote_row(quote, listed, &row)) continue;
    if (session_add(session, &row) != STATUS_OK)
      return error_set(err, STATUS_NO_MEMORY, "the evening's session: out of memory");
    session->has_kinds |= row.base_kind != 0;
  }
  return session_seal(session, err);
}

Status evening_judge(const EveningFacts *facts, Session *ret_session, EveningVerdict *ret_verdict, Error *err) {
  EveningVerdict verdict = {.kind = EVENING_GOOD};
  Session session = {0};
  Status status = STATUS_OK;
  bool refused = is_outside(facts, &verdict) || is_closed(facts, &verdict);
  if (!refused) status = gather(facts, &session, err);
  if (status == STATUS_OK && !refused)
    refused = lacks_quotes(&session, facts->archived, &verdict) || still_trades(facts, &verdict) ||
              is_repeated(&session, facts->archived, &verdict) || is_unlinked(&session, facts->archived, &verdict);
  if (status == STATUS_OK) *ret_verdict = verdict;
  if (status == STATUS_OK && !refused)
    *ret_session = session;
  else
    session_free(&session);
  return status;
}

/* ---- afterwards ---- */

bool evening_is_expired(Day date, Day today) { return date < today - EVENING_KEPT_DAYS; }

static bool range_equal(const StockRow *a, const StockRow *b) {
  return a->open == b->open && a->high == b->high && a->low == b->low && a->close == b->close;
}

size_t evening_differences(const Session *evening, const Session *final) {
  size_t equal = 0;
  for (size_t i = 0; i < evening->count; i++) {
    const StockRow *row = session_find(final, evening->rows[i].ticker);
    equal += row != NULL && range_equal(&evening->rows[i], row);
  }
  return evening->count - equal;
}
