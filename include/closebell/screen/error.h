/* error.h: for parsers of files and texts: where they go wrong. */
#ifndef CLOSEBELL_SCREEN_ERROR_H
#define CLOSEBELL_SCREEN_ERROR_H

#include <closebell/screen/screen.h>

/* Fills line and column of byte `at`. Returns false. */
bool screen_fail(ScreenError *error, const char *text, size_t at, const char *nearest, const char *what, ...)
    __attribute__((format(printf, 5, 6)));

/* The byte at which the text stops being UTF-8, or its length. */
size_t screen_utf8_end(const char *text, size_t length);

#endif
