/* company_events, event_work, and explained_by of corporate_actions. */
#include "store_contract_internal.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/store/collections.h>
#include <closebell/store/company_events.h>
#include <closebell/store/corporate_actions.h>
#include <closebell/store/event_work.h>

static const Instant NOW = INT64_C(1684300000000);

static void make(const Db *db) {
  Error err = {{0}};
  assert_ok(collections_create_system(db, &err));
  assert_ok(collections_create_section(db, "dart", &err));
}

static CompanyEvent bonus_issue(void) {
  return (CompanyEvent){.as_filed = {.rcept_no = "20230517000192",
                                     .base_date = contract_day("2023-06-01"),
                                     .listing_date = contract_day("2023-06-16"),
                                     .ratio = 0.5},
                        .ticker = "002900",
                        .corp_code = "00117230",
                        .kind = EVENT_BONUS_ISSUE,
                        .first_filed = DAY_NONE,
                        .report_name = "주요사항보고서(무상증자결정)",
                        .is_live = true,
                        .version = 1,
                        .first_seen_utc = NOW};
}

static CompanyEvent withdrawal(void) {
  return (CompanyEvent){
      .as_filed = {.rcept_no = "20230601000007", .base_date = DAY_NONE, .listing_date = DAY_NONE},
      .ticker = "002900",
      .corp_code = "00117230",
      .kind = EVENT_BONUS_ISSUE,
      .first_filed = contract_day("2023-05-17"),
      .report_name = "[철회]주요사항보고서(무상증자결정)",
      .is_withdrawal = true,
      .version = 1,
      .first_seen_utc = NOW};
}

/* What the contract says of a document, to the letter. */
static void a_decision_has_the_fields_that_were_published(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  char text[CONTRACT_FIELD_SIZE];
  static const char ID[] = "20230517000192", GONE[] = "20230601000007";
  const CompanyEvent events[] = {bonus_issue(), withdrawal()};
  make(db);
  assert_ok(company_events_append(db, events, 2, &err));
  assert_ok(company_events_append(db, events, 2, &err));
  assert_int_equal(contract_count(db, DB_SYSTEM, "company_events"), 2);
  const struct {
    const char *id, *field, *value;
  } fields[] = {{ID, "ticker", "\"002900\""},
                {ID, "corp_code", "\"00117230\""},
                {ID, "kind", "\"bonus_issue\""},
                {ID, "filed", "\"2023-05-17\""},
                {ID, "base_date", "\"2023-06-01\""},
                {ID, "listing_date", "\"2023-06-16\""},
                {ID, "ratio", "0.5"},
                {ID, "report_name", "\"주요사항보고서(무상증자결정)\""},
                {ID, "origin", "\"live\""},
                {GONE, "first_filed", "\"2023-05-17\""},
                {GONE, "origin", "\"backfill\""}};
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
    assert_string_equal(contract_field(db, DB_SYSTEM, "company_events", fields[i].id, fields[i].field, text),
                        fields[i].value);
  bson_t *original = contract_get(db, DB_SYSTEM, "company_events", ID);
  assert_false(bson_has_field(original, "first_filed") || bson_has_field(original, "withdrawn"));
  bson_t *gone = contract_get(db, DB_SYSTEM, "company_events", GONE);
  assert_true(bson_has_field(gone, "withdrawn"));
  assert_false(bson_has_field(gone, "ratio"));
  assert_false(bson_has_field(gone, "base_date") || bson_has_field(gone, "listing_date"));
  bson_destroy(original);
  bson_destroy(gone);
}

static Status count_finding(void *context, const char *id, const char *what, Error *err) {
  (void)err;
  assert_string_equal(id, "20230517000192");
  assert_non_null(strstr(what, "kind"));
  ++*(int *)context;
  return STATUS_OK;
}

static void what_is_damaged_is_told_of_and_put_right(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Events events = {0};
  CompanyEvent event = bonus_issue(), second = event, read;
  int findings = 0;
  second.version = 2;
  second.as_filed.ratio = 1;
  make(db);
  assert_ok(company_events_append(db, &event, 1, &err));
  assert_ok(company_events_append(db, &second, 1, &err));
  bson_t *set = BCON_NEW("kind", BCON_UTF8("dividend"));
  const DbUpdate damage = {.id = "20230517000192", .set = set};
  assert_ok(db->update_many(db->self, DB_SYSTEM, "company_events", &damage, 1, &err));
  bson_destroy(set);
  assert_ok(company_events_read(db, count_finding, &findings, &events, &err));
  assert_int_equal(findings, 1);
  assert_int_equal(events.count, 1);
  assert_int_equal(events.items[0].version, 2);
  events_free(&events);
  assert_int_equal(company_events_find(db, "20230517000192", &read, &err), STATUS_NOT_FOUND);
  assert_ok(company_events_append(db, &event, 1, &err));
  assert_ok(company_events_find(&contract->other, "20230517000192", &read, &err));
  assert_int_equal(read.first_seen_utc, NOW);
  assert_int_equal(read.as_filed.listing_date, contract_day("2023-06-16"));
  assert_int_equal(company_events_find(db, "20230517000193", &read, &err), STATUS_NOT_FOUND);
}

