/* escape.h: text from outside, made fit to be shown. What could steer a terminal, begin a line, turn or hide letters is
 * written so that it is seen: \n, \x1b, \u202e. Letters of every script stay as they are. */
#ifndef CLOSEBELL_BASE_ESCAPE_H
#define CLOSEBELL_BASE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <closebell/base/text.h>

/* ESCAPE_TO_SHOW leaves quotes and backslashes alone, so that what is escaped already stays as it is.
 * ESCAPE_TO_QUOTE escapes these two as well: for what stands between quotes (logfmt).
 * ESCAPE_IN_JSON is for a JSON text as a whole: the same characters as JSON writes them, so that nothing is lost. */
typedef enum { ESCAPE_TO_SHOW, ESCAPE_TO_QUOTE, ESCAPE_IN_JSON } EscapeForm;

/* What the first character of `text` (of `left` > 0 bytes) is shown as, with a NUL; bytes that are not UTF-8 are taken
 * one by one, as \xff. Returns how many bytes were taken. */
enum { ESCAPE_MAX = 16 };
size_t escape_character(const char *text, size_t left, EscapeForm form, char ret_shown[ESCAPE_MAX]);

/* A copy to be shown; what does not fit ends in "...". to_size is at least ESCAPE_MAX. Returns `to`. */
char *escape_text(char *to, size_t to_size, const char *from);

void escape_append(TextBuffer *buffer, const char *text, EscapeForm form);

/* One line and its end: whatever the arguments hold, there is no second line. For everything that is printed. */
void escape_print_line(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same with a beginning: for a label, or columns that are put together already. */
void escape_print_line_after(FILE *out, const char *beginning, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

/* A JSON text as it stands and the end of the line, of any length. */
void escape_print_json(FILE *out, const char *json);

#endif
