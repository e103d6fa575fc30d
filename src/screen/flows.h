/* flows.h: the fields that are made from flows. */
#ifndef CLOSEBELL_SCREEN_FLOWS_INTERNAL_H
#define CLOSEBELL_SCREEN_FLOWS_INTERNAL_H

#include <closebell/screen/flows.h>

/* Of one of the stock's bars; NaN: absent. group: FLOW_FOREIGN or FLOW_INSTITUTION. */
double screen_flow_value(const ScreenMarket *market, size_t stock, size_t bar, FlowGroup group);

#endif
