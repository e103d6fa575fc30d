/* companies.h: system_info.companies: a document a company, under its corp_code. Made by
 * collections_create_section("dart"). */
#ifndef CLOSEBELL_STORE_COMPANIES_H
#define CLOSEBELL_STORE_COMPANIES_H

#include <closebell/company/companies.h>
#include <closebell/store/db.h>
#include <closebell/store/unreadable.h>

/* tell null: what cannot be read is left out silently. */
Status companies_read(const Db *db, UnreadableVisit *tell, void *context, Companies *ret_companies, Error *err);
/* Makes the collection what they are: what was stored and is none of them is removed first. */
Status companies_store(const Db *db, const Companies *before, const Companies *companies, Error *err);

#endif
