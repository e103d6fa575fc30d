/* export_adjusted.h: prices adjusted for corporate actions, a file a session. Private to the export. */
#ifndef CLOSEBELL_FILES_EXPORT_ADJUSTED_H
#define CLOSEBELL_FILES_EXPORT_ADJUSTED_H

#include <closebell/ingest/ingest.h>

#include "export_internal.h"

/* STATUS_INCOMPLETE: a session in between is being worked on. */
Status export_adjusted(Export *export, const Ingest *ingest, Error *err);

#endif
