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

bool kind_of_base_info(const char *security_group, const char *share_kind, Kind *ret_kind) {
  static const struct {
    const char *group;
    Kind kind;
  } GROUPS[] = {{"주권", KIND_COMMON},
                {"외국주권", KIND_FOREIGN},
                {"주식예탁증권", KIND_DR},
                {"부동산투자회사", KIND_REIT},
                {"선박투자회사", KIND_FUND},
                {"투자회사", KIND_FUND},
                {"사회간접자본투융자회사", KIND_FUND},
                {"ETF", KIND_ETF},
                {"ETN", KIND_ETN},
                {"ELW", KIND_ELW}};
  for (size_t i = 0; i < sizeof GROUPS / sizeof GROUPS[0]; i++) {
    if (strcmp(security_group, GROUPS[i].group) != 0) continue;
    bool preferred = GROUPS[i].kind == KIND_COMMON && share_kind[0] != '\0' && strcmp(share_kind, "보통주") != 0;
    *ret_kind = preferred ? KIND_PREFERRED : GROUPS[i].kind;
    return true;
  }
  return false;
}

static const char *const NAMES[KIND_COUNT] = {[KIND_COMMON] = "common",   [KIND_PREFERRED] = "preferred",
                                              [KIND_SPAC] = "spac",       [KIND_REIT] = "reit",
                                              [KIND_ETF] = "etf",         [KIND_ETN] = "etn",
                                              [KIND_ELW] = "elw",         [KIND_FUND] = "fund",
                                              [KIND_FOREIGN] = "foreign", [KIND_DR] = "dr"};

const char *kind_name(Kind kind) { return (unsigned)kind < KIND_COUNT ? NAMES[kind] : "unknown kind"; }

bool kind_parse(const char *name, Kind *ret_kind) {
  for (Kind kind = 0; kind < KIND_COUNT; kind++) {
    if (strcmp(name, NAMES[kind]) != 0) continue;
    *ret_kind = kind;
    return true;
  }
  return false;
}
