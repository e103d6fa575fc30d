/* flow.h: who bought and who sold one stock on one day. */
#ifndef CLOSEBELL_MARKET_FLOW_H
#define CLOSEBELL_MARKET_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/day.h>

/* Investors, and program trade, which cuts across them. Investors do not sum to 0: other corporations are absent. */
typedef enum { FLOW_FOREIGN = 0, FLOW_INSTITUTION, FLOW_INDIVIDUAL, FLOW_PROGRAM, FLOW_GROUP_COUNT } FlowGroup;

typedef uint32_t FlowSet; /* bit 1u << FlowGroup */
static inline FlowSet flow_bit(FlowGroup group) { return 1u << group; }
static inline bool flow_set_has(FlowSet set, FlowGroup group) { return (set & flow_bit(group)) != 0; }
enum { FLOW_INVESTORS = 1 << FLOW_FOREIGN | 1 << FLOW_INSTITUTION | 1 << FLOW_INDIVIDUAL };

const char *flow_group_name(FlowGroup group); /* "foreign" */

/* What a group did. Volumes in shares, values in KRW; net = bought - sold may be negative, and the nets of volume and
 * value may have opposite signs. */
typedef struct {
  int64_t bought_volume, sold_volume, net_volume;
  int64_t bought_value, sold_value, net_value;
} FlowTrade;

/* One day as an answer tells it. */
typedef struct {
  Day date;
  FlowSet has;    /* the groups that are told of; the others are missing, not 0 */
  int64_t close;  /* KRW, as it is shown beside; 0: not known. It may be the after-market's */
  int64_t volume; /* shares of the whole day; -1: not told */
  FlowTrade groups[FLOW_GROUP_COUNT];
} FlowRow;

/* Null when what a group did can be right, else what cannot: "volumes" or "values" where bought - sold is not net. */
const char *flow_trade_fault(const FlowTrade *trade);

/* Of rows ascending by date; null: there is none of that date. */
const FlowRow *flow_row_find(const FlowRow *rows, size_t count, Day date);

/* Both told of the same day: the groups of `more` are added. */
void flow_row_add(FlowRow *row, const FlowRow *more);

/* Two answers about one stock as one, a row a date, ascending: `more` adds its groups to those of `rows`, and its
 * dates. Both ascend by date. There must be room for as many as both have; returns how many there are. */
size_t flow_rows_merge(const FlowRow *rows, size_t count, const FlowRow *more, size_t more_count, FlowRow *ret_rows);

/* What is kept of a day. */
typedef struct {
  Day date;
  FlowSet has;
  int64_t net_value[FLOW_GROUP_COUNT];  /* KRW */
  int64_t net_volume[FLOW_GROUP_COUNT]; /* shares */
  int64_t close;                        /* KRW, the archived one; 0: not known yet */
  bool is_final;
} FlowDay;

/* The nets of a row; close is that of the archive, 0 where that is not there yet. */
FlowDay flow_day(const FlowRow *row, int64_t close, bool is_final);
bool flow_day_equal(const FlowDay *a, const FlowDay *b);

#endif
