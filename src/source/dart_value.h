/* dart_value.h: what stands in the fields of OpenDART's rows: amounts, dates, codes. */
#ifndef CLOSEBELL_SOURCE_DART_VALUE_H
#define CLOSEBELL_SOURCE_DART_VALUE_H

#include <closebell/base/day.h>
#include <closebell/company/filings.h>

typedef struct json_t json_t;

typedef enum { DART_AMOUNT, DART_MISSING, DART_NO_AMOUNT } DartFound;
/* "1,234", "-1,234". Null, "", blanks and "-" are missing, never 0. */
DartFound dart_amount(const char *text, int64_t *ret_amount);
/* "1,446.5", "-0.6"; missing as above. */
DartFound dart_decimal(const char *text, double *ret_number);
/* The same, times a million, exactly: "9,810.5" is 9810500000. At most six decimals. */
DartFound dart_millions(const char *text, int64_t *ret_amount);

/* The last date in "2018.12.31 현재", "2024.07.01 ~ 2024.09.30", "2024-12-31", "20241231". DAY_NONE: there is none. */
Day dart_last_date(const char *text);

/* A text member; "" where it is absent or null. Null: it is something else. */
const char *dart_text(const json_t *object, const char *name);
/* A whole number, written as a number or as a text. */
bool dart_number(const json_t *object, const char *name, int64_t low, int64_t high, int64_t *ret_number);

/* A stock code; "" where there is none but blanks. False: something else. */
bool dart_ticker(const char *text, char ticker[TICKER_SIZE]);

/* Keeps the first thing that is wrong with what was filed; trouble "": nothing was so far. */
__attribute__((format(printf, 2, 3))) void dart_note_trouble(char trouble[REPORT_TROUBLE_SIZE], const char *format,
                                                             ...);

#endif
