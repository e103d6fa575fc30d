/* kind.h: what kind of paper a listed code is, by the exchange's numbering and naming.
 *
 * Daily rows carry no kind. The rules, compared with the whole recorded market of 2023 and 2025:
 * - preferred shares: the short code does not end in 0 but in 5, 7, 9, or in K, L, M since the digits ran out (00104K);
 *   the common share of the same company ends in 0
 * - SPACs: the name holds "스팩" (삼성스팩8호, 교보13호스팩)
 * - REITs: the name ends in "리츠" (신한알파리츠) or begins with "이리츠" (이리츠코크렙); 메리츠금융지주 is none
 * - ETNs and ELWs: the short code begins with 5, which the exchange does not give to shares; with "ETN" in the name it
 * is an ETN
 * - ETFs: the name begins with a fund house's mark: KODEX, TIGER, ACE, ...
 * ETFs, ETNs and ELWs are not in the answers of stk_bydd_trd and ksq_bydd_trd today: the rules keep them out should
 * that change. */
#ifndef CLOSEBELL_MARKET_KIND_H
#define CLOSEBELL_MARKET_KIND_H

#include <stdbool.h>

/* Archived sessions hold these numbers: new ones go to the end. */
typedef enum {
  KIND_COMMON = 0,
  KIND_PREFERRED,
  KIND_SPAC,
  KIND_REIT,
  KIND_ETF,
  KIND_ETN,
  KIND_ELW,
  KIND_FUND,    /* investment, ship and infrastructure companies: by base info only */
  KIND_FOREIGN, /* shares of a foreign company: by base info only */
  KIND_DR,      /* depositary receipts: by base info only */
  KIND_COUNT
} Kind;
typedef unsigned KindSet; /* bit 1 << kind */

/* A valid ticker, and the name as published, UTF-8. */
Kind kind_of(const char *ticker, const char *name);
/* The same as the exchange's base info says it, in SECUGRP_NM and KIND_STKCERT_TP_NM; false when the group is none that
 * is known. SPACs are common shares there. */
bool kind_of_base_info(const char *security_group, const char *share_kind, Kind *ret_kind);
const char *kind_name(Kind kind); /* "preferred" */
bool kind_parse(const char *name, Kind *ret_kind);

#endif
