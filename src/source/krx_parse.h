/* krx_parse.h: what krx.c and krx_parse.c share. */
#ifndef CLOSEBELL_SOURCE_KRX_PARSE_H
#define CLOSEBELL_SOURCE_KRX_PARSE_H

#include <closebell/plan/answer.h>

/* Sets kind and detail. */
void krx_answer_fail(MarketAnswer *answer, AnswerKind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "/svc/apis/sto/stk_bydd_trd", "/svc/apis/sto/stk_isu_base_info" */
const char *krx_url_path(Market market, bool base_info);

#endif
