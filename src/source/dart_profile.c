/* Who a company is: company.json. Its fields stand beside the status. */
#include <closebell/source/dart_parse.h>

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <closebell/base/text.h>

#include "answer_row.h"
#include "dart_value.h"

const PayloadType PAYLOAD_COMPANY_PROFILE = {"company profile", sizeof(CompanyProfile)};

/* Null: fine. */
static const char *read_profile(const json_t *body, const char *corp_code, CompanyProfile *profile) {
  const char *code = dart_text(body, "corp_code"), *name = dart_text(body, "corp_name");
  const char *stock_code = dart_text(body, "stock_code"), *corp_cls = dart_text(body, "corp_cls");
  const char *month = dart_text(body, "acc_mt");
  int64_t number = 0;
  if (code == NULL || strcmp(code, corp_code) != 0) return "corp_code is another one than was asked for";
  if (name == NULL || *name == '\0' || !text_copy(profile->name, sizeof profile->name, name))
    return "corp_name is absent or too long";
  if (stock_code == NULL || !dart_ticker(stock_code, profile->ticker)) return "stock_code is no stock code";
  if (corp_cls == NULL || strlen(corp_cls) != 1 || strchr("YKNE", *corp_cls) == NULL)
    return "corp_cls is none of Y, K, N, E";
  bool blank = month != NULL && month[strspn(month, " -")] == '\0';
  if (month == NULL || (!blank && !text_parse_int64(month, 1, 12, &number))) return "acc_mt is no month";
  text_copy(profile->corp_code, sizeof profile->corp_code, code);
  profile->corp_cls = *corp_cls;
  profile->fiscal_month = (int)number;
  return NULL;
}

void dart_parse_profile(const json_t *body, const char *corp_code, Answer *answer) {
  CompanyProfile *profile = answer_payload(1, &PAYLOAD_COMPANY_PROFILE, answer);
  if (profile == NULL) return;
  const char *fault = read_profile(body, corp_code, profile);
  if (fault != NULL) {
    answer_fail(answer, ANSWER_BROKEN, "%s", fault);
    free(profile);
    return;
  }
  answer->kind = ANSWER_ROWS;
  answer->type = &PAYLOAD_COMPANY_PROFILE;
  answer->payload = profile;
  answer->count = 1;
}
