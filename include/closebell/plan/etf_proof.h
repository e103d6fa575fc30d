/* etf_proof.h: whether an answer about all funds of a session can be believed: its rows continue those of the session
 * before. Pure. */
#ifndef CLOSEBELL_PLAN_ETF_PROOF_H
#define CLOSEBELL_PLAN_ETF_PROOF_H

#include <closebell/market/etf.h>
#include <closebell/plan/answer.h>

extern const PayloadType PAYLOAD_ETF_ROWS; /* EtfRow, ascending by ticker */

/* Two sessions beside each other, counted fund by fund. Zero-initialise. */
typedef struct {
  size_t before, rows; /* funds of the earlier one, of the later one */
  size_t both;         /* in both ... */
  size_t linked;       /* ... and the later base price is the earlier close */
  size_t priced;       /* of the later one, traded and with a nav ... */
  size_t near;         /* ... and their close is within 30 % of it */
} EtfTally;

/* One fund; null: it is not in that session. */
void etf_tally_add(EtfTally *tally, const EtfRow *before, const EtfRow *row);
/* All funds of both, ascending by ticker. */
EtfTally etf_tally(const EtfRow *before, size_t before_count, const EtfRow *rows, size_t count);

/* Null: they continue each other. Else why not, written into text: fewer than 95 % of the funds before are there; fewer
 * than half of those in both link (the rows of another day do so for a tenth at most, and at a quarter's end many funds
 * distribute); or fewer than 95 % of the traded ones close near their nav. */
enum { ETF_FAULT_SIZE = 192 };
const char *etf_tally_fault(const EtfTally *tally, char text[ETF_FAULT_SIZE]);
/* Its second part alone: whether funds in both link. */
const char *etf_tally_link_fault(const EtfTally *tally, char text[ETF_FAULT_SIZE]);

#endif
