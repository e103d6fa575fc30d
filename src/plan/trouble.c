#include <closebell/plan/trouble.h>

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
