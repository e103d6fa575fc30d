/* What costs is counted, not timed, and must not exceed what tests/bench/limits says: round trips, documents and source
 * calls of the three programs as processes, and the instructions of each indicator.
 *
 * tests/bench/guard --update writes the counts of today into that file (CLOSEBELL_GUARD_UPDATE does it here). */
#include <stdlib.h>
#include <unistd.h>

#include "kill_world.h"
#include "wire_meter.h"

enum { MAX_LIMITS = 64, MAX_COUNTS = 4, NAME_SIZE = 40 };

/* A line: a name, and its counts. */
typedef struct {
  char name[NAME_SIZE];
  double counts[MAX_COUNTS];
} Line;

typedef struct {
  Line lines[MAX_LIMITS];
  size_t count;
} Lines;

static const char *const COUNTS[MAX_COUNTS] = {"round trips", "documents written", "documents read", "source calls"};

/* Another compiler may choose other instructions. */
static const double INSTRUCTIONS_MARGIN = 1.2;

static Lines measured;

static Line *find_line(Lines *lines, const char *name) {
  for (size_t i = 0; i < lines->count; i++)
    if (strcmp(lines->lines[i].name, name) == 0) return &lines->lines[i];
  return NULL;
}

static Line *add_line(Lines *lines, const char *name) {
  assert_true(lines->count < MAX_LIMITS && strlen(name) < NAME_SIZE);
  Line *line = &lines->lines[lines->count++];
  *line = (Line){.name = ""};
  snprintf(line->name, sizeof line->name, "%s", name);
  return line;
}

static Lines load_limits(void) {
  Lines limits = {.count = 0};
  char text[256], name[NAME_SIZE];
  FILE *file = fopen(GUARD_LIMITS, "r");
  assert_non_null(file);
  while (fgets(text, sizeof text, file) != NULL) {
    double c[MAX_COUNTS] = {0};
    if (text[0] == '#' || sscanf(text, "%39s %lf %lf %lf %lf", name, &c[0], &c[1], &c[2], &c[3]) < 2) continue;
    memcpy(add_line(&limits, name)->counts, c, sizeof c);
  }
  fclose(file);
  return limits;
}

static bool is_updating(void) { return getenv("CLOSEBELL_GUARD_UPDATE") != NULL; }

/* ---- runs ---- */

typedef struct {
  const char *name;
  KillJob job;
} Scenario;

/* One after the other on one database: 20 sessions of the sample, and six more. */
static const Scenario SCENARIOS[] = {
    {"setup", {"manual_setup", "2025-04-11T00:00:00Z", "--days 20"}},
    {"setup-nothing", {"manual_setup", "2025-04-11T00:00:00Z", "--days 20"}},
    {"first-analysis", {"hourly_analysis", "2025-04-11T00:00:00Z", ""}},
    {"day", {"daily_update", "2025-04-14T00:00:00Z", ""}},
    {"update-nothing", {"daily_update", "2025-04-14T00:00:00Z", ""}},
    {"day-analysis", {"hourly_analysis", "2025-04-14T00:00:00Z", ""}},
    {"analysis-nothing", {"hourly_analysis", "2025-04-14T00:00:00Z", ""}},
    {"catch-up", {"daily_update", "2025-04-21T00:00:00Z", ""}},
    {"catch-up-analysis", {"hourly_analysis", "2025-04-21T00:00:00Z", ""}},
    {"verify", {"manual_setup", "2025-04-21T00:00:00Z", "--verify"}},
};

static void note(void *context, const uint8_t *message, size_t size, const uint8_t *reply, size_t reply_size) {
  wire_meter_add(context, message, size, reply, reply_size);
}

static void measure_run(KillWorld *world, const Scenario *scenario, WireTotals *totals) {
  *totals = (WireTotals){0};
  live_forget_calls(&world->live);
  kill_world_do(world, &scenario->job);
  Line *line = add_line(&measured, scenario->name);
  line->counts[0] = (double)totals->round_trips;
  line->counts[1] = (double)(totals->inserted + totals->updated + totals->deleted);
  line->counts[2] = (double)totals->read;
  line->counts[3] = (double)live_calls(&world->live);
}

