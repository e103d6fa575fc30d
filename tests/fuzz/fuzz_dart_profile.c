/* A body as company.json might send it for Samsung Electronics. Accepted: a profile, or none. */
#include "fuzz_dart.h"

static void check(const Answer *answer) {
  const CompanyProfile *profile = answer->payload;
  FUZZ_CHECK(answer->count == 1 && strcmp(profile->corp_code, "00126380") == 0);
  FUZZ_CHECK(profile->fiscal_month >= 0 && profile->fiscal_month <= 12 && strchr("YKNE", profile->corp_cls) != NULL);
  fuzz_dart_check_ticker(profile->ticker);
  fuzz_dart_check_text(profile->name, sizeof profile->name);
}

bool fuzz_target(const uint8_t *data, size_t size) { return fuzz_dart(&DART_COMPANY, "00126380", data, size, check); }
