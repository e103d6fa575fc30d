/* merge.h: what an answer of the service adds to what is kept of a company, of whatever kind: insert-only. Pure. */
#ifndef CLOSEBELL_COMPANY_MERGE_H
#define CLOSEBELL_COMPANY_MERGE_H

typedef enum {
  MERGE_KNOWN,       /* it is there with these values */
  MERGE_NEW,         /* it is new */
  MERGE_CONTRADICTS, /* it is there under the same receipt number with other values: this one stands beside it */
  MERGE_REFUSED      /* so many versions of it are there that no more is believed */
} Merge;

enum { MERGE_VERSIONS_MAX = 99 };

#endif
