#include "dart_replay_ask.h"

#include <string.h>

const char *dart_get(const DartAsk *ask, const char *name) {
  const char *value = ask->get(ask->context, name);
  return value == NULL ? "" : value;
}

bool dart_is_digits(const char *text, size_t count) {
  return strlen(text) == count && strspn(text, "0123456789") == count;
}

void dart_put(FILE *out, const char *name, const char *value) {
  fprintf(out, "\"%s\":\"", name);
  for (; *value != '\0'; value++) {
    if (*value == '"' || *value == '\\') fputc('\\', out);
    fputc(*value, out);
  }
  fputc('"', out);
}

const char *dart_words_of(const char *status) {
  static const struct {
    const char *status, *words;
  } table[] = {{"010", "등록되지 않은 키입니다."},
               {"011", "사용할 수 없는 키입니다."},
               {"012", "접근할 수 없는 IP입니다."},
               {DART_NO_DATA, "조회된 데이타가 없습니다."},
               {"014", "파일이 존재하지 않습니다."},
               {"020", "요청 제한을 초과하였습니다."},
               {DART_TOO_MANY, "조회 가능한 회사 개수가 초과하였습니다.(최대 100건)"},
               {DART_BAD_VALUE, "필드의 부적절한 값입니다."},
               {"101", "부적절한 접근입니다."},
               {"800", "시스템 점검으로 인한 서비스가 중지 중입니다."},
               {"901", "사용자 계정의 개인정보 보유기간이 만료되어 사용할 수 없는 키입니다."}};
  for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
    if (strcmp(table[i].status, status) == 0) return table[i].words;
  return "정의되지 않은 오류가 발생하였습니다.";
}
