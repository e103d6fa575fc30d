/* screen_json.h: the members of a screen's JSON object, and of an outcome's, as --screen --json and the readers over
 * HTTP give them. */
#ifndef CLOSEBELL_REPORT_SCREEN_JSON_H
#define CLOSEBELL_REPORT_SCREEN_JSON_H

#include <closebell/analysis/screen_result.h>
#include <closebell/base/json_writer.h>

/* as_of, restatement, proof */
void screen_json_proof(JsonWriter *to, const ScreenProof *proof);
/* strategy, where */
void screen_json_what(JsonWriter *to, const ScreenRequest *request);
/* These, date, considered, unknown, count, and the matches from row `from` on. Absent values are left out. */
void screen_json_list(JsonWriter *to, const ScreenResult *result, const ScreenShown *shown, size_t from);
/* from, to, signals ... path, absent. only: an index of HORIZON; HORIZONS: all of them. */
void screen_json_outcome(JsonWriter *to, const ScreenResult *result, size_t only);

/* A list of names, with - before one that descends: ["-rs_rating","name"]. */
void screen_json_names(JsonWriter *to, const char *name, const ScreenNames *names);

#endif
