/* Reference values in quadruple precision: Gragg's method with extrapolation, its weights exact
 * ratios of whole numbers, so that no table of coefficients is needed.
 * Hairer, Norsett and Wanner (1993), section II.9. Steps are controlled on the last two columns.
 * Build: gcc -O2 -DQUAD reference.c -o reference -lquadmath
 * Usage: reference PROBLEM RTOL    prints the end values, one a line */
#include "problems.h"
#include <stdio.h>

#define COLUMNS 14

static void midpoint(const Problem *p, real t, real h, int parts, const real *y, real *out) {
  real step = h / parts, a[MAXIMUM], b[MAXIMUM], d[MAXIMUM];
  memcpy(a, y, p->n * sizeof(real));
  p->rates(t, a, d);
  for (int i = 0; i < p->n; i++) b[i] = a[i] + step * d[i];
  for (int s = 1; s < parts; s++) {
    p->rates(t + s * step, b, d);
    for (int i = 0; i < p->n; i++) {
      real next = a[i] + 2 * step * d[i];
      a[i] = b[i], b[i] = next;
    }
  }
  p->rates(t + h, b, d);
  for (int i = 0; i < p->n; i++) out[i] = (a[i] + b[i] + step * d[i]) / 2;
}

int main(int argc, char **argv) {
  const Problem *p = argc > 2 ? problem_named(argv[1]) : NULL;
  if (!p) return 2;
  real tolerance = strtoflt128(argv[2], NULL), t = 0, h = p->end / 100, y[MAXIMUM];
  static real table[COLUMNS][COLUMNS][MAXIMUM];
  memcpy(y, p->start, p->n * sizeof(real));
  while (t < p->end) {
    int last = t + h >= p->end;
    if (last) h = p->end - t;
    for (int j = 0; j < COLUMNS; j++) {
      midpoint(p, t, h, 2 * (j + 1), y, table[j][0]);
      for (int k = 1; k <= j; k++) {
        real ratio = (real)((j + 1) * (j + 1)) / ((j + 1 - k) * (j + 1 - k)) - 1;
        for (int i = 0; i < p->n; i++)
          table[j][k][i] =
              table[j][k - 1][i] + (table[j][k - 1][i] - table[j - 1][k - 1][i]) / ratio;
      }
    }
    real *best = table[COLUMNS - 1][COLUMNS - 1], *other = table[COLUMNS - 1][COLUMNS - 2];
    real error = 0;
    for (int i = 0; i < p->n; i++) {
      real scale = 1 + fabsq(best[i]), e = fabsq(best[i] - other[i]) / scale;
      if (!(e <= error)) error = e;
    }
    real ratio = error / tolerance;
    if (ratio <= 1) {
      memcpy(y, best, p->n * sizeof(real));
      t = last ? p->end : t + h;
    }
    real factor = C(0.8) * powq(fmaxq(ratio, C(1e-20)), C(-1.0) / (2 * COLUMNS - 1));
    h *= isnanq(ratio) ? C(0.1) : fminq(2, fmaxq(C(0.1), factor));
  }
  for (int i = 0; i < p->n; i++) {
    char text[64];
    quadmath_snprintf(text, sizeof text, "%.30Qe", y[i]);
    puts(text);
  }
  return 0;
}
