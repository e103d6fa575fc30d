#include <closebell/base/complaints.h>

#include <stdarg.h>
#include <stdio.h>

void complaints_add(Complaints *complaints, Status status, const Error *err) {
  if (status == STATUS_OK) return;
  if (complaints->status == STATUS_OK) {
    complaints->status = status;
    complaints->first = *err;
  }
  complaints->errors++;
  text_buffer_printf(&complaints->lines, "error: %s\n", err->text);
}

void complaints_warn(Complaints *complaints, const char *format, ...) {
  char text[sizeof(Error)];
  Error line;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  error_set(&line, STATUS_CONFIG, "%s", text); /* one line of UTF-8, whatever was put in */
  complaints->warnings++;
  text_buffer_printf(&complaints->lines, "warning: %s\n", line.text);
}

Status complaints_status(const Complaints *complaints, Error *err) {
  if (complaints->status == STATUS_OK) return STATUS_OK;
  if (complaints->errors == 1) return error_set(err, complaints->status, "%s", complaints->first.text);
  return error_set(err, complaints->status, "%s (and %zu more: --check-config names them)", complaints->first.text,
                   complaints->errors - 1);
}

void complaints_free(Complaints *complaints) {
  text_buffer_free(&complaints->lines);
  *complaints = (Complaints){0};
}
