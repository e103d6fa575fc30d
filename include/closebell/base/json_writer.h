/* json_writer.h: JSON written into a TextBuffer, commas and quotes included. Pure.
 *
 * Doubles read back as the same double. What is absent is not written: a day or an instant that is none, a double that
 * is not finite. name null: an element of a list, or the whole. Texts are UTF-8. */
#ifndef CLOSEBELL_BASE_JSON_WRITER_H
#define CLOSEBELL_BASE_JSON_WRITER_H

#include <closebell/base/day.h>
#include <closebell/base/instant.h>
#include <closebell/base/text.h>

enum { JSON_WRITER_DEPTH = 63 };

typedef struct {
  TextBuffer *out; /* lent; out->failed says that memory ran out */
  uint64_t begun;  /* a bit a depth: something stands there already */
  unsigned depth;
} JsonWriter;

JsonWriter json_writer(TextBuffer *out);
void json_begin_object(JsonWriter *to, const char *name);
void json_end_object(JsonWriter *to);
void json_begin_list(JsonWriter *to, const char *name);
void json_end_list(JsonWriter *to);
void json_put_text(JsonWriter *to, const char *name, const char *text);
void json_put_text_of(JsonWriter *to, const char *name, const char *text, size_t length); /* that long, without NUL */
void json_put_whole(JsonWriter *to, const char *name, int64_t value);
void json_put_real(JsonWriter *to, const char *name, double value);
void json_put_number(JsonWriter *to, const char *name, double value); /* by text_buffer_append_number */
void json_put_truth(JsonWriter *to, const char *name, bool value);
void json_put_day(JsonWriter *to, const char *name, Day day);
void json_put_instant(JsonWriter *to, const char *name, Instant instant);
void json_put_raw(JsonWriter *to, const char *name, const char *json, size_t length); /* JSON as it stands */

/* A text with its quotes. */
void json_append_text(TextBuffer *out, const char *text, size_t length);

#endif
