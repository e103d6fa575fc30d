/* output.h: where answers go: a stream, and lines that fit into the terminal. The log is another matter (log.h). */
#ifndef CLOSEBELL_BASE_OUTPUT_H
#define CLOSEBELL_BASE_OUTPUT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

typedef struct {
  FILE *stream;
  size_t columns; /* that a line may have; 0: as many as it needs */
} Output;

enum { OUTPUT_HANGING = 2 }; /* the indent of a line that has no label */

/* Standard output, as wide as the environment's COLUMNS says (null: it says nothing), or else as the terminal is; a
 * pipe or a file has lines as long as they need. */
Output output_standard(const char *columns);

/* One line, escaped (escape_print_line) and then wrapped (width_wrap) with its later lines indented. For everything
 * that is printed for people. */
void output_line(const Output *out, size_t indent, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same with a beginning: for a label, or columns that are put together already. */
void output_line_after(const Output *out, size_t indent, const char *beginning, const char *format, va_list arguments)
    __attribute__((format(printf, 4, 0)));
void output_empty_line(const Output *out);

#endif
