#include <closebell/ai/fact.h>

#include <string.h>

const char *language_code(Language language) { return language == LANGUAGE_KO ? "ko" : "en"; }

bool language_parse(const char *code, Language *ret_language) {
  for (Language language = LANGUAGE_EN; language <= LANGUAGE_KO; language++) {
    if (strcmp(code, language_code(language)) != 0) continue;
    *ret_language = language;
    return true;
  }
  return false;
}
