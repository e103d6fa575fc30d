/* report_blob.h: the reports of a company as one compact blob. Pure. */
#ifndef CLOSEBELL_COMPANY_REPORT_BLOB_H
#define CLOSEBELL_COMPANY_REPORT_BLOB_H

#include <closebell/company/report.h>

#define REPORT_BLOB_ENCODING "reports-1"

enum { REPORT_BLOB_MAX = 10000 }; /* reports of one company */

/* The blob is malloc'ed and the caller's to free. The same reports always give the same bytes. STATUS_BAD_DATA: one of
 * them is at fault (report_fault), or they are out of order. */
Status report_blob_encode(const Reports *reports, uint8_t **ret_blob, size_t *ret_size, Error *err);

/* STATUS_BAD_DATA for a damaged, truncated or newer blob, one of another ticker, or reports that could not have been
 * encoded: *ret_reports is untouched then. Round-trips exactly. */
Status report_blob_decode(const uint8_t *blob, size_t size, const char *ticker, Reports *ret_reports, Error *err);

#endif
