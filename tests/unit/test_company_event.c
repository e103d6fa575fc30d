/* Decisions of companies: names of filings, versions, what is listed, and which of them explains an action. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/company/event_listing.h>
#include <closebell/company/explained.h>

static Day day(const char *text) {
  Day found = DAY_NONE;
  assert_true(day_parse(text, &found));
  return found;
}

/* ---- names ---- */

static void names_say_which_decision_it_is(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int kind; /* -1: none */
    bool withdrawal, corrected, prefix;
  } cases[] = {{"주요사항보고서(무상증자결정)", EVENT_BONUS_ISSUE, false, false, false},
               {"주요사항보고서(유상증자결정)        ", EVENT_RIGHTS_ISSUE, false, false, false},
               {" 주요사항보고서 ( 감자 결정 ) ", EVENT_CAPITAL_REDUCTION, false, false, false},
               {"주요사항보고서\xe3\x80\x80(회사분할결정)\xc2\xa0", EVENT_SPLIT_OFF, false, false, false},
               {"[기재정정]주요사항보고서(회사합병결정)", EVENT_MERGER, false, true, true},
               {"[첨부정정]주요사항보고서(무상증자결정)", EVENT_BONUS_ISSUE, false, true, true},
               {"[첨부추가] [기재정정] 주요사항보고서(무상증자결정)", EVENT_BONUS_ISSUE, false, true, true},
               {"[첨부추가]주요사항보고서(무상증자결정)", EVENT_BONUS_ISSUE, false, false, true},
               {"[정정명령부과]주요사항보고서(무상증자결정)", EVENT_BONUS_ISSUE, false, false, false},
               {"[정정제출요구] 주요사항보고서(유상증자결정)", EVENT_RIGHTS_ISSUE, false, false, false},
               {"[정정명령부과][기재정정]주요사항보고서(감자결정)", EVENT_CAPITAL_REDUCTION, false, true, true},
               {"[기재정정][정정제출요구]주요사항보고서(감자결정)", EVENT_CAPITAL_REDUCTION, false, true, true},
               {"[철회]주요사항보고서(무상증자결정)", EVENT_BONUS_ISSUE, true, false, true},
               {"주요사항보고서(유상증자결정철회)", EVENT_RIGHTS_ISSUE, true, false, false},
               {"[기재정정]주요사항보고서(감자결정) 철회", EVENT_CAPITAL_REDUCTION, true, true, true},
               {"주요사항보고서(유무상증자결정)", -1, false, false, false},
               {"주요사항보고서(회사분할합병결정)", -1, false, false, false},
               {"주요사항보고서(주식교환ㆍ이전결정)", -1, false, false, false},
               {"주요사항보고서(무상증자결정)(자회사의 주요경영사항)", -1, false, false, false},
               {"주요사항보고서(자회사의무상증자결정)", -1, false, false, false},
               {"무상증자결정", -1, false, false, false},
               {"주요사항보고서(무상증자결정", -1, false, false, false},
               {"주요사항보고서(무상증자결정)2", -1, false, false, false},
               {"[기재정정", -1, false, false, false},
               {"", -1, false, false, false}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    EventName name;
    bool found = event_name_read(cases[i].name, &name);
    if (found != (cases[i].kind >= 0)) fail_msg("%s", cases[i].name);
    if (!found) continue;
    if ((int)name.kind != cases[i].kind || name.is_withdrawal != cases[i].withdrawal ||
        name.is_corrected != cases[i].corrected || name.has_prefix != cases[i].prefix)
      fail_msg("%s", cases[i].name);
  }
}

static void kinds_have_names_and_services(void **state) {
  (void)state;
  for (EventKind kind = 0; kind < EVENT_KIND_COUNT; kind++) {
    EventKind found;
    assert_true(event_kind_find(event_kind_name(kind), &found));
    assert_int_equal(found, kind);
    assert_true(event_service_find(event_kind_service(kind), &found));
    assert_int_equal(found, kind);
  }
  EventKind kind;
  assert_false(event_kind_find("dividend", &kind));
  assert_false(event_service_find("alotMatter", &kind));
}

/* ---- versions ---- */

static CompanyEvent make(const char *rcept_no, EventKind kind, const char *first_filed, double ratio) {
  CompanyEvent event = {.as_filed = {.base_date = day("2024-01-08"), .listing_date = DAY_NONE, .ratio = ratio},
                        .ticker = "005930",
                        .corp_code = "00126380",
                        .kind = kind,
                        .first_filed = first_filed ? day(first_filed) : DAY_NONE,
                        .version = 1};
  strcpy(event.as_filed.rcept_no, rcept_no);
  return event;
}

