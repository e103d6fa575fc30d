/* target.h: the target of a request as it was sent, taken apart: the segments of its path, and its parameters. Pure. */
#ifndef CLOSEBELL_API_TARGET_H
#define CLOSEBELL_API_TARGET_H

#include <stddef.h>

#include <closebell/api/problem.h>

enum { TARGET_MAX_BYTES = 8192, TARGET_SEGMENTS = 8, TARGET_PARAMETERS = 24 };

typedef struct {
  const char *name, *value; /* decoded, UTF-8 without NUL */
} TargetParameter;

typedef struct {
  char text[TARGET_MAX_BYTES + 64]; /* what the others point into */
  const char *segments[TARGET_SEGMENTS];
  size_t segment_count; /* 0: "/" */
  TargetParameter parameters[TARGET_PARAMETERS];
  size_t parameter_count;
} RequestTarget;

/* raw: "/stocks/005930?from=2025-01-02". A '+' in a value is a blank, as forms send it. False with *problem: 414, or
 * 400 for an escape that is none, a %00, bytes that are not UTF-8, a parameter that comes twice, too many of them. What
 * is wrong in `where` has its position. *ret_target must stay where it is while its texts are used. */
bool target_parse(const char *raw, RequestTarget *ret_target, Problem *problem);

/* Null when it was not given. */
const char *target_parameter(const RequestTarget *target, const char *name);

#endif
