/* export_indicators.h: the documents of stock_analyzed as rows, a file a session. Private to the export. */
#ifndef CLOSEBELL_FILES_EXPORT_INDICATORS_H
#define CLOSEBELL_FILES_EXPORT_INDICATORS_H

#include "export_internal.h"

/* STATUS_INCOMPLETE: the analysis is not done, or is being worked on. */
Status export_indicators(Export *export, Error *err);

#endif
