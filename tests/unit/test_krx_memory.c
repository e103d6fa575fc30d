/* What reading an answer does with memory: the JSON library's values live in blocks of their own meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <closebell/source/krx.h>

enum { ROWS = 30000, NOISE = 3000000 };

static const char ROW[] =
    "{\"BAS_DD\":\"20250410\",\"ISU_CD\":\"%06d\",\"ISU_NM\":\"종목%d\",\"MKT_NM\":\"KOSPI\",\"SECT_TP_NM\":\"-\","
    "\"TDD_CLSPRC\":\"%d\",\"CMPPREVDD_PRC\":\"60\",\"FLUC_RT\":\"1.15\",\"TDD_OPNPRC\":\"5270\",\"TDD_HGPRC\":"
    "\"90000\","
    "\"TDD_LWPRC\":\"70\",\"ACC_TRDVOL\":\"410628\",\"ACC_TRDVAL\":\"2137622110\",\"MKTCAP\":\"238934567520\","
    "\"LIST_SHRS\":\"45252759\"}";

/* ROWS stocks, and a field that nobody knows, larger than any block. */
static char *large_answer(size_t *ret_length) {
  char *text = malloc((size_t)ROWS * (sizeof ROW + 32) + NOISE + 64), *end = text;
  assert_non_null(text);
  end += sprintf(end, "{\"NOISE\":\"");
  memset(end, 'x', NOISE);
  end += NOISE;
  end += sprintf(end, "\",\"OutBlock_1\":[");
  for (int i = 0; i < ROWS; i++) {
    if (i > 0) *end++ = ',';
    end += sprintf(end, ROW, i, i, 1000 + i);
  }
  end += sprintf(end, "]}");
  *ret_length = (size_t)(end - text);
  return text;
}

static MarketAnswer read_answer(const char *text, size_t length) {
  MarketAnswer answer;
  Day day;
  assert_true(day_parse("2025-04-10", &day));
  krx_parse_daily(text, length, 200, day, MARKET_KOSPI, &answer);
  return answer;
}

static void a_large_answer_is_read_the_same_again_and_again(void **state) {
  (void)state;
  size_t length;
  char *text = large_answer(&length);
  for (int round = 0; round < 3; round++) {
    MarketAnswer answer = read_answer(text, length);
    assert_string_equal(answer.detail, "");
    assert_int_equal(answer.count, ROWS);
    for (int i = 0; i < ROWS; i++) {
      char name[32];
      snprintf(name, sizeof name, "종목%d", i);
      assert_string_equal(answer.rows[i].name, name);
      assert_int_equal(answer.rows[i].close, 1000 + i);
    }
    free(answer.rows);
  }
  free(text);
}

static void other_json_of_the_process_is_left_alone(void **state) {
  (void)state;
  size_t length;
  char *text = large_answer(&length);
  json_t *ours = json_pack("{s:s, s:[i, i]}", "name", "ours", "list", 1, 2);
  assert_non_null(ours);
  free(read_answer(text, length).rows);
  assert_int_equal(json_array_append_new(json_object_get(ours, "list"), json_integer(3)), 0);
  free(read_answer(text, length / 2).rows); /* cut short: fails */
  char *printed = json_dumps(ours, JSON_COMPACT | JSON_SORT_KEYS);
  assert_string_equal(printed, "{\"list\":[1,2,3],\"name\":\"ours\"}");
  free(printed);
  json_decref(ours);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_large_answer_is_read_the_same_again_and_again),
      cmocka_unit_test(other_json_of_the_process_is_left_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
