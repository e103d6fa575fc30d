#include <closebell/plan/trouble.h>

enum { COMMON_PERCENT = 30 };

bool trouble_is_own(Status status) {
  switch (status) {
  case STATUS_BAD_DATA:
  case STATUS_INTERNAL:
  case STATUS_NOT_FOUND:
  case STATUS_DUPLICATE:
  case STATUS_INCOMPLETE:
    return true;
  case STATUS_OK:
  case STATUS_USAGE:
  case STATUS_CONFIG:
  case STATUS_UNAVAILABLE:
  case STATUS_LOST:
  case STATUS_INTERRUPTED:
  case STATUS_NO_MEMORY:
    return false;
  }
  return false;
}

bool trouble_is_common(size_t failed, size_t stocks) { return failed * 100 > stocks * COMMON_PERCENT; }
