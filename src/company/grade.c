#include <closebell/company/compass.h>

#include <string.h>

static const char *const NAMES[] = {
    [GRADE_F] = "F",       [GRADE_D] = "D", [GRADE_C] = "C",       [GRADE_C_PLUS] = "C+", [GRADE_B] = "B",
    [GRADE_B_PLUS] = "B+", [GRADE_A] = "A", [GRADE_A_PLUS] = "A+", [GRADE_S] = "S"};

const char *grade_name(Grade grade) { return NAMES[grade]; }

bool grade_find(const char *name, Grade *ret_grade) {
  for (Grade grade = GRADE_F; grade <= GRADE_S; grade++) {
    if (strcmp(NAMES[grade], name) != 0) continue;
    *ret_grade = grade;
    return true;
  }
  return false;
}
