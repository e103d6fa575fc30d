#include <closebell/market/kind.h>

#include <string.h>

static bool begins_with(const char *text, const char *start) { return strncmp(text, start, strlen(start)) == 0; }

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), end_length = strlen(end);
  return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* The mark, then a blank: "ACE " is a fund, "ACE테크" would not be. */
static bool is_fund(const char *name) {
  static const char *const MARKS[] = {"KODEX ",  "TIGER ",  "ACE ",    "RISE ",    "SOL ",   "PLUS ",
                                      "KIWOOM ", "HANARO ", "KBSTAR ", "ARIRANG ", "KOSEF ", "TIMEFOLIO "};
  for (size_t i = 0; i < sizeof MARKS / sizeof MARKS[0]; i++)
    if (begins_with(name, MARKS[i])) return true;
  return false;
}

Kind kind_of(const char *ticker, const char *name) {
  if (ticker[0] == '5') return strstr(name, "ETN") != NULL ? KIND_ETN : KIND_ELW;
  if (is_fund(name)) return KIND_ETF;
  if (!ends_with(ticker, "0")) return KIND_PREFERRED;
  if (strstr(name, "스팩") != NULL) return KIND_SPAC;
  if (ends_with(name, "리츠") || begins_with(name, "이리츠")) return KIND_REIT;
  return KIND_COMMON;
}

static const char *const NAMES[KIND_COUNT] = {[KIND_COMMON] = "common", [KIND_PREFERRED] = "preferred",
                                              [KIND_SPAC] = "spac",     [KIND_REIT] = "reit",
                                              [KIND_ETF] = "etf",       [KIND_ETN] = "etn",
                                              [KIND_ELW] = "elw"};

const char *kind_name(Kind kind) { return (unsigned)kind < KIND_COUNT ? NAMES[kind] : "unknown kind"; }

bool kind_parse(const char *name, Kind *ret_kind) {
  for (Kind kind = 0; kind < KIND_COUNT; kind++) {
    if (strcmp(name, NAMES[kind]) != 0) continue;
    *ret_kind = kind;
    return true;
  }
  return false;
}
