/* shared_tokens.h: claims of access tokens in system_info.source_state, beside the breakers: ACCOUNT:0000000012. */
#ifndef CLOSEBELL_STORE_SHARED_TOKENS_H
#define CLOSEBELL_STORE_SHARED_TOKENS_H

#include <closebell/plan/token.h>
#include <closebell/store/db.h>

/* account: "kis-token-1a2b3c4d". STATUS_NOT_FOUND: nobody has claimed one. */
Status shared_tokens_newest(const Db *db, const char *account, SharedToken *ret_token, Error *err);
Status shared_tokens_find(const Db *db, const char *account, int64_t number, SharedToken *ret_token, Error *err);
/* STATUS_DUPLICATE: that number is taken, perhaps by an insert of ours whose reply was lost. */
Status shared_tokens_insert(const Db *db, const char *account, const SharedToken *token, Error *err);
Status shared_tokens_replace(const Db *db, const char *account, const SharedToken *token, Error *err);
/* The provider has called it none: that alone is written. */
Status shared_tokens_refuse(const Db *db, const char *account, int64_t number, Instant now, Error *err);
/* All before that number. */
Status shared_tokens_forget(const Db *db, const char *account, int64_t before, Error *err);

#endif
