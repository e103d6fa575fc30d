/* inventions.h: figures that a model makes up, in twelve disguises; the same seed gives the same one.
 *
 * A text is that of a member of an answer: the inside of a JSON string, with its escapes where the disguise has some.
 * Placeholders in it are {f1} and whatever the disguise misspells, so that any table with a fact will do. */
#ifndef CLOSEBELL_TESTS_INVENTIONS_H
#define CLOSEBELL_TESTS_INVENTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
  DISGUISE_DIGITS = 0, /* 37.5%, 71,500 */
  DISGUISE_WIDE,       /* full-width digits */
  DISGUISE_SCRIPT,     /* digits of another script, or of mathematical alphabets */
  DISGUISE_RAISED,     /* superscripts, subscripts */
  DISGUISE_CIRCLED,    /* in circles, parentheses */
  DISGUISE_ROMAN,      /* Roman numerals, of one character or of letters before a unit */
  DISGUISE_FRACTION,   /* a fraction's character, or in words */
  DISGUISE_HAN,        /* Chinese numerals */
  DISGUISE_SINO,       /* Sino-Korean words before a unit */
  DISGUISE_NATIVE,     /* native Korean words before a unit */
  DISGUISE_ENGLISH,    /* English words before a unit */
  DISGUISE_ESCAPE,     /* hidden by escapes of JSON or HTML, or by a misspelt or unknown placeholder */
  DISGUISES
} Disguise;

enum { INVENTION_SIZE = 1024 };
/* Invention `seed` is of disguise seed % DISGUISES. Returns text. */
char *invention(unsigned seed, char text[INVENTION_SIZE]);

/* Honest answers of tests/data/ai, by the facts of ai_sample.h: the number is that of the answer. False: no such
 * language's file, or it is too long. */
bool honest_answer(const char *folder, const char *language, unsigned number, char *text, size_t size);

#endif
