#include <closebell/company/explained.h>

#include <math.h>
#include <string.h>

#include <closebell/company/fundamentals.h>

/* One in a hundred is within it, however the divisions are rounded. */
static const double TOLERANCE = 0.01 + 1e-12;

/* ---- days ---- */

/* Mondays to Fridays in (after, up_to]. */
static int64_t weekdays(Day after, Day up_to) {
  if (after >= up_to) return 0;
  int64_t days = (int64_t)up_to - after, count = days / 7 * 5;
  for (Day day = up_to - (Day)(days % 7) + 1; day <= up_to; day++) count += !day_is_weekend(day);
  return count;
}

static size_t first_behind(const SessionDays *sessions, Day day) {
  size_t low = 0, high = sessions->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (sessions->days[middle] <= day)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

int64_t sessions_apart(const SessionDays *sessions, Day a, Day b) {
  Day earlier = a < b ? a : b, later = a < b ? b : a;
  if (sessions->count == 0) return weekdays(earlier, later);
  Day before = sessions->days[0] - 1, last = sessions->days[sessions->count - 1];
  int64_t within = (int64_t)first_behind(sessions, later) - (int64_t)first_behind(sessions, earlier);
  return within + weekdays(earlier, later < before ? later : before) + weekdays(earlier > last ? earlier : last, later);
}

/* ---- events ---- */

double event_factor(const CompanyEvent *event) {
  double ratio = event->as_filed.ratio;
  if (!(ratio > 0) || event->is_withdrawal) return 0;
  if (event->kind == EVENT_BONUS_ISSUE) return 1 / (1 + ratio);
  return event->kind == EVENT_CAPITAL_REDUCTION ? 1 / ratio : 0;
}

/* The first version of a receipt number counts. */
static bool is_overtaken(const Events *events, size_t at) {
  const CompanyEvent *event = &events->items[at];
  for (size_t i = at + 1; i < events->count; i++) {
    const CompanyEvent *later = &events->items[i];
    if (later->version == 1 && later->kind == event->kind && strcmp(later->corp_code, event->corp_code) == 0 &&
        event_first_filed(later) == event_first_filed(event))
      return true;
  }
  return false;
}

static bool is_near(const SessionDays *sessions, Day day, Day date) {
  return day != DAY_NONE && sessions_apart(sessions, day, date) <= EXPLAINED_SESSIONS;
}

static bool fits(const CompanyEvent *event, const SessionDays *sessions, const CorporateAction *action) {
  double factor = event_factor(event);
  return event->version == 1 && strcmp(event->ticker, action->ticker) == 0 && factor > 0 && action->factor > 0 &&
         fabs(factor / action->factor - 1) <= TOLERANCE &&
         (is_near(sessions, event->as_filed.base_date, action->date) ||
          is_near(sessions, event->as_filed.listing_date, action->date));
}

const CompanyEvent *explained_by(const Events *events, const SessionDays *sessions, const CorporateAction *action) {
  if (!ticker_is_common(action->ticker)) return NULL;
  for (size_t i = events->count; i > 0; i--)
    if (fits(&events->items[i - 1], sessions, action) && !is_overtaken(events, i - 1)) return &events->items[i - 1];
  return NULL;
}
