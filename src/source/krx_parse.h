/* krx_parse.h: what krx.c and krx_parse.c share. */
#ifndef CLOSEBELL_SOURCE_KRX_PARSE_H
#define CLOSEBELL_SOURCE_KRX_PARSE_H

#include "krx_json.h"

/* "/svc/apis/sto/stk_bydd_trd", "/svc/apis/sto/stk_isu_base_info" */
const char *krx_url_path(Market market, bool base_info);

#endif
