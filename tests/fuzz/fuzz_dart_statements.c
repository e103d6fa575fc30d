/* A body as fnlttMultiAcnt might send it for two companies' third quarter. Accepted: statements, or none. */
#include "fuzz_dart.h"

static void check(const Answer *answer) {
  const FiledReport *filed = answer->payload;
  for (size_t i = 0; i < answer->count; i++) {
    const Report *report = &filed[i].report;
    FUZZ_CHECK(corp_code_is_valid(filed[i].corp_code));
    fuzz_dart_check_ticker(filed[i].ticker);
    fuzz_dart_check_text(filed[i].trouble, sizeof filed[i].trouble);
    FUZZ_CHECK(report->kind == REPORT_Q3 && report->version == 1 && report->has >> REPORT_AMOUNT_COUNT == 0);
    for (ReportAmount amount = 0; amount < REPORT_AMOUNT_COUNT; amount++)
      FUZZ_CHECK(report_has(report, amount) || report->amounts[amount] == 0);
    if (i > 0) FUZZ_CHECK(strcmp(filed[i - 1].corp_code, filed[i].corp_code) <= 0);
    if (filed[i].trouble[0] != '\0') continue;
    FUZZ_CHECK(report->period_end != DAY_NONE && report_filed(report) > report->period_end);
    char id[REPORT_ID_SIZE];
    Report again;
    FUZZ_CHECK(report_id_parse(report_id(report, id), &again) && report_compare(report, &again) == 0);
  }
}

bool fuzz_target(const uint8_t *data, size_t size) {
  return fuzz_dart(&DART_STATEMENTS, "2024:11014:00126380,00164742", data, size, check);
}
