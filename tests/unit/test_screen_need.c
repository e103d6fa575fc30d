#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/screen/need.h>

#include <stdio.h>
#include <string.h>

static ScreenNeed need_of(const char *text) {
  ScreenPlan plan;
  ScreenError error;
  if (screen_plan(text, strlen(text), &plan, &error) != STATUS_OK) fail_msg("%s: %s", text, error.what);
  return screen_need(&plan);
}

static const char *name_of(int name) { return name < 0 ? "" : screen_name_at((size_t)name).name; }

static void the_field_that_looks_furthest_back_decides(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int sessions, back;
    const char *name;
  } CASES[] = {
      {"close > 1", 1, 0, "close"},
      {"1 > 2", 1, 0, ""},
      {"sma_200 > 1", 200, 0, "sma_200"},
      {"sma_200[3] > close[201]", 203, 3, "sma_200"},
      {"sma_200[3] > close[203]", 204, 203, "close"},
      {"close > highest(high, 20)[1]", 21, 20, "high"},
      {"crosses_above(close, sma_5)", 6, 1, "sma_5"},
      {"rank(close[21] / close[252]) >= 90", 253, 252, "close"},
      {"mean(mean(close, 10), 10) > 1", 19, 18, "close"},
      {"count(close > sma_20[2], 5)[3] > 1 and open > 1", 29, 9, "sma_20"},
      {"close between sma_5 and sma_20", 20, 0, "sma_20"},
      {"close[4] in (1, 2, 3)", 5, 4, "close"},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    ScreenNeed need = need_of(CASES[i].text);
    if (need.sessions != CASES[i].sessions || need.back != CASES[i].back ||
        strcmp(name_of(need.name), CASES[i].name) != 0)
      fail_msg("%s: %d sessions, %s of %d before", CASES[i].text, need.sessions, name_of(need.name), need.back);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_field_that_looks_furthest_back_decides),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
