/* The alerts: ops_alerts. */
#include "store_contract_internal.h"

#include <stdio.h>

#include <closebell/store/ops_alerts.h>

static const Instant NOW = 1744329600123;

static void assert_alert(const Db *db, const char *count, const char *first_utc, const char *message) {
  char text[CONTRACT_FIELD_SIZE];
  assert_string_equal(contract_field(db, DB_SYSTEM, "ops_alerts", "GAP:2025-04-10", "count", text), count);
  contract_field(db, DB_SYSTEM, "ops_alerts", "GAP:2025-04-10", "first_utc", text);
  assert_non_null(strstr(text, first_utc));
  assert_string_equal(contract_field(db, DB_SYSTEM, "ops_alerts", "GAP:2025-04-10", "message", text), message);
}

static void an_alert_is_opened_counted_resolved_and_opened_again(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  const Instant hour = 3600000;
  char text[CONTRACT_FIELD_SIZE];
  assert_ok(ops_alerts_resolve(db, "GAP", "2025-04-10", NOW, &err));
  assert_int_equal(contract_count(db, DB_SYSTEM, "ops_alerts"), 0);
  assert_ok(ops_alerts_raise(db, &(NewAlert){ALERT_WARN, "GAP", "2025-04-10", "one"}, NOW, &err));
  assert_alert(db, "1", "00:00:00", "\"one\"");
  assert_ok(ops_alerts_raise(db, &(NewAlert){ALERT_CRITICAL, "GAP", "2025-04-10", "two"}, NOW + hour, &err));
  assert_alert(db, "2", "00:00:00", "\"two\"");
  assert_string_equal(contract_field(db, DB_SYSTEM, "ops_alerts", "GAP:2025-04-10", "severity", text), "\"CRITICAL\"");
  assert_ok(ops_alerts_resolve(db, "GAP", "2025-04-10", NOW + 2 * hour, &err));
  contract_field(db, DB_SYSTEM, "ops_alerts", "GAP:2025-04-10", "resolved_utc", text);
  assert_non_null(strstr(text, "02:00:00"));
  assert_ok(ops_alerts_resolve(db, "GAP", "2025-04-10", NOW + 3 * hour, &err));
  contract_field(db, DB_SYSTEM, "ops_alerts", "GAP:2025-04-10", "resolved_utc", text);
  assert_non_null(strstr(text, "02:00:00"));
  assert_ok(ops_alerts_raise(db, &(NewAlert){ALERT_WARN, "GAP", "2025-04-10", "three"}, NOW + 4 * hour, &err));
  assert_alert(db, "1", "04:00:00", "\"three\"");
  assert_string_equal(contract_field(db, DB_SYSTEM, "ops_alerts", "GAP:2025-04-10", "resolved_utc", text), "");
}

static void an_alert_that_becomes_worse_is_told_anew(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  char text[CONTRACT_FIELD_SIZE];
  assert_ok(ops_alerts_raise(db, &(NewAlert){ALERT_WARN, "GAP", "2025-04-10", "one"}, NOW, &err));
  assert_ok(ops_alerts_notified(db, "GAP", "2025-04-10", NOW, &err));
  assert_ok(ops_alerts_raise(db, &(NewAlert){ALERT_WARN, "GAP", "2025-04-10", "two"}, NOW, &err));
  assert_string_not_equal(contract_field(db, DB_SYSTEM, "ops_alerts", "GAP:2025-04-10", "notified_utc", text), "");
  assert_ok(ops_alerts_raise(db, &(NewAlert){ALERT_CRITICAL, "GAP", "2025-04-10", "three"}, NOW, &err));
  assert_alert(db, "3", "00:00:00", "\"three\"");
  assert_string_equal(contract_field(db, DB_SYSTEM, "ops_alerts", "GAP:2025-04-10", "notified_utc", text), "");
  assert_ok(ops_alerts_notified(db, "GAP", "2025-04-10", NOW, &err));
  assert_ok(ops_alerts_raise(db, &(NewAlert){ALERT_CRITICAL, "GAP", "2025-04-10", "four"}, NOW, &err));
  assert_ok(ops_alerts_raise(db, &(NewAlert){ALERT_WARN, "GAP", "2025-04-10", "five"}, NOW, &err));
  assert_string_not_equal(contract_field(db, DB_SYSTEM, "ops_alerts", "GAP:2025-04-10", "notified_utc", text), "");
}

static Status note_alert(void *context, const Alert *alert, Error *err) {
  (void)err;
  strcat(context, alert->subject);
  return STATUS_OK;
}

static Status note_unreadable(void *context, const char *id, const char *what, Error *err) {
  (void)err;
  assert_non_null(strstr(what, "count"));
  snprintf((char *)context + strlen(context), 32, "(%s)", id);
  return STATUS_OK;
}

static void an_alert_that_cannot_be_read_is_left_out(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  char told[128] = "", silent[128] = "";
  for (const char *subject = "abc"; *subject; subject++)
    assert_ok(ops_alerts_raise(db, &(NewAlert){ALERT_WARN, "GAP", (const char[]){*subject, '\0'}, "one"}, NOW, &err));
  contract_damage(db, DB_SYSTEM, "ops_alerts", "GAP:b", "count", NULL);
  assert_ok(ops_alerts_read(db, note_unreadable, note_alert, told, &err));
  assert_string_equal(told, "a(GAP:b)c");
  assert_ok(ops_alerts_read(db, NULL, note_alert, silent, &err));
  assert_string_equal(silent, "ac");
}

const struct CMUnitTest *contract_alert_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_alert_is_opened_counted_resolved_and_opened_again),
      cmocka_unit_test(an_alert_that_becomes_worse_is_told_anew),
      cmocka_unit_test(an_alert_that_cannot_be_read_is_left_out),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
