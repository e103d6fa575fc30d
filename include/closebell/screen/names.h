/* names.h: more about the known names. */
#ifndef CLOSEBELL_SCREEN_NAMES_H
#define CLOSEBELL_SCREEN_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* A name of a company's reports, or of its place among all: a row of the table that no bars give. */
bool screen_name_is_of_companies(int name);
/* Dates and grades are names of fields, and no part of the language. */
bool screen_name_is_spoken(int name);
/* A name of what the exchange publishes of a stock. */
bool screen_name_is_published(int name);
/* A name whose values are made from flows (flows.h). */
bool screen_name_is_of_flows(int name);

#endif
