/* fuzz.h: what every fuzz target is: bytes from outside in, and whether they were accepted.
 *
 * Two programs are made of each: with libFuzzer, which invents bytes (fuzz_libfuzzer.c), and without, which reads the
 * committed corpus and knows what must be accepted and what refused (fuzz_corpus.c). */
#ifndef CLOSEBELL_TESTS_FUZZ_H
#define CLOSEBELL_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* data has exactly size bytes, and no NUL behind them. Ends the process when a promise of the code under test does not
 * hold. */
bool fuzz_target(const uint8_t *data, size_t size);

/* Prints what did not hold and aborts, in every build. */
#define FUZZ_CHECK(what) fuzz_check((what), #what, __FILE__, __LINE__)
void fuzz_check(bool holds, const char *what, const char *file, int line);

/* The bytes as text with a NUL behind them, the caller's to free. A NUL among them ends the text. */
char *fuzz_text(const uint8_t *data, size_t size);

/* A message for people: not empty, one line, UTF-8. */
void fuzz_check_message(const char *text);

#endif
