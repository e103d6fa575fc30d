/* token.h: a text cut into tokens, one at a time; never past its end. */
#ifndef CLOSEBELL_SCREEN_TOKEN_H
#define CLOSEBELL_SCREEN_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

typedef enum { TOKEN_END = 0, TOKEN_NUMBER, TOKEN_TEXT, TOKEN_WORD, TOKEN_SIGN, TOKEN_BAD } TokenKind;

typedef struct {
  TokenKind kind;
  size_t at, length;   /* bytes of the text */
  size_t inner, chars; /* of a text constant: where its content begins, and how many characters that has */
  size_t inner_length;
  bool broken; /* a number or a text that is not whole: it cannot go on at its end */
  bool whole;  /* a number of digits alone */
} Token;

Token token_next(const char *text, size_t length, size_t from);
bool token_is(const Token *token, const char *text, const char *words);
/* The value of a number with its suffix, rounded once. */
double token_number(const Token *token, const char *text);

#endif
