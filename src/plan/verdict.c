#include <closebell/plan/verdict.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 3, 4))) static void say(Verdict *verdict, VerdictKind kind, const char *format, ...) {
  verdict->kind = kind;
  va_list args;
  va_start(args, format);
  vsnprintf(verdict->message, sizeof verdict->message, format, args);
  va_end(args);
}

/* The answers that end the matter for all markets, the gravest first. */
static const struct {
  AnswerKind answer;
  VerdictKind verdict;
} GRAVE[] = {
    {ANSWER_UNAUTHORIZED, VERDICT_MISCONFIGURED},
    {ANSWER_MISDIRECTED, VERDICT_MISCONFIGURED},
    {ANSWER_BLOCKED, VERDICT_BLOCKED},
    {ANSWER_BROKEN, VERDICT_BROKEN},
    {ANSWER_THROTTLED, VERDICT_PASSING},
    {ANSWER_FAILING, VERDICT_PASSING},
    {ANSWER_UNREACHABLE, VERDICT_PASSING},
};

static bool judge_grave(const DayAnswer *answer, MarketSet markets, Verdict *verdict) {
  for (size_t i = 0; i < sizeof GRAVE / sizeof GRAVE[0]; i++) {
    for (Market market = 0; market < MARKET_COUNT; market++) {
      const MarketAnswer *part = &answer->markets[market];
      if (!market_set_has(markets, market) || part->kind != GRAVE[i].answer) continue;
      verdict->cause = part->kind;
      verdict->retry_after_ms = part->retry_after_ms;
      const char *detail = part->detail[0] ? part->detail : answer_kind_name(part->kind);
      say(verdict, GRAVE[i].verdict, "%s: %s", market_name(market), detail);
      return true;
    }
  }
  return false;
}

/* Some day between the two archived sessions was a session: this one, or another that is likelier. */
static void judge_missing_between(const VerdictFacts *facts, const char *why, Verdict *ret_verdict) {
  DayText before = day_text(facts->previous->date), after = day_text(facts->next->date);
  bool alone = facts->whole_before && facts->whole_after;
  if (!alone && !facts->expected_open && facts->other_expected_open)
    say(ret_verdict, VERDICT_PROBABLY_CLOSED,
        "probably closed: no rows, and the calendar expects none; a session between %s and %s is missing, but likelier "
        "on another day",
        before.text, after.text);
  else
    say(ret_verdict, VERDICT_LOST, "no rows, but %s: %s", why,
        alone ? "it was a session" : "a session between them is missing");
}

/* Across a session between them hardly any base price agrees (session.h). */
static bool contradicts(const SessionLink *link) {
  return link->common >= SESSION_ENOUGH_TO_LINK && link->agreeing < link->common / 2;
}

/* Indices link without an exception (index_day.h): they outweigh stocks, of which some never do; but not where most of
 * the stocks speak against them, as an index service may show the values of another day. Where both say the same, the
 * stocks are named: so the reason is the same whether the indices were known or not. */
void verdict_judge_gap(const VerdictFacts *facts, Verdict *ret_verdict) {
  SessionLink link = session_link(facts->previous, facts->next);
  DayText before = day_text(facts->previous->date), after = day_text(facts->next->date);
  char why[VERDICT_MESSAGE_SIZE / 2];
  snprintf(why, sizeof why, "%s does not continue %s (%zu of %zu base prices agree)", after.text, before.text,
           link.agreeing, link.common);
  if (facts->index_gap == INDEX_GAP_SESSION_MISSING)
    snprintf(why, sizeof why, "the indices of %s do not continue those of %s", after.text, before.text);
  if (facts->index_gap != INDEX_GAP_SESSION_MISSING && link.linked)
    say(ret_verdict, VERDICT_CLOSED, "closed: no rows, and %s continues %s (%zu of %zu base prices agree)", after.text,
        before.text, link.agreeing, link.common);
  else if (facts->index_gap == INDEX_GAP_NONE_MISSING && !contradicts(&link))
    say(ret_verdict, VERDICT_CLOSED, "closed: no rows, and the indices of %s continue those of %s", after.text,
        before.text);
  else
    judge_missing_between(facts, why, ret_verdict);
}

