/* fact.h: what a model is told of stocks: values of latest_analysis, each with an id that its prose names.
 *
 * A fact is a number or a text, never a signal. Ids are f1, f2, ... in the order of the stocks, and of the fields
 * within a stock (fact_field.c); the same values give the same facts and the same bytes. Pure. */
#ifndef CLOSEBELL_AI_FACT_H
#define CLOSEBELL_AI_FACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/day.h>
#include <closebell/base/status.h>
#include <closebell/base/text.h>
#include <closebell/market/ticker.h>

enum {
  FACT_ID_SIZE = 8,
  FACT_NAME_CHARACTERS = 64,
  FACT_NAME_SIZE = 4 * FACT_NAME_CHARACTERS + 1,
  FACT_FIELD_SIZE = 48,
  FACT_STOCKS_MAX = 30,
  FACT_UNPROVEN_MAX = 20
};

/* In which an answer is asked for, and figures are printed. */
typedef enum { LANGUAGE_EN = 0, LANGUAGE_KO } Language;
/* "en", "ko". */
const char *language_code(Language language);
bool language_parse(const char *code, Language *ret_language);

typedef enum { FACT_WHOLE = 0, FACT_REAL, FACT_TEXT } FactKind;
typedef enum { UNIT_NONE = 0, UNIT_WON, UNIT_SHARES, UNIT_PERCENT, UNIT_TIMES, UNIT_SESSIONS } FactUnit;
/* As facts have it: "KRW", "shares", "%", "times", "sessions", "". */
const char *fact_unit_text(FactUnit unit);

typedef struct {
  FactKind kind;
  int64_t whole;             /* FACT_WHOLE */
  double real;               /* FACT_REAL: finite */
  char text[FACT_NAME_SIZE]; /* FACT_TEXT: cleaned, of one line */
} FactValue;

typedef struct {
  char id[FACT_ID_SIZE]; /* "f12" */
  char ticker[TICKER_SIZE];
  char name[FACT_NAME_SIZE]; /* of the stock, cleaned (fact_clean_text) */
  char field[FACT_FIELD_SIZE];
  FactValue value; /* as in latest_analysis */
  FactUnit unit;
  Day date; /* the session of the value */
} Fact;

/* Zero-initialise; fact_table_free at the end. as_of and the proof are the caller's to set: those of the state that the
 * values were read from (newest unproven day first). They are part of what is asked. */
typedef struct {
  Fact *items; /* owned */
  size_t count, capacity;
  size_t stocks;
  Day as_of;
  bool proven;
  Day unproven[FACT_UNPROVEN_MAX];
  size_t unproven_count;
} FactTable;

/* A field of a stock's document in latest_analysis. */
typedef struct {
  char field[FACT_FIELD_SIZE];
  FactValue value; /* a text as it is stored */
} FactInput;

/* A stock's document. Lent. */
typedef struct {
  const char *ticker, *name; /* as published */
  Day date;                  /* the session */
  const FactInput *inputs;   /* in any order */
  size_t count;
} FactDocument;

/* Adds the facts of one stock: those of the inputs that are facts, in the order of the table of fields.
 * STATUS_BAD_DATA: a field twice, of another kind than the table says, a number that is not finite, a stock that is
 * there already, more than FACT_STOCKS_MAX stocks: nothing is added. */
Status fact_table_add(FactTable *table, const FactDocument *document, Error *err);
void fact_table_free(FactTable *table);
/* By id, which need not end in NUL; null when there is none. */
const Fact *fact_table_find(const FactTable *table, const char *id, size_t length);

/* The fields that are facts, in their order. False behind the last. */
typedef struct {
  const char *name;
  FactKind kind;
  FactUnit unit;
} FactField;
bool fact_field_at(size_t index, FactField *ret_field);

/* A text from outside in a form that harms no prompt: NFKC, without control, format and bidi characters, blanks joined
 * to one, at most FACT_NAME_CHARACTERS characters. What is no UTF-8 becomes "". Returns to. STATUS_NO_MEMORY only. */
Status fact_clean_text(const char *text, char to[FACT_NAME_SIZE], Error *err);

/* The value as a reader sees it, with its unit: "1,234원", "KRW 1,234", "-3.21%". Numbers are the exact value rounded
 * to two decimals (below 1 to four), zeros at the end left out. Returns text. */
enum { FACT_PRINTED_SIZE = 512 };
char *fact_print(const Fact *fact, Language language, char text[FACT_PRINTED_SIZE]);
/* The same without its unit. */
char *fact_print_bare(const Fact *fact, char text[FACT_PRINTED_SIZE]);

/* [{"id", "ticker", "name", "field", "value", "unit", "date"}, ...]: what the prompt holds, and the ledger. On failure
 * out->failed is set. */
void facts_json(const FactTable *table, TextBuffer *out);
/* {"as_of", "proof": {"proven", "unproven": [...]}, "facts": [...]}: all that is told. */
void facts_told_json(const FactTable *table, TextBuffer *out);

#endif
