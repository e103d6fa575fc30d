/* named.h: what a text names, without its wording.
 *
 * parts are separated by "|": "2025-03-05|KOSDAQ|40". One line of the text must hold all of them, in this order and
 * each as a whole word: 40 is not found in 1400, 10 not in 2025-03-10. No parts: any text. */
#ifndef CLOSEBELL_TESTS_NAMED_H
#define CLOSEBELL_TESTS_NAMED_H

#include <stdbool.h>

bool is_named(const char *text, const char *parts);

/* Fails with both when it is not so. */
#define assert_named(text, parts) check_named((text), (parts), __FILE__, __LINE__)
void check_named(const char *text, const char *parts, const char *file, int line);

#endif