static void judge_empty(const VerdictFacts *facts, Verdict *verdict) {
  verdict->cause = ANSWER_EMPTY;
  if (facts->previous && facts->next)
    verdict_judge_gap(facts, verdict);
  else if (facts->now < facts->due + VERDICT_PUBLICATION_GRACE_MS)
    say(verdict, VERDICT_NOT_PUBLISHED, "not published yet (due %s)", instant_kst_text(facts->due).text);
  else if (facts->expected_open)
    say(verdict, VERDICT_LATE, "late: no rows, due since %s", instant_kst_text(facts->due).text);
  else
    say(verdict, VERDICT_PROBABLY_CLOSED,
        "probably closed: no rows, and the calendar expects none; the %s session will tell",
        facts->next ? "previous" : "next");
}

/* How many rows the market had in the session before, or in the one after where that is not known. */
static size_t usual_rows(const VerdictFacts *facts, Market market) {
  size_t rows = facts->previous ? session_count_market(facts->previous, market) : 0;
  return rows == 0 && facts->next ? session_count_market(facts->next, market) : rows;
}

/* One market without rows, or with far fewer than its neighbour had. */
static bool judge_markets(const DayAnswer *answer, const VerdictFacts *facts, Verdict *verdict) {
  for (Market market = 0; market < MARKET_COUNT; market++) {
    if (!market_set_has(facts->markets, market)) continue;
    size_t rows = answer->markets[market].count;
    size_t usual = usual_rows(facts, market);
    if (rows == 0 && usual > 0)
      say(verdict, VERDICT_BROKEN, "%s answered 0 rows of about %zu", market_name(market), usual);
    else if (rows == 0)
      say(verdict, VERDICT_BROKEN, "%s answered 0 rows while another market has some", market_name(market));
    else if (rows * 100 < usual * VERDICT_MIN_ROWS_PERCENT)
      say(verdict, VERDICT_BROKEN, "%s answered %zu rows of about %zu", market_name(market), rows, usual);
    else
      continue;
    return true;
  }
  return false;
}

/* On KONEX a fifth to a quarter of the stocks have no trade on any day (measured in 2023); beside another market its
 * few rows do not count. */
size_t verdict_max_idle_percent(MarketSet markets) {
  return markets == market_bit(MARKET_KONEX) ? VERDICT_MAX_IDLE_PERCENT_KONEX : VERDICT_MAX_IDLE_PERCENT;
}

static bool judge_repeat(const Session *session, const Session *other, Verdict *verdict) {
  MarketSet repeating = session_repeats(session, other);
  if (!repeating) return false;
  char markets[MARKET_SET_TEXT_SIZE];
  say(verdict, VERDICT_BROKEN, "the rows repeat those of %s (%s)", day_text(other->date).text,
      market_set_format(repeating, markets));
  verdict->cause = ANSWER_BROKEN;
  verdict->misplaced = true;
  return true;
}

/* An archived neighbour, and what its link to the rows says. */
typedef struct {
  const Session *session;
  bool whole, closed; /* what lies between */
  bool comparable;    /* two sessions of different markets are not: the neighbour is older than this market's
                         configuration */
  SessionLink link;
  Day earlier, later;
} Neighbour;

static Neighbour look_at(const Session *session, const Session *neighbour, bool whole, bool closed) {
  Neighbour look = {.session = neighbour, .whole = whole, .closed = closed};
  if (!neighbour) return look;
  bool before = neighbour->date < session->date;
  const Session *earlier = before ? neighbour : session, *later = before ? session : neighbour;
  look.link = session_link(earlier, later);
  look.comparable = look.link.common > 0 || (earlier->markets & later->markets) != 0;
  look.earlier = earlier->date;
  look.later = later->date;
  return look;
}

