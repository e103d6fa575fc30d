/* What valgrind must find, so that its silence means something: a block lost, and a byte read that nobody has set. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  volatile char *block = malloc(16);
  (void)argv;
  if (block == NULL) return EXIT_FAILURE;
  if (argc > 1) {
    if (block[3] == 'x') puts("x");
    free((void *)block);
    return EXIT_SUCCESS;
  }
  block[0] = 'x';
  block = NULL;
  return EXIT_SUCCESS;
}
