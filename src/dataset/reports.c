#include "reports.h"

#include <stdio.h>

const IndexReport *report_of(const DayAnswer *answer, Market market) {
  return answer_items(&answer->markets[market], &PAYLOAD_INDEX_REPORT);
}

Status report_stranger(const Ingest *ingest, Day date, const char *place, DatasetFinding *tell, void *context,
                       Error *err) {
  const LedgerDay *day = ledger_find(&ingest->ledger, date);
  char text[160];
  if (day && day->state == JOB_COMPLETED) return STATUS_OK;
  snprintf(text, sizeof text, "%s has a document of %s, which is no completed session; it is left alone", place,
           day_text(date).text);
  return tell(context, DAY_NONE, text, err);
}
