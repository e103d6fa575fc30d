/* leader.h: the stocks to watch on the day after a session: rules over what is known of each, and their order. */
#ifndef CLOSEBELL_MARKET_LEADER_H
#define CLOSEBELL_MARKET_LEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/market/row.h>

enum {
  LEADER_FIELDS_MAX = 8,
  LEADER_FIELD_SIZE = 32,
  LEADER_VALUE_SESSIONS = 20, /* the traded value is averaged over so many, the session itself among them */
  LEADER_CRITERIA_SIZE = 768
};

typedef struct {
  char items[LEADER_FIELDS_MAX][LEADER_FIELD_SIZE];
  size_t count;
} LeaderFields;

typedef struct {
  int min_rs_rating;    /* 0: any, or none */
  LeaderFields signals; /* hold */
  LeaderFields above;   /* averages below the close */
  double value_ratio;   /* the value traded is more than so many times its average; 0: any */
  size_t limit;         /* 0: all that pass */
} LeaderRules;

/* What the analysis says of the session. A number that does not exist yet is NaN. */
typedef struct {
  double close, high_52w; /* adjusted as of the analysis */
  int rs_rating;          /* 0: none */
  bool signals[LEADER_FIELDS_MAX];
  double above[LEADER_FIELDS_MAX]; /* beside LeaderRules.above */
} LeaderNumbers;

typedef struct {
  StockRow row;         /* of the session */
  double value_average; /* KRW; NaN when it was not listed in all of LEADER_VALUE_SESSIONS */
  LeaderNumbers numbers;
} LeaderCandidate;

/* "near_high_52w,golden_cross" or "none"; spaces allowed, each once, in the characters of a field's name. */
bool leader_fields_parse(const char *text, LeaderFields *ret_fields);

/* The rules that the archive alone answers: the session had trades, for more than their usual value. */
bool leader_row_passes(const LeaderRules *rules, const StockRow *row, double value_average);
/* All of them. A number that does not exist fails its rule. */
bool leader_passes(const LeaderRules *rules, const LeaderCandidate *candidate);

/* Keeps those that pass, in order: rs_rating, then market cap, the greatest first, then ticker. Returns how many, at
 * most limit. */
size_t leaders_choose(const LeaderRules *rules, LeaderCandidate *candidates, size_t count);

/* "rs_rating >= 80, near_high_52w, close > sma_60, value > 1 x its average over 20 sessions". Returns text. */
char *leader_criteria(const LeaderRules *rules, char text[LEADER_CRITERIA_SIZE]);

#endif
