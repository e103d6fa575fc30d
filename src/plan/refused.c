#include <closebell/plan/refused.h>

static bool holds(const RefusedSession *item) { return item->session.count > 0; }

static bool is_between(const RefusedSession *item, Day before, Day date) {
  Day day = item->session.date;
  return holds(item) && day < date && (before == DAY_NONE || day > before);
}

static RefusedSession *place_for(Refused *refused, Day date) {
  RefusedSession *place = NULL;
  Day oldest = DAY_NONE;
  for (size_t i = 0; i < REFUSED_SESSIONS; i++) {
    RefusedSession *item = &refused->items[i];
    Day held = holds(item) ? item->session.date : DAY_NONE;
    if (held == date) return item;
    if (!place || held < oldest) {
      place = item;
      oldest = held;
    }
  }
  return place;
}

void refused_keep(Refused *refused, Session *session, RefusedWhy why) {
  RefusedSession *place = place_for(refused, session->date);
  session_free(&place->session);
  *place = (RefusedSession){.session = *session, .why = why};
  *session = (Session){0};
}

const Session *refused_latest(const Refused *refused, Day before, Day date, RefusedWhy why) {
  const Session *latest = NULL;
  for (size_t i = 0; i < REFUSED_SESSIONS; i++) {
    const RefusedSession *item = &refused->items[i];
    if (item->why != why || !is_between(item, before, date)) continue;
    if (!latest || item->session.date > latest->date) latest = &item->session;
  }
  return latest;
}

void refused_compare(const Refused *refused, Day before, const Session *session, Verdict *verdict) {
  for (size_t i = 0; i < REFUSED_SESSIONS && verdict->kind == VERDICT_GOOD; i++)
    if (is_between(&refused->items[i], before, session->date))
      verdict_compare(session, &refused->items[i].session, verdict);
}

void refused_free(Refused *refused) {
  for (size_t i = 0; i < REFUSED_SESSIONS; i++) session_free(&refused->items[i].session);
}
