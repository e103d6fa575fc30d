/* What becomes of one filing that is listed. The service answers by the day of the original, with the newest version of
 * each decision; a withdrawn one has no row any more. */
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/run/run.h>

#include "company_events.h"

static EventSeries series_of(const ListedEvent *listed) { return (EventSeries){listed->corp_code, listed->name.kind}; }

bool gathering_is_there(const Gathering *gathering, const ListedEvent *listed) {
  const Events *known = &gathering->book.known;
  if (listed_is_original(listed)) return listed->is_withdrawn || event_is_there(known, &gathering->listing, listed);
  if (events_find(known, listed->rcept_no)) return true;
  return !listed->name.is_withdrawal && (listed->is_withdrawn || listed->is_overtaken);
}

/* ---- originals ---- */

/* With as many rows as decisions of the day stand, nothing more will come for it. */
static Status settle_original(Gathering *gathering, const ListedEvent *listed, UnitResult *result, EventFate *ret_fate,
                              Error *err) {
  const EventSeries series = series_of(listed);
  const AskedDay *asked;
  Status status = gathering_ask(gathering, &series, listed->filed, result, &asked, err);
  if (status != STATUS_OK) return status;
  bool all = asked->good_rows >= event_listing_originals(&gathering->listing, &series, listed->filed, true);
  *ret_fate = gathering_is_there(gathering, listed) || (asked->is_answered && all) ? EVENT_SETTLED : EVENT_LATE;
  return STATUS_OK;
}

/* ---- what belongs to an earlier filing ---- */

/* What is to be found among the days on which decisions of a series were filed first. */
typedef struct {
  Gathering *gathering;
  const ListedEvent *listed;
  UnitResult *result;
  size_t days; /* that there are */
  bool goes_by_rows;
  bool is_found;
} Search;

/* Whether the decision of that day is the one that was withdrawn. Where its original is listed, the list says so; where
 * it is not, or the list has no such remarks, one that was given once and whose row is gone. */
static Status look_at_withdrawn(Search *of, const EventSeries *series, Day day, Error *err) {
  Gathering *gathering = of->gathering;
  const EventListing *listing = &gathering->listing;
  const AskedDay *asked;
  size_t withdrawals = event_day_withdrawals(&gathering->book.known, series, day);
  size_t all = event_listing_originals(listing, series, day, false);
  size_t marked = all - event_listing_originals(listing, series, day, true);
  if (withdrawals > 0 && withdrawals >= marked) return STATUS_OK;
  of->is_found = marked > 0;
  if (of->is_found || (all > 0 && !of->goes_by_rows)) return STATUS_OK;
  if (!event_day_is_stored(&gathering->book.known, series, day)) return STATUS_OK;
  Status status = gathering_ask(gathering, series, day, of->result, &asked, err);
  if (status == STATUS_OK) of->is_found = asked->is_answered && asked->rows < (all ? all : 1);
  return status;
}

static Status add_withdrawal(const Search *of, Day day, Error *err) {
  const ListedEvent *listed = of->listed;
  const Gathering *gathering = of->gathering;
  const Company *company = companies_find(&gathering->companies, listed->corp_code);
  CompanyEvent event = {.as_filed = {.base_date = DAY_NONE, .listing_date = DAY_NONE},
                        .kind = listed->name.kind,
                        .first_filed = day,
                        .is_withdrawal = true,
                        .is_live = gathering->is_live,
                        .first_seen_utc = clock_now(gathering_job(gathering)->clock)};
  memcpy(event.as_filed.rcept_no, listed->rcept_no, sizeof event.as_filed.rcept_no);
  memcpy(event.ticker, company->ticker, sizeof event.ticker);
  memcpy(event.corp_code, listed->corp_code, sizeof event.corp_code);
  memcpy(event.report_name, listed->report_name, sizeof event.report_name);
  return gathering_add(of->gathering, &event, err);
}

static Status look_at_day(Search *of, const EventSeries *series, Day day, Error *err) {
  const AskedDay *asked;
  Status status;
  if (of->listed->name.is_withdrawal) {
    status = look_at_withdrawn(of, series, day, err);
    return status == STATUS_OK && of->is_found ? add_withdrawal(of, day, err) : status;
  }
  status = gathering_ask(of->gathering, series, day, of->result, &asked, err);
  of->is_found = events_find(&of->gathering->book.known, of->listed->rcept_no) != NULL;
  return status;
}

/* The newest first: what is corrected or withdrawn was mostly filed not long ago. */
static Status search(Search *of, Error *err) {
  Gathering *gathering = of->gathering;
  const EventSeries series = series_of(of->listed);
  EventDays days = {0};
  if (event_days(&gathering->listing, &gathering->book.known, &series, gathering->oldest, of->listed->filed, &days) !=
      STATUS_OK)
    return gathering_no_memory(err);
  of->days = days.count;
  Status status = STATUS_OK;
  for (size_t i = 0; i < of->days && status == STATUS_OK && !of->is_found; i++)
    status = look_at_day(of, &series, days.items[i], err);
  free(days.items);
  return status;
}

/* Something later of the same decisions is given: what lies between will not be. */
static bool is_overtaken(const Gathering *gathering, const ListedEvent *listed) {
  const Events *known = &gathering->book.known;
  for (size_t i = known->count; i > 0 && !listed->name.is_withdrawal; i--) {
    const CompanyEvent *event = &known->items[i - 1];
    if (strcmp(event->as_filed.rcept_no, listed->rcept_no) <= 0) return false;
    if (event->kind == listed->name.kind && strcmp(event->corp_code, listed->corp_code) == 0 &&
        event_first_filed(event) <= listed->filed)
      return true;
  }
  return false;
}

/* What is known already is looked at before the company's whole list is asked for. */
static Status settle_later(Gathering *gathering, const ListedEvent *listed, UnitResult *result, EventFate *ret_fate,
                           Error *err) {
  Search of = {.gathering = gathering, .listed = listed, .result = result};
  bool is_older = false;
  Status status = search(&of, err);
  if (status == STATUS_OK && !of.is_found)
    status = gathering_learn(gathering, companies_find(&gathering->companies, listed->corp_code), result, err);
  if (status == STATUS_OK && !of.is_found) status = search(&of, err);
  of.goes_by_rows = true;
  if (status == STATUS_OK && !of.is_found && listed->name.is_withdrawal) status = search(&of, err);
  if (status == STATUS_OK && !of.is_found && of.days && !listed->name.is_withdrawal)
    status = gathering_is_older(gathering, listed, &is_older, result, err);
  bool is_awaited = of.days > 0 && !is_older && (listed->name.is_withdrawal || listed->name.is_corrected) &&
                    !is_overtaken(gathering, listed);
  *ret_fate = of.is_found || !is_awaited ? EVENT_SETTLED : EVENT_LATE;
  return status;
}

Status gathering_settle(Gathering *gathering, const ListedEvent *listed, UnitResult *result, EventFate *ret_fate,
                        Error *err) {
  const ListedEvent own = *listed; /* the list may grow */
  return listed_is_original(&own) ? settle_original(gathering, &own, result, ret_fate, err)
                                  : settle_later(gathering, &own, result, ret_fate, err);
}