static void measure_runs(void) {
  WireTotals totals;
  KillWorld *world = kill_world_open();
  wire_proxy_observe(world->proxy, note, &totals);
  live_set(&world->live, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", NULL);
  for (size_t i = 0; i < sizeof SCENARIOS / sizeof SCENARIOS[0]; i++) measure_run(world, &SCENARIOS[i], &totals);
  kill_world_close(world);
}

/* How many counts exceed the line's limits. */
static size_t compare_run(const Line *line, const Line *limit) {
  size_t exceeded = 0;
  for (size_t k = 0; k < MAX_COUNTS; k++) {
    if (line->counts[k] == limit->counts[k]) continue;
    exceeded += line->counts[k] > limit->counts[k];
    printf("%-18s %-18s %6.0f, limit %6.0f%s\n", line->name, COUNTS[k], line->counts[k], limit->counts[k],
           line->counts[k] > limit->counts[k] ? "  EXCEEDED" : ": tests/bench/guard --update lowers it");
  }
  return exceeded;
}

static void no_run_costs_more_than_its_limit(void **state) {
  (void)state;
  if (!kill_world_available()) skip();
  Lines limits = load_limits();
  size_t exceeded = 0;
  measure_runs();
  assert_true(find_line(&measured, "setup")->counts[1] > 20 * 40); /* sessions x targets: the meter is not blind */
  if (is_updating()) return;
  for (size_t i = 0; i < sizeof SCENARIOS / sizeof SCENARIOS[0]; i++) {
    const Line *limit = find_line(&limits, SCENARIOS[i].name);
    assert_non_null(limit);
    exceeded += compare_run(find_line(&measured, SCENARIOS[i].name), limit);
  }
  assert_int_equal(exceeded, 0);
}

static void a_count_above_its_limit_is_noticed_and_one_below_is_not_held_against_it(void **state) {
  (void)state;
  Line limit = {"self-test", {10, 20, 30, 0}}, above = {"self-test", {10, 21, 30, 1}},
       below = {"self-test", {9, 20, 29, 0}};
  assert_int_equal(compare_run(&above, &limit), 2);
  assert_int_equal(compare_run(&below, &limit), 0);
  assert_int_equal(compare_run(&limit, &limit), 0);
}

/* Whatever the file says. */
static void a_run_with_nothing_to_do_takes_six_round_trips_at_most_and_no_source_call(void **state) {
  (void)state;
  if (!kill_world_available()) skip();
  static const char *const names[] = {"setup-nothing", "update-nothing", "analysis-nothing"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    const Line *line = find_line(&measured, names[i]);
    assert_non_null(line);
    if (!(line->counts[0] > 0 && line->counts[0] <= 6 && line->counts[3] == 0))
      fail_msg("%s: %.0f round trips, %.0f source calls", line->name, line->counts[0], line->counts[3]);
  }
}

/* ---- instructions ---- */

/* Callgrind's file: "fn=caller", then for each callee "cfn=name", "calls=...", "line cost". A function that exists for
 * wider vectors as well is "name.avx2" or "name.default" by the processor at hand; the limits are those of the latter.
 */
static void read_callgrind(const char *path, Lines *costs) {
  char text[512], callee[NAME_SIZE] = "";
  bool is_caller = false, cost_follows = false;
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  while (fgets(text, sizeof text, file) != NULL) {
    long line;
    double cost;
    text[strcspn(text, "\n")] = '\0';
    if (strncmp(text, "fn=", 3) == 0) is_caller = strcmp(text + 3, "compute_rows") == 0;
    if (strncmp(text, "cfn=", 4) == 0) snprintf(callee, sizeof callee, "%.*s", (int)strcspn(text + 4, "."), text + 4);
    if (is_caller && cost_follows && sscanf(text, "%ld %lf", &line, &cost) == 2) {
      Line *known = find_line(costs, callee);
      (known != NULL ? known : add_line(costs, callee))->counts[0] += cost;
    }
    cost_follows = strncmp(text, "calls=", 6) == 0;
  }
  fclose(file);
}

/* Bars; 0: there is no valgrind. */
static double count_instructions(Lines *costs) {
  char path[64], command[512], answer[64] = "";
  snprintf(path, sizeof path, "/tmp/closebell-guard-%ld", (long)getpid());
  snprintf(command, sizeof command,
           "command -v valgrind >/dev/null && exec valgrind --tool=callgrind --quiet --compress-strings=no "
           "--compress-pos=no --callgrind-out-file=%s %s",
           path, BENCH_INSTRUCTIONS);
  FILE *said = popen(command, "r");
  assert_non_null(said);
  bool counted = fgets(answer, sizeof answer, said) != NULL;
  if (pclose(said) != 0 || !counted) return 0;
  read_callgrind(path, costs);
  unlink(path);
  return strtod(answer, NULL);
}

static bool has_suffix(const char *text, const char *suffix) {
  size_t length = strlen(text), end = strlen(suffix);
  return length > end && strcmp(text + length - end, suffix) == 0;
}

static void no_bar_costs_more_instructions_than_its_limit(void **state) {
  (void)state;
  Lines costs = {.count = 0}, limits = load_limits();
  double bars = count_instructions(&costs);
  size_t exceeded = 0, compared = 0;
  if (bars == 0) {
    printf("without valgrind the instructions of the indicators are not counted\n");
    skip();
  }
  for (size_t i = 0; i < costs.count; i++) {
    const char *name = costs.lines[i].name;
    if (!has_suffix(name, "_compute") && strcmp(name, "indicator_compute_all") != 0) continue;
    double each = costs.lines[i].counts[0] / bars;
    add_line(&measured, name)->counts[0] = each;
    const Line *limit = find_line(&limits, name);
    compared++;
    if (is_updating()) continue;
    bool is_over = limit == NULL || each > limit->counts[0] * INSTRUCTIONS_MARGIN;
    exceeded += is_over;
    if (is_over && limit) printf("%-22s %7.1f instructions a bar, limit %7.1f\n", name, each, limit->counts[0]);
    if (is_over && !limit)
      printf("%-22s %7.1f instructions a bar, and no limit: a line of that into tests/bench/limits\n", name, each);
  }
  assert_true(compared > 15);
  assert_int_equal(exceeded, 0);
}

/* ---- */

static void write_limits(const char *path) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs("# What tests/bench/test_guard.c allows. Written by tests/bench/guard --update.\n"
        "#\n"
        "# A run on the sample: round trips, documents written, documents read, source calls.\n",
        file);
  bool instructions = false;
  for (size_t i = 0; i < measured.count; i++) {
    const Line *line = &measured.lines[i];
    bool is_run = !has_suffix(line->name, "_compute") && strcmp(line->name, "indicator_compute_all") != 0;
    if (!is_run && !instructions) fputs("#\n# An indicator: instructions a bar, of all its rows.\n", file);
    instructions = !is_run;
    if (is_run)
      fprintf(file, "%-22s %6.0f %6.0f %6.0f %6.0f\n", line->name, line->counts[0], line->counts[1], line->counts[2],
              line->counts[3]);
    else
      fprintf(file, "%-22s %7.1f\n", line->name, line->counts[0]);
  }
  assert_int_equal(fclose(file), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_count_above_its_limit_is_noticed_and_one_below_is_not_held_against_it),
      cmocka_unit_test(no_run_costs_more_than_its_limit),
      cmocka_unit_test(a_run_with_nothing_to_do_takes_six_round_trips_at_most_and_no_source_call),
      cmocka_unit_test(no_bar_costs_more_instructions_than_its_limit),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (is_updating() && failed == 0) write_limits(getenv("CLOSEBELL_GUARD_UPDATE"));
  return failed;
}
