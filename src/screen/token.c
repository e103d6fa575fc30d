/* Tokens: numbers with suffix, texts in quotes, words, signs. */
#include "token.h"

#include <closebell/screen/screen.h>

#include <stdlib.h>
#include <string.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static bool begins(const char *text, size_t length, const char *with) {
  return length >= strlen(with) && memcmp(text, with, strlen(with)) == 0;
}

static const struct { const char *text, *exponent; } suffixes[] = {{"%", "e-2"}, {"억", "e8"}, {"조", "e12"}};
enum { SUFFIXES = sizeof(suffixes) / sizeof(suffixes[0]) };

static void take_number(Token *token, const char *text, size_t end) {
  size_t i = token->at;
  while (i < end && is_digit(text[i])) i++;
  token->whole = true;
  if (i < end && text[i] == '.') {
    token->whole = false;
    size_t decimals = ++i;
    while (i < end && is_digit(text[i])) i++;
    token->broken = i == decimals;
  }
  for (size_t k = 0; k < SUFFIXES && !token->broken; k++) {
    if (!begins(text + i, end - i, suffixes[k].text)) continue;
    i += strlen(suffixes[k].text);
    token->whole = false;
    break;
  }
  token->kind = TOKEN_NUMBER;
  token->length = i - token->at;
}

static void take_text(Token *token, const char *text, size_t end) {
  char quote = text[token->at];
  size_t i = token->inner = token->at + 1;
  for (; i < end && text[i] != quote && text[i] != '\n' && text[i] != '\r'; i++) {
    if (((unsigned char)text[i] & 0xC0) != 0x80) token->chars++;
  }
  token->kind = TOKEN_TEXT;
  token->inner_length = i - token->inner;
  token->broken = i == end || text[i] != quote;
  token->length = i - token->at + (token->broken ? 0 : 1);
}

static void take_sign(Token *token, const char *text, size_t end) {
  static const char *const signs[] = {"<=", ">=", "==", "!=", "<", ">", "=", "(",
                                      ")",  "[",  "]",  ",",  "+", "-", "*", "/"};
  for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
    if (!begins(text + token->at, end - token->at, signs[i])) continue;
    token->kind = TOKEN_SIGN;
    token->length = strlen(signs[i]);
    return;
  }
  token->kind = TOKEN_BAD;
  token->length = 1;
}

Token token_next(const char *text, size_t length, size_t from) {
  while (from < length && is_blank(text[from])) from++;
  Token token = {.at = from};
  if (from == length) return token;
  char c = text[from];
  if (is_digit(c)) {
    take_number(&token, text, length);
  } else if (c == '"' || c == '\'') {
    take_text(&token, text, length);
  } else if (is_letter(c)) {
    token.kind = TOKEN_WORD;
    while (from < length && (is_letter(text[from]) || is_digit(text[from]))) from++;
    token.length = from - token.at;
  } else {
    take_sign(&token, text, length);
  }
  return token;
}

bool token_is(const Token *token, const char *text, const char *words) {
  if (token->kind != TOKEN_WORD && token->kind != TOKEN_SIGN) return false;
  return strlen(words) == token->length && memcmp(text + token->at, words, token->length) == 0;
}

double token_number(const Token *token, const char *text) {
  char digits[SCREEN_MAX_BYTES + 8];
  size_t length = 0;
  while (length < token->length && (is_digit(text[token->at + length]) || text[token->at + length] == '.')) length++;
  memcpy(digits, text + token->at, length);
  digits[length] = '\0';
  for (size_t k = 0; k < SUFFIXES; k++) {
    if (begins(text + token->at + length, token->length - length, suffixes[k].text))
      strcpy(digits + length, suffixes[k].exponent);
  }
  return strtod(digits, NULL);
}
