/* check_beside.h: --check of the providers beside the exchange that have a key. */
#ifndef CLOSEBELL_JOB_CHECK_BESIDE_H
#define CLOSEBELL_JOB_CHECK_BESIDE_H

#include <closebell/job/check.h>
#include <closebell/store/db.h>

/* Asks each one question, and prints what it says. Writes nothing but what all processes share of a provider: calls,
 * its door, and an access token that had to be issued. Returns the gravest of what went wrong. */
Status check_beside(const Check *check, const Config *config, const Db *db);

#endif
