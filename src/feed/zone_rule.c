/* The rule for later years at the end of a zone's file, as POSIX writes TZ: "EST5EDT,M3.2.0,M11.1.0", "<+03>-3". */
#include "zone_internal.h"

#include <string.h>

/* A day of each year and the time of it, which may lie some days off. */
typedef struct {
  enum { BY_WEEK, BY_DAY, BY_DAY_WITHOUT_LEAP } kind;
  int month, week, weekday; /* of BY_WEEK: week 5 is the last one, weekday 0 a Sunday */
  int day;                  /* of the others */
  int64_t time_s;
} Turn;

typedef struct {
  int64_t standard_s, summer_s; /* ahead of UTC */
  bool has_summer;
  Turn begins, ends; /* summer time */
} Rule;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool take_number(const char **at, int low, int high, int *ret_value) {
  int value = 0;
  if (!is_digit(**at)) return false;
  for (; is_digit(**at); ++*at) {
    value = value * 10 + (**at - '0');
    if (value > high) return false;
  }
  if (value < low) return false;
  *ret_value = value;
  return true;
}

static bool take(const char **at, char expected) {
  if (**at != expected) return false;
  ++*at;
  return true;
}

/* Three letters or more, or anything between < and >. */
static bool take_name(const char **at) {
  const char *from = *at;
  if (take(at, '<')) {
    *at += strcspn(*at, ">");
    return take(at, '>');
  }
  while ((**at >= 'A' && **at <= 'Z') || (**at >= 'a' && **at <= 'z')) ++*at;
  return *at - from >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(const char **at, int hours_max, int64_t *ret_seconds) {
  int hours, minutes = 0, seconds = 0, sign = **at == '-' ? -1 : 1;
  if (**at == '-' || **at == '+') ++*at;
  if (!take_number(at, 0, hours_max, &hours)) return false;
  if (take(at, ':')) {
    if (!take_number(at, 0, 59, &minutes)) return false;
    if (take(at, ':') && !take_number(at, 0, 59, &seconds)) return false;
  }
  *ret_seconds = sign * (hours * 3600 + minutes * 60 + seconds);
  return true;
}

static bool take_turn(const char **at, Turn *ret_turn) {
  Turn turn = {.time_s = 2 * 3600};
  bool read;
  if (take(at, 'M')) {
    turn.kind = BY_WEEK;
    read = take_number(at, 1, 12, &turn.month) && take(at, '.') && take_number(at, 1, 5, &turn.week) && take(at, '.') &&
           take_number(at, 0, 6, &turn.weekday);
  } else if (take(at, 'J')) {
    turn.kind = BY_DAY_WITHOUT_LEAP;
    read = take_number(at, 1, 365, &turn.day);
  } else {
    turn.kind = BY_DAY;
    read = take_number(at, 0, 365, &turn.day);
  }
  if (!read || (take(at, '/') && !take_time(at, 167, &turn.time_s))) return false;
  *ret_turn = turn;
  return true;
}

static bool parse_rule(const char *text, Rule *ret_rule) {
  Rule rule = {0};
  int64_t west_s;
  const char *at = text;
  if (!take_name(&at) || !take_time(&at, 24, &west_s)) return false;
  rule.standard_s = -west_s;
  if (*at != '\0') {
    rule.has_summer = true;
    rule.summer_s = rule.standard_s + 3600;
    if (!take_name(&at)) return false;
    if (*at != ',') {
      if (!take_time(&at, 24, &west_s)) return false;
      rule.summer_s = -west_s;
    }
    if (!take(&at, ',') || !take_turn(&at, &rule.begins) || !take(&at, ',') || !take_turn(&at, &rule.ends))
      return false;
  }
  *ret_rule = rule;
  return *at == '\0';
}

static bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

static Day turn_day(const Turn *turn, int year) {
  Day first = 0, next = 0;
  if (turn->kind != BY_WEEK) {
    (void)day_from_ymd(year, 1, 1, &first);
    if (turn->kind == BY_DAY) return first + turn->day;
    return first + turn->day - 1 + (is_leap(year) && turn->day > 31 + 28 ? 1 : 0);
  }
  (void)day_from_ymd(year, turn->month, 1, &first);
  (void)day_from_ymd(turn->month == 12 ? year + 1 : year, turn->month == 12 ? 1 : turn->month + 1, 1, &next);
  int first_weekday = ((int)day_weekday(first) + 1) % 7; /* 0 is a Sunday */
  Day day = first + (turn->weekday - first_weekday + 7) % 7 + 7 * (turn->week - 1);
  return day < next ? day : day - 7;
}

static Instant turn_instant(const Turn *turn, int year, int64_t offset_s) {
  return (turn_day(turn, year) * INT64_C(86400) + turn->time_s - offset_s) * 1000;
}

static Status add_later(ZoneBuilder *builder, Instant after, Instant from, int64_t offset_s, Error *err) {
  return from <= after ? STATUS_OK : zone_add_change(builder, from, (int32_t)(offset_s * 1000), err);
}

static Status follow_year(ZoneBuilder *builder, const Rule *rule, int year, Instant after, Error *err) {
  Instant begins = turn_instant(&rule->begins, year, rule->standard_s);
  Instant ends = turn_instant(&rule->ends, year, rule->summer_s);
  bool summer_first = begins < ends;
  Status status = summer_first ? add_later(builder, after, begins, rule->summer_s, err)
                               : add_later(builder, after, ends, rule->standard_s, err);
  if (status != STATUS_OK) return status;
  return summer_first ? add_later(builder, after, ends, rule->standard_s, err)
                      : add_later(builder, after, begins, rule->summer_s, err);
}

Status zone_follow_rule(ZoneBuilder *builder, const char *text, Error *err) {
  Rule rule;
  const FeedZone *zone = &builder->zone;
  if (!parse_rule(text, &rule)) return error_set(err, STATUS_CONFIG, "the time zone file's rule makes no sense");
  if (!rule.has_summer) return STATUS_OK;
  Instant after = zone->count == 0 ? 0 : zone->changes[zone->count - 1].from;
  int year, month, day;
  day_to_ymd(instant_kst_day(after), &year, &month, &day);
  Status status = STATUS_OK;
  for (; status == STATUS_OK && year <= FEED_ZONE_LAST_YEAR; year++)
    status = follow_year(builder, &rule, year, after, err);
  return status;
}
