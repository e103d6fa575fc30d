#include "reports.h"

#include <stdio.h>

const IndexReport *report_of(const DayAnswer *answer, Market market) {
  return answer_items(&answer->markets[market], &PAYLOAD_INDEX_REPORT);
}

Status report_stranger(const Ingest *ingest, const DatedDocument *document, DatasetFinding *tell, void *context,
                       Error *err) {
  const LedgerDay *day = ledger_find(&ingest->ledger, document->date);
  const char *database = document->database, *collection = document->collection;
  const DayText date = day_text(document->date);
  char text[256];
  if (day && (day->archived || day->state == JOB_COMPLETED)) return STATUS_OK;
  snprintf(text, sizeof text,
           "%s.%s has a document of %s, which is no session; left alone, to remove it in mongosh: "
           "db.getSiblingDB(\"%s\").getCollection(\"%s\").deleteOne({_id: \"%s\"})",
           database, collection, date.text, database, collection, date.text);
  return tell(context, DAY_NONE, text, err);
}