static void how_far_the_events_have_come_is_remembered(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Company items[] = {{.corp_code = "00117230"}, {.corp_code = "00126380"}};
  Companies one = {.items = items, .count = 1}, two = {.items = items, .count = 2};
  bool known[2];
  EventProgress progress;
  make(db);
  assert_ok(event_work_read_progress(db, &progress, &err));
  assert_int_equal(progress.through, DAY_NONE);
  progress = (EventProgress){
      .from = contract_day("2023-01-01"), .through = contract_day("2024-01-05"), .is_whole = true, .documents = 7};
  assert_ok(event_work_write_progress(db, &progress, &err));
  assert_ok(event_work_read_progress(&contract->other, &progress, &err));
  assert_int_equal(progress.through, contract_day("2024-01-05"));
  assert_int_equal(progress.documents, 7);
  assert_true(progress.is_whole);
  assert_ok(event_work_read_known(db, &two, known, &err));
  assert_false(known[0] || known[1]);
  assert_ok(event_work_write_known(db, &one, &err));
  assert_ok(event_work_read_known(db, &two, known, &err));
  assert_true(known[0] && !known[1]);
}

/* ---- explained_by ---- */

static Status take(void *context, const char *id, const CorporateAction *action, Error *err) {
  (void)id, (void)err;
  assert_non_null(action);
  *(CorporateAction *)context = *action;
  return STATUS_OK;
}

static CorporateAction stored(const Db *db) {
  Error err = {{0}};
  CorporateAction action = {.date = DAY_NONE};
  assert_ok(corporate_actions_read(db, "336370", take, &action, &err));
  return action;
}

static bool is_explained(const Db *db) {
  bson_t *action = contract_get(db, DB_SYSTEM, "corporate_actions", "336370:2024-01-08");
  bool explained = bson_has_field(action, "explained_by");
  bson_destroy(action);
  return explained;
}

static void an_explanation_is_set_and_taken_away_and_nothing_else(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  CorporateAction action = {.ticker = "336370",
                            .date = contract_day("2024-01-08"),
                            .base_price = 500,
                            .previous_close = 1000,
                            .factor = 0.5};
  make(db);
  assert_ok(corporate_actions_write(db, &action, 1, &err));
  assert_false(is_explained(db));
  strcpy(action.explained_by, "20231205000001");
  action.base_price = 1;
  assert_ok(corporate_actions_explain(db, &action, 1, &err));
  assert_string_equal(stored(db).explained_by, "20231205000001");
  assert_int_equal(stored(db).base_price, 500);
  action.explained_by[0] = '\0';
  action.factor = 0.25; /* another action stands there */
  assert_ok(corporate_actions_explain(db, &action, 1, &err));
  assert_string_equal(stored(db).explained_by, "20231205000001");
  action.factor = 0.5;
  assert_ok(corporate_actions_explain(db, &action, 1, &err));
  assert_false(is_explained(db));
}

static void whoever_writes_the_same_action_again_learns_what_explains_it(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  const Day day = contract_day("2024-01-08");
  CorporateAction action = {.ticker = "336370",
                            .date = day,
                            .base_price = 500,
                            .previous_close = 1000,
                            .factor = 0.5,
                            .explained_by = "20231205000001"};
  make(db);
  assert_ok(corporate_actions_write(db, &action, 1, &err));
  action.explained_by[0] = '\0';
  assert_ok(corporate_actions_remove_others(db, day, &action, 1, &err));
  assert_string_equal(action.explained_by, "20231205000001");
  action.explained_by[0] = '\0';
  action.factor = 0.25;
  assert_ok(corporate_actions_remove_others(db, day, &action, 1, &err));
  assert_string_equal(action.explained_by, "");
}

const struct CMUnitTest *contract_event_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(a_decision_has_the_fields_that_were_published, contract_empty),
      cmocka_unit_test_setup(what_is_damaged_is_told_of_and_put_right, contract_empty),
      cmocka_unit_test_setup(how_far_the_events_have_come_is_remembered, contract_empty),
      cmocka_unit_test_setup(an_explanation_is_set_and_taken_away_and_nothing_else, contract_empty),
      cmocka_unit_test_setup(whoever_writes_the_same_action_again_learns_what_explains_it, contract_empty),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
