/* What OpenDART is asked about companies' decisions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/run/run.h>
#include <closebell/source/dart.h>

#include "company_events.h"

enum { PAGES_MAX = 10000, SERVICE_BEGAN = 2015 };

/* ---- the list ---- */

/* everything: also what is no decision, so that its number is known. */
static Status take_page(Gathering *gathering, const FilingPage *page, bool everything, Error *err) {
  for (size_t i = 0; i < page->count; i++) {
    const ListedEvent listed = listed_event(&page->items[i]);
    if (!companies_find(&gathering->companies, listed.corp_code)) continue;
    if (!listed.is_event && !everything) continue;
    if (event_listing_put(&gathering->listing, &listed) != STATUS_OK) return gathering_no_memory(err);
  }
  return STATUS_OK;
}

static Status list(Gathering *gathering, DartFilingsAsked asked, UnitResult *result, Error *err) {
  int pages = 1;
  Status status = STATUS_OK;
  for (; asked.page <= pages && status == STATUS_OK; asked.page++) {
    char key[DART_KEY_SIZE];
    Answer answer;
    if (!dart_filings_key(&asked, key)) return error_set(err, STATUS_INTERNAL, "a list of filings cannot be asked for");
    status = dart_ask(&gathering->fetch, FEED_DART_FILINGS, key, &answer, err);
    if (status != STATUS_OK) return status;
    const FilingPage *page = answer_items(&answer, &PAYLOAD_FILING_PAGE);
    pages = page ? page->pages < PAGES_MAX ? page->pages : PAGES_MAX : 0;
    if (page) status = take_page(gathering, page, asked.corp_code[0] != '\0', err);
    if (!page && answer.kind != ANSWER_EMPTY)
      unit_stays_open(result, answer.kind == ANSWER_BROKEN, "what was filed since %s is not known: %.160s",
                      day_text(asked.from).text, dart_trouble(&answer));
    free(answer.payload);
  }
  return status;
}

Status gathering_list(Gathering *gathering, Day from, Day to, UnitResult *result, Error *err) {
  static const char CLASSES[] = {'Y', 'K'};
  Status status = STATUS_OK;
  for (size_t i = 0; i < sizeof CLASSES && status == STATUS_OK; i++) {
    const DartFilingsAsked asked = {.type = 'B', .corp_cls = CLASSES[i], .from = from, .to = to, .page = 1};
    status = list(gathering, asked, result, err);
  }
  return status;
}

Status gathering_learn(Gathering *gathering, const Company *company, UnitResult *result, Error *err) {
  bool *learned = &gathering->learned[company - gathering->companies.items];
  DartFilingsAsked asked = {.type = 'B', .from = gathering->oldest, .to = gathering->today, .page = 1};
  if (*learned) return STATUS_OK;
  *learned = true;
  memcpy(asked.corp_code, company->corp_code, sizeof asked.corp_code);
  return list(gathering, asked, result, err);
}

/* ---- decisions ---- */

static AskedDay *find_asked(const Gathering *gathering, const EventSeries *series, Day day) {
  for (size_t i = 0; i < gathering->asked_count; i++) {
    AskedDay *asked = &gathering->asked[i];
    if (asked->day == day && asked->kind == series->kind && strcmp(asked->corp_code, series->corp_code) == 0)
      return asked;
  }
  return NULL;
}

static AskedDay *add_asked(Gathering *gathering, const EventSeries *series, Day day) {
  AskedDay *asked =
      vector_reserve(gathering->asked, &gathering->asked_capacity, gathering->asked_count + 1, sizeof *asked);
  if (!asked) return NULL;
  gathering->asked = asked;
  asked += gathering->asked_count++;
  *asked = (AskedDay){.kind = series->kind, .day = day};
  text_copy(asked->corp_code, sizeof asked->corp_code, series->corp_code);
  return asked;
}

static Status ask_service(Gathering *gathering, const EventSeries *series, Day from, Day to, Answer *ret_answer,
                          Error *err) {
  DartEventsAsked asked = {.kind = series->kind, .from = from, .to = to};
  char key[DART_KEY_SIZE];
  text_copy(asked.corp_code, sizeof asked.corp_code, series->corp_code);
  if (!dart_events_key(&asked, key)) return error_set(err, STATUS_INTERNAL, "decisions that cannot be asked for");
  return dart_ask(&gathering->fetch, FEED_DART_EVENTS, key, ret_answer, err);
}