static void ids_are_texts_and_back(void **state) {
  (void)state;
  static const char *const BAD[] = {"",
                                    "2023051700019",
                                    "20231317000192",
                                    "20230517000192:",
                                    "20230517000192:1",
                                    "20230517000192:02",
                                    "20230517000192:100",
                                    "20230517000192:2x",
                                    "20230517000192x2"};
  CompanyEvent event = make("20230517000192", EVENT_BONUS_ISSUE, NULL, 1);
  char text[EVENT_ID_SIZE];
  assert_string_equal(event_id(&event, text), "20230517000192");
  event.version = 12;
  assert_string_equal(event_id(&event, text), "20230517000192:12");
  CompanyEvent again = {.version = 0};
  assert_true(event_id_parse(text, &again));
  assert_int_equal(again.version, 12);
  for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
    if (event_id_parse(BAD[i], &again)) fail_msg("%s", BAD[i]);
}

static void other_values_of_one_receipt_are_another_version(void **state) {
  (void)state;
  Events events = {0};
  CompanyEvent event = make("20240105000001", EVENT_BONUS_ISSUE, NULL, 1), added;
  Merge merge;
  assert_int_equal(events_merge(&events, &event, &merge, &added), STATUS_OK);
  assert_int_equal(merge, MERGE_NEW);
  assert_int_equal(events_merge(&events, &event, &merge, &added), STATUS_OK);
  assert_int_equal(merge, MERGE_KNOWN);
  event.as_filed.ratio = 2;
  assert_int_equal(events_merge(&events, &event, &merge, &added), STATUS_OK);
  assert_int_equal(merge, MERGE_CONTRADICTS);
  assert_int_equal(added.version, 2);
  event.as_filed.ratio = 1;
  assert_int_equal(events_merge(&events, &event, &merge, &added), STATUS_OK);
  assert_int_equal(merge, MERGE_KNOWN);
  assert_int_equal(events.count, 2);
  assert_true(events_find(&events, "20240105000001")->as_filed.ratio <= 1);
  assert_null(events_find(&events, "20240105000002"));
  events_free(&events);
}

/* ---- days ---- */

static void sessions_count_within_the_archive_and_weekdays_outside(void **state) {
  (void)state;
  /* The Thursday is a holiday. */
  const Day days[] = {day("2024-01-08"), day("2024-01-09"), day("2024-01-10"), day("2024-01-12")};
  const SessionDays sessions = {days, 4}, none = {NULL, 0};
  static const struct {
    const char *a, *b;
    int64_t within, without;
  } cases[] = {{"2024-01-08", "2024-01-08", 0, 0}, {"2024-01-08", "2024-01-12", 3, 4}, {"2024-01-12", "2024-01-08", 3, 4},
               {"2024-01-10", "2024-01-11", 0, 1}, {"2024-01-11", "2024-01-12", 1, 1}, {"2024-01-05", "2024-01-08", 1, 1},
               {"2024-01-01", "2024-01-09", 6, 6}, {"2024-01-01", "2024-01-04", 3, 3}, {"2024-01-12", "2024-01-15", 1, 1},
               {"2024-01-10", "2024-01-16", 3, 4}, {"2024-01-20", "2024-02-04", 10, 10},
               {"2023-12-31", "2024-01-31", 22, 23}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Day a = day(cases[i].a), b = day(cases[i].b);
    if (sessions_apart(&sessions, a, b) != cases[i].within)
      fail_msg("%s to %s: %d", cases[i].a, cases[i].b, (int)sessions_apart(&sessions, a, b));
    assert_int_equal(sessions_apart(&none, a, b), cases[i].without);
  }
}

/* ---- what explains an action ---- */

static const char *reason(Events *events, const char *ticker, const char *date, double factor) {
  CorporateAction action = {.date = day(date), .factor = factor};
  const SessionDays sessions = {NULL, 0};
  strcpy(action.ticker, ticker);
  const CompanyEvent *event = explained_by(events, &sessions, &action);
  return event ? event->as_filed.rcept_no : "";
}

static void add(Events *events, CompanyEvent event) { assert_int_equal(events_put(events, &event), STATUS_OK); }

