#include "screen_cell.h"

ScreenCell screen_cell(const ScreenResult *result, int name, size_t row) {
  ScreenCell cell = {.kind = screen_name_at((size_t)name).kind};
  size_t place = result->stocks[row];
  if (cell.kind == SCREEN_TEXT)
    cell.text = screen_text(result->market, result->session, name, place);
  else
    cell.number = screen_value(result->market, result->session, name, place);
  return cell;
}
