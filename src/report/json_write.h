/* json_write.h: pieces of JSON. What else has to be escaped, escape_print_json does. */
#ifndef CLOSEBELL_REPORT_JSON_WRITE_H
#define CLOSEBELL_REPORT_JSON_WRITE_H

#include <closebell/base/day.h>
#include <closebell/base/text.h>

/* With its quotes. */
void json_write_text(TextBuffer *to, const char *text, size_t length);
/* The shortest that reads back as the same; a whole number has neither point nor exponent. Finite. */
void json_write_number(TextBuffer *to, double value);

/* ,"name":value (no comma behind a bracket). What is absent (NaN, DAY_NONE) is left out. */
void json_write_name(TextBuffer *to, const char *name);
void json_write_number_of(TextBuffer *to, const char *name, double value);
void json_write_text_of(TextBuffer *to, const char *name, const char *text);
void json_write_day_of(TextBuffer *to, const char *name, Day day);

#endif
