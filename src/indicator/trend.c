#include <closebell/indicator/trend.h>

/* The names that the comparisons are written in. */
#define NAME_FIGURES(figures)                                                                                          \
  double close = (figures)->close, sma_50 = (figures)->sma_50, sma_150 = (figures)->sma_150,                           \
         sma_200 = (figures)->sma_200, low_52w = (figures)->low_52w, high_52w = (figures)->high_52w,                   \
         rs_rating = (figures)->rs_rating, sma_200_before = (figures)->sma_200_before

bool trend_holds(const TrendFigures *figures) {
  NAME_FIGURES(figures);
#define HOLDS(number, left_side, is, right_side)                                                                       \
  if (!(left_side is right_side)) return false;
  TREND_COMPARISONS(HOLDS)
#undef HOLDS
  return true;
}

void trend_compare(const TrendFigures *figures, TrendComparison ret_comparisons[TREND_COMPARISON_COUNT]) {
  NAME_FIGURES(figures);
  TrendComparison *next = ret_comparisons;
#define COMPARE(number, left_side, is, right_side)                                                                     \
  *next++ = (TrendComparison){.condition = number,                                                                     \
                              .rule = #left_side " " #is " " #right_side,                                              \
                              .left = left_side,                                                                       \
                              .right = right_side,                                                                     \
                              .holds = left_side is right_side};
  TREND_COMPARISONS(COMPARE)
#undef COMPARE
}
