/* Who bought and who sold a stock, by day: investors and program trade. */
#include <closebell/source/kis_parse.h>

#include <stdlib.h>

#include <jansson.h>

#include "answer_row.h"

const PayloadType PAYLOAD_FLOW_ROWS = {"flow rows", sizeof(FlowRow)};

static int compare(const void *a, const void *b) {
  Day left = ((const FlowRow *)a)->date, right = ((const FlowRow *)b)->date;
  return (left > right) - (left < right);
}

static const char *name_of(const void *item, char text[DAY_TEXT_SIZE]) {
  return day_format(((const FlowRow *)item)->date, text);
}

static const AnswerItems ROWS = {.type = &PAYLOAD_FLOW_ROWS, .compare = compare, .name = name_of};

/* The six fields of a group; values are in `unit` KRW. */
typedef struct {
  FlowGroup group;
  int64_t unit;
  const char *bought_volume, *sold_volume, *net_volume, *bought_value, *sold_value, *net_value;
} GroupFields;

enum { MILLION = 1000000 };
#define INVESTOR(group, name)                                                                                          \
  {                                                                                                                    \
    group, MILLION, name "_shnu_vol", name "_seln_vol", name "_ntby_qty", name "_shnu_tr_pbmn", name "_seln_tr_pbmn",  \
        name "_ntby_tr_pbmn"                                                                                           \
  }

static const GroupFields INVESTORS[] = {INVESTOR(FLOW_INDIVIDUAL, "prsn"), INVESTOR(FLOW_FOREIGN, "frgn"),
                                        INVESTOR(FLOW_INSTITUTION, "orgn")};
static const GroupFields PROGRAM[] = {{FLOW_PROGRAM, 1, "whol_smtn_shnu_vol", "whol_smtn_seln_vol",
                                       "whol_smtn_ntby_qty", "whol_smtn_shnu_tr_pbmn", "whol_smtn_seln_tr_pbmn",
                                       "whol_smtn_ntby_tr_pbmn"}};

/* How the rows of one service are read. */
typedef struct {
  const GroupFields *groups;
  size_t count;
  const char *volume; /* field of the day's volume; null: it has none */
} FlowService;

/* False: broken. *all_there becomes false where the figure is missing. */
static bool read_figure(const AnswerRow *row, const char *field, int64_t low, int64_t unit, int64_t *to,
                        bool *all_there) {
  int64_t value;
  FieldFound figure = answer_row_number(row, field, low == 0 ? 0 : -(INT64_MAX / unit), INT64_MAX / unit, &value);
  if (figure == FIELD_NUMBER) *to = value * unit;
  *all_there &= figure == FIELD_NUMBER;
  return figure != FIELD_BROKEN;
}

static bool read_group(const AnswerRow *row, const GroupFields *fields, FlowRow *flow) {
  FlowTrade trade = {0};
  bool all_there = true;
  if (!read_figure(row, fields->bought_volume, 0, 1, &trade.bought_volume, &all_there) ||
      !read_figure(row, fields->sold_volume, 0, 1, &trade.sold_volume, &all_there) ||
      !read_figure(row, fields->net_volume, -1, 1, &trade.net_volume, &all_there) ||
      !read_figure(row, fields->bought_value, 0, fields->unit, &trade.bought_value, &all_there) ||
      !read_figure(row, fields->sold_value, 0, fields->unit, &trade.sold_value, &all_there) ||
      !read_figure(row, fields->net_value, -1, fields->unit, &trade.net_value, &all_there))
    return false;
  if (!all_there) return true;
  flow->groups[fields->group] = trade;
  flow->has |= flow_bit(fields->group);
  return true;
}

static bool read_day_figures(const AnswerRow *row, const FlowService *service, FlowRow *flow) {
  if (answer_row_number(row, "stck_clpr", 0, INT64_MAX, &flow->close) == FIELD_BROKEN) return false;
  return service->volume == NULL ||
         answer_row_number(row, service->volume, 0, INT64_MAX, &flow->volume) != FIELD_BROKEN;
}

/* False: the answer is broken. *ret_kept: it is a day's. */
static bool read_row(const AnswerRow *row, const FlowService *service, FlowRow *ret_row, bool *ret_kept) {
  FlowRow flow = {.volume = -1};
  FieldFound date = answer_row_day(row, "stck_bsop_date", &flow.date);
  *ret_kept = date == FIELD_NUMBER;
  if (date != FIELD_NUMBER) return date == FIELD_MISSING;
  if (!read_day_figures(row, service, &flow)) return false;
  for (size_t i = 0; i < service->count; i++)
    if (!read_group(row, &service->groups[i], &flow)) return false;
  *ret_row = flow;
  return true;
}

static void parse(const json_t *body, const char *name, const FlowService *service, Answer *answer) {
  const json_t *list = answer_rows(body, name, answer);
  size_t rows = json_array_size(list), count = 0;
  FlowRow *flows = rows == 0 ? NULL : answer_payload(rows, &PAYLOAD_FLOW_ROWS, answer);
  if (flows == NULL) return;
  for (size_t i = 0; i < rows; i++) {
    AnswerRow row = answer_row(list, i, "stck_bsop_date", answer);
    bool kept;
    if (!read_row(&row, service, &flows[count], &kept)) {
      free(flows);
      return;
    }
    count += kept;
  }
  answer_take(&ROWS, flows, count, answer);
}

void kis_parse_investors(const json_t *body, const char *list, Answer *answer) {
  static const FlowService SERVICE = {.groups = INVESTORS, .count = sizeof INVESTORS / sizeof INVESTORS[0]};
  parse(body, list, &SERVICE, answer);
}

void kis_parse_programs(const json_t *body, Answer *answer) {
  static const FlowService SERVICE = {.groups = PROGRAM, .count = 1, .volume = "acml_vol"};
  parse(body, "output", &SERVICE, answer);
}
