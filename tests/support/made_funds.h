/* made_funds.h: exchange-traded funds that never were, and what etp/etf_bydd_trd of the KRX Open API says of them.
 * Their sessions are numbered from 0; which date one has is the caller's choice. Funds are listed, delisted, halted,
 * renamed, split and distribute at quarters' ends; some lack a nav, an index or net assets, one in fifty closes far
 * from its nav. It links nothing of closebell's. */
#ifndef CLOSEBELL_TESTS_MADE_FUNDS_H
#define CLOSEBELL_TESTS_MADE_FUNDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "krx_replay_fault.h"

enum { MADE_FUND_CODE_SIZE = 8, MADE_FUND_NAME_SIZE = 96 };

typedef struct {
  char code[MADE_FUND_CODE_SIZE], name[MADE_FUND_NAME_SIZE];
  char index_name[MADE_FUND_NAME_SIZE]; /* "" or "-": none */
  int64_t open, high, low, close, change, volume, value, market_cap, listed_shares;
  int64_t net_assets; /* 0: not known */
  int64_t nav;        /* hundredths; 0: none, told as "" or "-" */
  int64_t index;      /* hundredths; 0: none */
} MadeFund;

/* False: it is not listed in that session. */
bool made_fund(size_t fund, long session, MadeFund *ret_fund);

/* The body of an answer, malloc'ed; null without memory. date: "20250721". Session < 0: no rows. Of the faults these
 * are known: empty, half, repeat, duplicate, bad-code, negative, overflow, lacks (a member), unlinked (the changes lead
 * nowhere), totals (a market cap is off by one), not-a-number, wrong-total (a percentage is off). */
char *made_funds_answer(size_t funds, long session, const char *date, const ReplayFault *fault, size_t *ret_length);

#endif
