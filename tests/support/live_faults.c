#include "live_faults.h"

#include <string.h>

const FaultCase FAULT_CASES[FAULT_CASE_COUNT] = {
    {"kind=status&value=500", PASSING, 4, "HTTP 500", false},
    {"kind=status&value=503", PASSING, 4, "HTTP 503", false},
    {"kind=status&value=429&retry_after=1", PASSING, 3, "HTTP 429", false},
    {"kind=truncated", PASSING, 4, "cut short", false},
    {"kind=cut-json", PASSING, 4, "JSON cut short", false},
    {"kind=reset", PASSING, 4, "cut short", false},
    {"kind=slow&value=60000", PASSING, 4, "no answer in time", false},
    {"kind=half", BROKEN, 3, "rows of about", true},
    {"kind=wrong-date", BROKEN, 3, "BAS_DD", false},
    {"kind=repeat", BROKEN, 3, "repeat those of", true},
    {"kind=huge&value=200000000", BROKEN, 3, "larger than", false},
    {"kind=shape", BROKEN, 3, "OutBlock_1", false},
    {"kind=bad-code", BROKEN, 3, "../x", false},
    {"kind=bad-code&code=$x", BROKEN, 3, "$x", false},
    {"kind=bad-code&code=a.b", BROKEN, 3, "a.b", false},
    {"kind=nul-code", BROKEN, 3, "u0000", false},
    {"kind=negative", BROKEN, 3, "is negative", false},
    {"kind=overflow", BROKEN, 3, "99999999999999999999", false},
    {"kind=duplicate", BROKEN, 3, "stands twice", false},
    {"kind=bad-utf8", BROKEN, 3, "not UTF-8", false},
    {"kind=empty", SILENT, 1, "no rows", false},
    {"kind=status&value=403", BLOCKED, 2, "HTTP 403", false},
    {"kind=html", BLOCKED, 2, "HTML", false},
    {"kind=status&value=401", REFUSED, 1, "Unauthorized Key", false},
};

int fault_exit_code_alone(FaultClass class) {
  static const int codes[] = {[PASSING] = 69, [BROKEN] = 75, [BLOCKED] = 69, [REFUSED] = 78, [SILENT] = 0};
  return codes[class];
}

const char *fault_says_of_market(const FaultCase *fault) {
  if (fault->class == SILENT) return "KOSDAQ answered 0 rows";
  bool repeats = strcmp(fault->fault, "kind=repeat") == 0;
  return repeats ? "2024-" : fault->says; /* which session it repeats, or does not fit */
}
