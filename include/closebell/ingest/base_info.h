/* base_info.h: what kind of paper each stock is, as the exchange's base info service says it: added to a session before
 * it is archived, because the universe follows from archived sessions alone. */
#ifndef CLOSEBELL_INGEST_BASE_INFO_H
#define CLOSEBELL_INGEST_BASE_INFO_H

#include <closebell/ingest/ingest.h>

/* Asks for it when the source has it, and no later session is archived. Without an answer the session stays as it is:
 * rules on codes and names, and what earlier sessions say, take its place. */
Status base_info_add(Ingest *ingest, Session *session, Error *err);

#endif
