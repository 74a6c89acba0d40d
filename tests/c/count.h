/* What the suites of C and C++ share: checks that count. */
#ifndef COUNT_H
#define COUNT_H

#include <stdio.h>

static int failures, checks;

/* for one thread: workers report to the one that waits for them */
#define CHECK(cond)                                                      \
  do {                                                                   \
    checks++;                                                            \
    if (!(cond)) {                                                       \
      failures++;                                                        \
      fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #cond); \
    }                                                                    \
  } while (0)

static inline int report(const char *suite) {
  printf("%s: %d checks, %d failed\n", suite, checks, failures);
  return failures != 0;
}

#endif