/* One row of the answer about a day. Its name stands in the list alone. */
static Status take_row(Gathering *gathering, const EventSeries *series, Day day, const FiledEvent *filed,
                       UnitResult *result, Error *err) {
  const Company *company = companies_find(&gathering->companies, series->corp_code);
  const ListedEvent *listed = event_listing_find(&gathering->listing, filed->rcept_no);
  Status status = STATUS_OK;
  if (filed->trouble[0]) return gathering_refuse(gathering, company, filed, result, err);
  if (!listed) status = gathering_learn(gathering, company, result, err);
  if (status != STATUS_OK) return status;
  listed = event_listing_find(&gathering->listing, filed->rcept_no);
  if (!listed) {
    gathering_lacks(gathering, company, filed->rcept_no, "it is given, and OpenDART does not list it yet", result);
    return STATUS_OK;
  }
  if (!listed->is_event || listed->name.kind != series->kind || listed->name.is_withdrawal) return STATUS_OK;
  CompanyEvent event = {.as_filed = *filed,
                        .kind = series->kind,
                        .first_filed = listed->name.has_prefix || listed->filed != day ? day : DAY_NONE,
                        .is_live = gathering->is_live,
                        .first_seen_utc = clock_now(gathering_job(gathering)->clock)};
  memcpy(event.ticker, company->ticker, sizeof event.ticker);
  memcpy(event.corp_code, company->corp_code, sizeof event.corp_code);
  memcpy(event.report_name, listed->report_name, sizeof event.report_name);
  return gathering_add(gathering, &event, err);
}

Status gathering_ask(Gathering *gathering, const EventSeries *series, Day day, UnitResult *result,
                     const AskedDay **ret_asked, Error *err) {
  AskedDay *asked = find_asked(gathering, series, day);
  Answer answer;
  if (asked) {
    *ret_asked = asked;
    return STATUS_OK;
  }
  Status status = ask_service(gathering, series, day, day, &answer, err);
  if (status != STATUS_OK) return status;
  const FiledEvent *filed = answer_items(&answer, &PAYLOAD_FILED_EVENTS);
  asked = add_asked(gathering, series, day);
  if (!asked) status = gathering_no_memory(err);
  if (asked) asked->is_answered = filed || answer.kind == ANSWER_EMPTY;
  if (asked && !asked->is_answered)
    unit_stays_open(result, answer.kind == ANSWER_BROKEN, "%s of %s, filed first on %s: %.160s",
                    event_kind_service(series->kind), series->corp_code, day_text(day).text, dart_trouble(&answer));
  if (asked) asked->rows = filed ? answer.count : 0;
  for (size_t i = 0; asked && i < asked->rows; i++) asked->good_rows += filed[i].trouble[0] == '\0';
  *ret_asked = asked;
  for (size_t i = 0; filed && i < answer.count && status == STATUS_OK; i++)
    status = take_row(gathering, series, day, &filed[i], result, err);
  free(answer.payload);
  return status;
}

Status gathering_is_older(Gathering *gathering, const ListedEvent *listed, bool *ret_older, UnitResult *result,
                          Error *err) {
  const EventSeries series = {listed->corp_code, listed->name.kind};
  Day began = DAY_NONE;
  Answer answer;
  *ret_older = false;
  if (!day_from_ymd(SERVICE_BEGAN, 1, 1, &began) || began >= gathering->oldest) return STATUS_OK;
  Status status = ask_service(gathering, &series, began, gathering->oldest - 1, &answer, err);
  if (status != STATUS_OK) return status;
  const FiledEvent *filed = answer_items(&answer, &PAYLOAD_FILED_EVENTS);
  for (size_t i = 0; filed && i < answer.count; i++) *ret_older |= strcmp(filed[i].rcept_no, listed->rcept_no) == 0;
  if (!filed && answer.kind != ANSWER_EMPTY)
    unit_stays_open(result, answer.kind == ANSWER_BROKEN, "%s of %s, filed first before %s: %.160s",
                    event_kind_service(series.kind), series.corp_code, day_text(gathering->oldest).text,
                    dart_trouble(&answer));
  free(answer.payload);
  return STATUS_OK;
}