static void the_ratio_has_to_give_the_factor_within_a_hundredth(void **state) {
  (void)state;
  Events events = {0};
  add(&events, make("20231205000001", EVENT_BONUS_ISSUE, NULL, 1));
  assert_string_equal(reason(&events, "005930", "2024-01-08", 0.5), "20231205000001");
  assert_string_equal(reason(&events, "005930", "2024-01-08", 0.5049), "20231205000001");
  assert_string_equal(reason(&events, "005930", "2024-01-08", 0.4951), "20231205000001");
  assert_string_equal(reason(&events, "005930", "2024-01-08", 0.4950), "");
  assert_string_equal(reason(&events, "005930", "2024-01-08", 0.5051), ""); /* 0.5 ÷ 0.5051 = 0.9899 */
  assert_string_equal(reason(&events, "005930", "2024-01-08", 50.0 / 101), "20231205000001"); /* exactly 1.01 */
  assert_string_equal(reason(&events, "005930", "2024-01-08", 50.0 / 99), "20231205000001");  /* exactly 0.99 */
  assert_string_equal(reason(&events, "005935", "2024-01-08", 0.5), "");
  assert_string_equal(reason(&events, "000660", "2024-01-08", 0.5), "");
  events_free(&events);
}

static void each_kind_gives_its_own_factor(void **state) {
  (void)state;
  CompanyEvent event = make("20231205000001", EVENT_CAPITAL_REDUCTION, NULL, 0.05);
  assert_true(event_factor(&event) > 19.999 && event_factor(&event) < 20.001);
  event.kind = EVENT_BONUS_ISSUE;
  assert_true(event_factor(&event) > 0.9523 && event_factor(&event) < 0.9524);
  event.kind = EVENT_RIGHTS_ISSUE;
  assert_true(event_factor(&event) <= 0);
  event.kind = EVENT_BONUS_ISSUE;
  event.is_withdrawal = true;
  assert_true(event_factor(&event) <= 0);
}

static void one_of_the_dates_has_to_be_within_thirty_sessions(void **state) {
  (void)state;
  Events events = {0};
  CompanyEvent event = make("20231205000001", EVENT_BONUS_ISSUE, NULL, 1);
  add(&events, event);
  assert_string_equal(reason(&events, "005930", "2024-02-19", 0.5), "20231205000001"); /* 30 weekdays */
  assert_string_equal(reason(&events, "005930", "2024-02-20", 0.5), "");
  assert_string_equal(reason(&events, "005930", "2023-11-27", 0.5), "20231205000001");
  assert_string_equal(reason(&events, "005930", "2023-11-24", 0.5), "");
  event.as_filed.listing_date = day("2024-03-01");
  add(&events, event);
  assert_string_equal(reason(&events, "005930", "2024-02-20", 0.5), "20231205000001");
  event.as_filed.listing_date = event.as_filed.base_date = DAY_NONE;
  add(&events, event);
  assert_string_equal(reason(&events, "005930", "2024-01-08", 0.5), "");
  events_free(&events);
}

static void the_newest_version_counts_and_none_when_it_is_withdrawn(void **state) {
  (void)state;
  Events events = {0};
  add(&events, make("20231205000001", EVENT_BONUS_ISSUE, NULL, 1));
  CompanyEvent contradicting = make("20231205000001", EVENT_BONUS_ISSUE, NULL, 3);
  contradicting.version = 2;
  add(&events, contradicting);
  assert_string_equal(reason(&events, "005930", "2024-01-08", 0.5), "20231205000001");
  assert_string_equal(reason(&events, "005930", "2024-01-08", 0.25), "");
  add(&events, make("20231206000001", EVENT_BONUS_ISSUE, "2023-12-05", 4));
  assert_string_equal(reason(&events, "005930", "2024-01-08", 0.5), "");
  assert_string_equal(reason(&events, "005930", "2024-01-08", 0.2), "20231206000001");
  add(&events, make("20231207000001", EVENT_BONUS_ISSUE, NULL, 1)); /* another decision */
  assert_string_equal(reason(&events, "005930", "2024-01-08", 0.5), "20231207000001");
  assert_string_equal(reason(&events, "005930", "2024-01-08", 0.2), "20231206000001");
  CompanyEvent gone = make("20231220000001", EVENT_BONUS_ISSUE, "2023-12-05", 0);
  gone.is_withdrawal = true;
  add(&events, gone);
  assert_string_equal(reason(&events, "005930", "2024-01-08", 0.2), "");
  assert_string_equal(reason(&events, "005930", "2024-01-08", 0.5), "20231207000001");
  events_free(&events);
}

