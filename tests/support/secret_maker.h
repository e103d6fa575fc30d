/* secret_maker.h: secrets of many shapes, by a seed, and a look for pieces of them. */
#ifndef CLOSEBELL_TESTS_SECRET_MAKER_H
#define CLOSEBELL_TESTS_SECRET_MAKER_H

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { SECRET_MAX = 700, SECRET_PIECE_SHOWN = 4 };

typedef struct {
  uint64_t seed;
} SecretMaker;

static inline uint64_t secret_draw(SecretMaker *maker) { /* splitmix64 */
  uint64_t z = (maker->seed += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

/* Letters that our own messages do not have in a row of four, with what makes a password hard to place between them:
 * reserved bytes, escapes whole and broken, quotes, blanks, a newline, control bytes, Korean, braces of a template, and
 * now and then a length that does not fit. */
static inline void secret_make(SecretMaker *maker, char secret[SECRET_MAX]) {
  static const char *const odd[] = {"@",   ":",   "/",  "?",  "#",  "[",  "]",    "%",  "%4",           "%zz",
                                    "%40", "%2F", " ",  "\"", "\\", "\n", "\x01", "\r", "\xEC\x82\xBC", "{",
                                    "}",   "=",   "; ", "&",  ",",  "$",  "'",    ":/", "@@",           "\xFF",
                                    "\t",  "\x7F"};
  static const char letters[] = "QXJqxjKVWkvwYyUu0123456789"; /* no Z: "921Z" ends one of our instants */
  size_t length = 0, want = 6 + secret_draw(maker) % 40;
  if (secret_draw(maker) % 50 == 0) want = 300 + secret_draw(maker) % 350;
  while (length < want) {
    secret[length++] = letters[secret_draw(maker) % (sizeof letters - 11)]; /* no digit: " 511" is one of ours */
    for (size_t run = 3 + secret_draw(maker) % 5; run > 0; run--)
      secret[length++] = letters[secret_draw(maker) % (sizeof letters - 1)];
    if (secret_draw(maker) % 3 == 0) continue;
    const char *piece = odd[secret_draw(maker) % (sizeof odd / sizeof odd[0])];
    memcpy(secret + length, piece, strlen(piece));
    length += strlen(piece);
  }
  for (size_t run = 4; run > 0; run--) secret[length++] = letters[secret_draw(maker) % (sizeof letters - 1)];
  secret[length] = '\0';
}

/* From there on so many bytes are a piece: at least four, two of them letters. Digits with a quote or a blank beside
 * them are years, bounds and fields of JSON, and all texts have those. 0: the secret ends before. */
static inline size_t secret_piece(const char *from) {
  size_t letters = 0;
  for (size_t length = 0; from[length] != '\0';) {
    letters += isalpha((unsigned char)from[length]) != 0;
    if (++length >= SECRET_PIECE_SHOWN && letters >= 2) return length;
  }
  return 0;
}

/* Where the text has a piece of the secret, letters in either case (a driver writes hosts small); null: nowhere. */
static inline const char *secret_leak(const char *secret, const char *text) {
  size_t length = strlen(text), piece;
  for (; (piece = secret_piece(secret)) > 0; secret++)
    for (size_t at = 0; at + piece <= length; at++)
      if (strncasecmp(secret, text + at, piece) == 0) return text + at;
  return NULL;
}

#endif
