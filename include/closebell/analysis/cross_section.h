/* cross_section.h: what the companies' reports say of each stock of a session, and its places among all others: of the
 * whole market, whoever is a target. No I/O.
 *
 * Of a session it knows only what was there then: rows and prices up to it, and reports that were filed before it. */
#ifndef CLOSEBELL_ANALYSIS_CROSS_SECTION_H
#define CLOSEBELL_ANALYSIS_CROSS_SECTION_H

#include <closebell/company/company_book.h>
#include <closebell/company/compass.h>
#include <closebell/indicator/company_fields.h>
#include <closebell/indicator/strength.h>

/* One stock in one session: small, because there is one for each document that is to be written. */
typedef struct {
  const Fundamentals *fundamentals;  /* of the cross-section; null: no report is known */
  const Dividend *dividend;          /* of the book; null: none is known */
  int64_t market_cap, listed_shares; /* of all classes of the company's stock */
  double axes[AXIS_COUNT], score;
  uint8_t coverage, grade, financial_grade; /* percent; Grade */
} CompanyCell;

typedef struct {
  char ticker[TICKER_SIZE];
  CompanyCell cell;
} CrossSectionStock;

/* Zero-initialise; cross_section_free at the end, which ends its Fundamentals too. */
typedef struct {
  struct CompanyState *companies; /* one for each of the book's */
  size_t company_count;
  CrossSectionStock *stocks; /* the common stocks of the newest session, by ticker */
  size_t count, capacity;
  struct CrossSectionRanking *ranking; /* room */
} CrossSection;

/* The stocks of the session that strength has taken in last, with keeps_years. */
Status cross_section_make(CrossSection *section, const CompanyBook *book, const Session *session,
                          const Strength *strength);
void cross_section_free(CrossSection *section);

/* Of a stock that no company is known of. */
CompanyCell company_cell_empty(void);
/* The values of the cell's fields in that session, one for each of COMPANY_FIELDS; NaN: absent. */
void company_cell_values(const CompanyCell *cell, Day session, double ret_values[COMPANY_FIELD_COUNT]);
/* Fills in those of dividends, which the others leave absent; factors and close as dividend_fields takes them. */
void company_cell_dividend(const CompanyCell *cell, double factors, int64_t close,
                           double ret_values[COMPANY_FIELD_COUNT]);

#endif
