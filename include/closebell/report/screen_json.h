/* screen_json.h: the members of a screen's JSON object, and of an outcome's, as --screen --json and the readers over
 * HTTP give them.
 *
 * Each is written with a comma before it where something stands there already. Quotes are escaped; the whole is to go
 * through escape_append (ESCAPE_IN_JSON) once. */
#ifndef CLOSEBELL_REPORT_SCREEN_JSON_H
#define CLOSEBELL_REPORT_SCREEN_JSON_H

#include <closebell/analysis/screen_result.h>
#include <closebell/base/text.h>

/* strategy, where */
void screen_json_what(TextBuffer *to, const ScreenRequest *request);
/* These, date, considered, unknown, count, and the matches from row `from` on. */
void screen_json_list(TextBuffer *to, const ScreenResult *result, const ScreenShown *shown, size_t from);
/* from, to, signals ... path, absent. only: an index of HORIZON; HORIZONS: all of them. */
void screen_json_outcome(TextBuffer *to, const ScreenResult *result, size_t only);

#endif
