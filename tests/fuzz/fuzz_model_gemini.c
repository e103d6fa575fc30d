/* A body as generateContent might send it. */
#include "fuzz_model.h"

bool fuzz_target(const uint8_t *data, size_t size) { return fuzz_model("gemini", data, size); }
