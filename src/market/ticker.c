#include <closebell/market/ticker.h>

enum { CODE_LENGTH = 6 };

/* Not isdigit and isupper: those follow the locale. */
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

bool ticker_is_valid(const char *text) {
  if (!is_digit(text[0])) return false;
  for (int i = 1; i < CODE_LENGTH; i++)
    if (!is_digit(text[i]) && !is_capital(text[i])) return false;
  return text[CODE_LENGTH] == '\0';
}