/* All markets continue the neighbour, or none does: a session was never missing in one market alone. And what continues
 * it leaves no room for another session between. */
static bool judge_neighbour(const Neighbour *look, Verdict *verdict) {
  const SessionLink *link = &look->link;
  DayText earlier = day_text(look->earlier), later = day_text(look->later);
  if (!look->comparable || (link->linked && (look->whole || look->closed))) return false;
  char apart[MARKET_SET_TEXT_SIZE], linking[MARKET_SET_TEXT_SIZE];
  market_set_format(link->apart, apart);
  if (link->linked)
    say(verdict, VERDICT_BROKEN, "%s continues %s (%zu of %zu base prices agree), but a day between is not settled",
        later.text, earlier.text, link->agreeing, link->common);
  else if (link->linking && link->apart)
    say(verdict, VERDICT_BROKEN, "%s does not continue %s in %s, though it does in %s", later.text, earlier.text, apart,
        market_set_format(link->linking, linking));
  else if (look->whole)
    say(verdict, VERDICT_BROKEN,
        "%s does not continue %s: %zu of %zu base prices agree, and nothing is missing between", later.text,
        earlier.text, link->agreeing, link->common);
  else
    return false;
  if (!link->linked) verdict->suspect = look->session->date;
  return true;
}

/* A source that lags answers each day with the rows of the day before: the first are found out, the next continue
 * nothing that is archived, but they continue the rows that were found out. */
static bool judge_behind_misplaced(const VerdictFacts *facts, const Session *session, Verdict *verdict) {
  if (!facts->misplaced || !session_link(facts->misplaced, session).linked) return false;
  say(verdict, VERDICT_BROKEN, "%s was answered with another session's rows, and these continue them",
      day_text(facts->misplaced->date).text);
  verdict->misplaced = true;
  return true;
}

/* Rows that are those of another session, or that do not fit between the neighbours. */
static bool judge_session(const Session *session, const VerdictFacts *facts, Verdict *verdict) {
  size_t idle = session_count_without_trades(session);
  if (idle * 100 > session->count * verdict_max_idle_percent(facts->markets)) {
    say(verdict, VERDICT_BROKEN, "%zu of %zu stocks without a trade", idle, session->count);
    return true;
  }
  const Session *neighbours[] = {facts->previous, facts->next};
  for (size_t i = 0; i < 2; i++) {
    if (!neighbours[i] || !judge_repeat(session, neighbours[i], verdict)) continue;
    verdict->suspect = neighbours[i]->date;
    return true;
  }
  Neighbour before = look_at(session, facts->previous, facts->whole_before, facts->closed_before),
            after = look_at(session, facts->next, facts->whole_after, facts->closed_after);
  verdict->unproven = !before.link.linked && !after.link.linked;
  if (facts->forced && !verdict->unproven) return false;
  verdict->misplaced = judge_neighbour(&before, verdict) || judge_neighbour(&after, verdict);
  return verdict->misplaced || (verdict->unproven && judge_behind_misplaced(facts, session, verdict));
}

/* ---- what the exchange publishes of the whole market ---- */

/* Links say nothing about volumes, nor about a stock that is left out: totals do. */
bool verdict_weigh_totals(const Session *session, MarketSet markets, const SessionTotals *published, Verdict *verdict) {
  MarketSet known = published ? published->markets & markets : 0, agreeing = 0;
  MarketSet possible = markets & market_totals_markets();
  for (Market market = 0; market < MARKET_COUNT; market++) {
    char text[MARKET_TOTALS_TEXT_SIZE];
    MarketTotals summed;
    if (!market_set_has(known, market)) continue;
    const MarketTotals *total = &published->published[market];
    if (!market_totals_sum(session->rows, session->count, market, &summed)) {
      say(verdict, VERDICT_BROKEN, "%s: its rows sum to more than any total can be", market_name(market));
      verdict->contradicted = true;
      return false;
    }
    if (!market_totals_agree(&summed, total)) {
      say(verdict, VERDICT_BROKEN, "%s", market_totals_difference(market, &summed, total, text));
      verdict->contradicted = true;
      return false;
    }
    agreeing |= market_bit(market);
  }
  verdict->vouched = possible != 0 && (agreeing & possible) == possible;
  return true;
}

