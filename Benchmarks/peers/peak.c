/* The core's peak rate of multiply-adds in double precision: twelve independent chains of the
 * widest vectors the processor has, in registers only.
 * Build: gcc -O3 -march=native peak.c -o peak
 * Usage: peak FMA|PLAIN REPEATS    prints a JSON list of 1e9 operations a second; a multiply-add is
 * two. PLAIN multiplies and adds in 128-bit vectors, as a portable build does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHAINS 12
#define TURNS 20000000

#ifdef __AVX512F__
#define WIDTH 8
#elif defined(__AVX__)
#define WIDTH 4
#else
#define WIDTH 2
#endif
typedef double wide __attribute__((vector_size(8 * WIDTH)));
typedef double narrow __attribute__((vector_size(16)));

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

#define RATE(name, type, width, options)                                        \
  options static double name(double factor, double add) {                       \
    type f, a, c[CHAINS];                                                       \
    for (int i = 0; i < width; i++) f[i] = factor, a[i] = add;                  \
    for (int k = 0; k < CHAINS; k++) c[k] = a * k;                              \
    double start = now();                                                       \
    for (long t = 0; t < TURNS; t++)                                            \
      _Pragma("GCC unroll 12") for (int k = 0; k < CHAINS; k++) c[k] = c[k] * f + a; \
    double spent = now() - start;                                               \
    type sum = c[0];                                                            \
    for (int k = 1; k < CHAINS; k++) sum += c[k];                               \
    volatile double keep = sum[0];                                              \
    (void)keep;                                                                 \
    return 2e-9 * width * CHAINS * TURNS / spent;                               \
  }

RATE(fused, wide, WIDTH, )
RATE(plain, narrow, 2, __attribute__((target("no-fma"))))

int main(int argc, char **argv) {
  int isFused = argc > 1 && !strcmp(argv[1], "FMA"), repeats = argc > 2 ? atoi(argv[2]) : 5;
  double factor = 1 - 1e-9 * argc, add = 1e-9 * argc;
  printf("[");
  for (int r = 0; r < repeats; r++)
    printf("%s%.4g", r ? ", " : "", isFused ? fused(factor, add) : plain(factor, add));
  printf("]\n");
  return 0;
}
