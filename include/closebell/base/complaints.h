/* complaints.h: what is wrong with settings, all of it at once: errors, and warnings about what is allowed but seldom
 * meant. */
#ifndef CLOSEBELL_BASE_COMPLAINTS_H
#define CLOSEBELL_BASE_COMPLAINTS_H

#include <stddef.h>

#include <closebell/base/output.h>
#include <closebell/base/status.h>
#include <closebell/base/text.h>

/* Zero-initialise; complaints_free at the end. */
typedef struct {
  Status status; /* of the first error; STATUS_OK while there is none */
  Error first;
  size_t errors, warnings;
  TextBuffer lines; /* each is a line: "error: ..." or "warning: ..."; null data: none */
} Complaints;

/* Notes a failure; nothing for STATUS_OK. */
void complaints_add(Complaints *complaints, Status status, const Error *err);
void complaints_warn(Complaints *complaints, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* For people: a line each. */
void complaints_print(const Complaints *complaints, const Output *out);
/* The first error, and how many more there are. */
Status complaints_status(const Complaints *complaints, Error *err);
void complaints_free(Complaints *complaints);

#endif
