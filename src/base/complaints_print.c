/* A file of its own: pure modules complain, and print nothing. */
#include <closebell/base/complaints.h>

#include <string.h>

void complaints_print(const Complaints *complaints, const Output *out) {
  const char *line = complaints->lines.data;
  for (const char *end; line != NULL && (end = strchr(line, '\n')) != NULL; line = end + 1)
    output_line(out, OUTPUT_HANGING, "%.*s", (int)(end - line), line);
}
