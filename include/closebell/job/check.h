/* check.h: --check-config and --check: what is wrong with the settings, and whether what they name answers. */
#ifndef CLOSEBELL_JOB_CHECK_H
#define CLOSEBELL_JOB_CHECK_H

#include <closebell/job/settings.h>

#include <closebell/base/clock.h>
#include <closebell/base/log.h>
#include <closebell/base/output.h>

/* Who asks, and how. */
typedef struct {
  const char *program;
  bool needs_key; /* what would be run asks the exchange */
  bool connect;   /* --check: the database is pinged, and the exchange asked for one day of one market */
  const Clock *clock;
  const Log *log; /* for the driver's words; the result goes to out */
  Output out;
} Check;

/* Prints every error and warning, those that reading has found already and those of settings_check, a line each, and a
 * last line that counts them; with connect also what database, exchange and other providers answer. Writes nothing
 * anywhere, but for what providers beside the exchange make all processes share (check_beside.h). Returns the exit
 * code: 0, 78 when there is an error, 69 when one of the two is away, 75 when the exchange's answer cannot be believed.
 */
int check_run(const Check *check, const Config *config, Complaints *complaints);

#endif
