/* json.h: whether a text is JSON (RFC 8259). Pure, without memory. */
#ifndef CLOSEBELL_BASE_JSON_H
#define CLOSEBELL_BASE_JSON_H

#include <stdbool.h>

/* One value, blanks around it allowed, nested at most 32 deep. */
bool json_is_valid(const char *text);

#endif