static void of_several_the_highest_receipt_number_explains(void **state) {
  (void)state;
  Events events = {0};
  add(&events, make("20231205000001", EVENT_BONUS_ISSUE, NULL, 1));
  add(&events, make("20231206000009", EVENT_CAPITAL_REDUCTION, NULL, 2));
  assert_string_equal(reason(&events, "005930", "2024-01-08", 0.5), "20231206000009");
  events_free(&events);
}

/* ---- what is listed ---- */

static void list(EventListing *listing, const char *rcept_no, const char *name, bool withdrawn) {
  Filing filing = {.corp_code = "00126380", .filed = rcept_no_filed(rcept_no), .is_withdrawn = withdrawn};
  strcpy(filing.rcept_no, rcept_no);
  filing_read_name(name, &filing);
  const ListedEvent listed = listed_event(&filing);
  assert_int_equal(event_listing_put(listing, &listed), STATUS_OK);
}

static void the_days_of_decisions_are_those_of_originals_newest_first(void **state) {
  (void)state;
  static const char NAME[] = "주요사항보고서(무상증자결정)", CORRECTED[] = "[기재정정]주요사항보고서(무상증자결정)";
  const EventSeries series = {"00126380", EVENT_BONUS_ISSUE};
  EventListing listing = {0};
  Events events = {0};
  EventDays days = {0};
  list(&listing, "20240110000002", NAME, false);
  list(&listing, "20240110000001", NAME, false);
  list(&listing, "20240110000001", NAME, true); /* newer remarks */
  list(&listing, "20240112000001", CORRECTED, false);
  list(&listing, "20240113000001", "주요사항보고서(감자결정)", false);
  list(&listing, "20240114000001", NAME, false);
  add(&events, make("20240105000001", EVENT_BONUS_ISSUE, "2024-01-02", 1));
  assert_int_equal(listing.count, 5);
  assert_int_equal(event_listing_originals(&listing, &series, day("2024-01-10"), false), 2);
  assert_int_equal(event_listing_originals(&listing, &series, day("2024-01-10"), true), 1);
  assert_int_equal(event_days(&listing, &events, &series, day("2024-01-01"), day("2024-01-12"), &days), STATUS_OK);
  assert_int_equal(days.count, 2);
  assert_int_equal(days.items[0], day("2024-01-10"));
  assert_int_equal(days.items[1], day("2024-01-02"));
  free(days.items);
  event_listing_free(&listing);
  events_free(&events);
}

static void an_only_original_is_there_when_its_correction_is(void **state) {
  (void)state;
  static const char NAME[] = "주요사항보고서(무상증자결정)";
  EventListing listing = {0};
  Events events = {0};
  list(&listing, "20240110000001", NAME, false);
  const ListedEvent original = listing.items[0];
  assert_false(event_is_there(&events, &listing, &original));
  add(&events, make("20240112000001", EVENT_BONUS_ISSUE, "2024-01-10", 1));
  assert_true(event_is_there(&events, &listing, &original));
  list(&listing, "20240110000002", NAME, false); /* whose correction it is nobody knows */
  assert_false(event_is_there(&events, &listing, &original));
  add(&events, make("20240110000001", EVENT_BONUS_ISSUE, NULL, 1));
  assert_true(event_is_there(&events, &listing, &original));
  event_listing_free(&listing);
  events_free(&events);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_say_which_decision_it_is),
      cmocka_unit_test(kinds_have_names_and_services),
      cmocka_unit_test(ids_are_texts_and_back),
      cmocka_unit_test(other_values_of_one_receipt_are_another_version),
      cmocka_unit_test(sessions_count_within_the_archive_and_weekdays_outside),
      cmocka_unit_test(the_ratio_has_to_give_the_factor_within_a_hundredth),
      cmocka_unit_test(each_kind_gives_its_own_factor),
      cmocka_unit_test(one_of_the_dates_has_to_be_within_thirty_sessions),
      cmocka_unit_test(the_newest_version_counts_and_none_when_it_is_withdrawn),
      cmocka_unit_test(of_several_the_highest_receipt_number_explains),
      cmocka_unit_test(the_days_of_decisions_are_those_of_originals_newest_first),
      cmocka_unit_test(an_only_original_is_there_when_its_correction_is),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
