/* export_chosen.h: flows and minutes of chosen stocks beside the published sessions: flow/ and minutes/, a file a day.
 */
#ifndef CLOSEBELL_FILES_EXPORT_CHOSEN_H
#define CLOSEBELL_FILES_EXPORT_CHOSEN_H

#include "export_internal.h"

#define EXPORT_FLOW_FOLDER "flow"
#define EXPORT_MINUTES_FOLDER "minutes"

/* Of the export's sessions, what is final alone; no folder where there is nothing. Stocks are chosen later too, and
 * their days filled in: a file that is there is replaced when it is one of ours and says less or something else.
 * STATUS_CONFIG: a file of that name is none of ours. */
Status export_chosen(Export *export, Error *err);

#endif