void verdict_compare(const Session *session, const Session *other, Verdict *verdict) {
  judge_repeat(session, other, verdict);
}

/* Where one session is missing before the rows they are the day's own: another's would continue the one before that, or
 * stand in the archive. Where several are, they may be those of one that nobody has seen. Then another answer that
 * continues them tells, but not of a source that was found to lag: all it answers continues one another. */
void verdict_doubt(const VerdictFacts *facts, const Session *session, Verdict *verdict) {
  const Session *misplaced = facts->misplaced;
  if (verdict->vouched && !misplaced) return;
  Instant believed = facts->due + VERDICT_DOUBT_MS;
  bool continues = !misplaced && facts->refused && session_link(facts->refused, session).linked;
  if (facts->missing_before < 2 || continues || facts->now >= believed) return;
  InstantText from = instant_kst_text(believed);
  if (misplaced)
    say(verdict, VERDICT_BROKEN,
        "%s was answered with another session's rows, and these may be another's, too: no archived session continues "
        "them; without one they are believed from %s on",
        day_text(misplaced->date).text, from.text);
  else
    say(verdict, VERDICT_BROKEN,
        "sessions behind %s are missing, and these may be the rows of one of them: nothing continues them yet; without "
        "that they are believed from %s on",
        day_text(facts->previous->date).text, from.text);
  verdict->cause = ANSWER_BROKEN;
}

Status verdict_gather(const DayAnswer *answer, MarketSet markets, Session *ret_session, Error *err) {
  Session session = {.date = answer->date, .markets = markets};
  Status status = STATUS_OK;
  for (Market market = 0; market < MARKET_COUNT && status == STATUS_OK; market++) {
    const MarketAnswer *part = &answer->markets[market];
    for (size_t i = 0; market_set_has(markets, market) && i < part->count && status == STATUS_OK; i++)
      status = session_add(&session, &part->rows[i]);
  }
  if (status == STATUS_OK) status = session_seal(&session, err);
  if (status == STATUS_OK)
    *ret_session = session;
  else
    session_free(&session);
  return status;
}

Status verdict_judge(DayAnswer *answer, const VerdictFacts *facts, Session *ret_session, Verdict *ret_verdict) {
  Verdict verdict = {.cause = ANSWER_ROWS, .retry_after_ms = -1, .suspect = DAY_NONE};
  Session session = {0};
  if (judge_grave(answer, facts->markets, &verdict)) goto judged;
  if (day_answer_rows(answer, facts->markets) == 0) {
    judge_empty(facts, &verdict);
    goto judged;
  }
  verdict.cause = ANSWER_BROKEN;
  if (judge_markets(answer, facts, &verdict)) goto judged;
  Error why = {{0}};
  Status status = verdict_gather(answer, facts->markets, &session, &why);
  if (status == STATUS_NO_MEMORY) return status;
  if (status != STATUS_OK) {
    say(&verdict, VERDICT_BROKEN, "%s", why.text);
  } else if (!judge_session(&session, facts, &verdict) &&
             verdict_weigh_totals(&session, facts->markets, facts->published, &verdict)) {
    verdict.cause = ANSWER_ROWS;
    say(&verdict, VERDICT_GOOD, "%zu rows%s", session.count,
        verdict.vouched ? ", which sum to what the exchange publishes" : "");
    *ret_session = session;
    memset(&session, 0, sizeof session);
    day_answer_free(answer);
  }
judged:
  session_free(&session);
  *ret_verdict = verdict;
  return STATUS_OK;
}
