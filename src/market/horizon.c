#include <closebell/market/horizon.h>

const int HORIZON[HORIZONS] = {5, 20, 60};
