/* schema.h: JSON Schema, written from a short notation; and which one the answer of a route has.
 *
 * The notation: members with a blank between them, each NAME:TYPE, or NAME?:TYPE where it may be absent; * at the end:
 * there may be others. A TYPE is text, whole, real, truth, day, instant, ticker, object or value (anything), the Name
 * of a shape, [TYPE] a list, {TYPE} an object of such values. */
#ifndef CLOSEBELL_API_SCHEMA_H
#define CLOSEBELL_API_SCHEMA_H

#include <closebell/api/routes.h>
#include <closebell/base/json_writer.h>

/* Under that name; null: an element, or the whole. */
void schema_put_members(JsonWriter *to, const char *name, const char *members);
void schema_put_type(JsonWriter *to, const char *name, const char *type);
/* All shapes, each under its name. */
void schema_put_shapes(JsonWriter *to);

/* Of a route's answer in JSON, without what says which state it is of. Null: it is not described. */
const char *schema_of_answer(const Route *route);
/* Of the body that it takes. */
const char *schema_of_body(const Route *route);
/* Of {…} in its path: its schema as JSON, and an example. Null: it has none. */
const char *schema_of_part(const Route *route, const char **ret_example);

#endif
