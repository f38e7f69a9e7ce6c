/* Dormand-Prince 8(5,3) with Hairer's error estimate and step control; steps land on the outputs.
 * The coefficients come from scipy (dop853_tableau.py > dop853_tableau.h).
 * Build: gcc -O3 -march=native -I FOLDER_OF_THE_HEADER dop853.c -o dop853 -lm */
#include "problems.h"
#include "driver.h"
#include "dop853_tableau.h"

static double k[STAGES + 1][MAXIMUM], u[MAXIMUM];

/* One attempt; the error in units of the tolerance. The last stage is at the new point. */
static double attempt(const Problem *p, double t, double h, const double *y, double rtol,
                      double atol) {
  int n = p->n;
  for (int s = 1; s < STAGES; s++) {
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int r = 0; r < s; r++) sum += A[s][r] * k[r][i];
      u[i] = y[i] + h * sum;
    }
    p->rates(t + C_[s] * h, u, k[s]);
  }
  for (int i = 0; i < n; i++) {
    double sum = 0;
    for (int r = 0; r < STAGES; r++) sum += B[r] * k[r][i];
    u[i] = y[i] + h * sum;
  }
  p->rates(t + h, u, k[STAGES]);
  double e3 = 0, e5 = 0;
  for (int i = 0; i < n; i++) {
    double scale = atol + rtol * fmax(fabs(y[i]), fabs(u[i])), a = 0, b = 0;
    for (int r = 0; r <= STAGES; r++) a += E3[r] * k[r][i], b += E5[r] * k[r][i];
    e3 += a * a / (scale * scale), e5 += b * b / (scale * scale);
  }
  double below = e5 + 0.01 * e3;
  return below > 0 ? fabs(h) * e5 / sqrt(below * n) : 0;
}

static int solve(const Problem *p, double rtol, double atol, int count, const double *times,
                 double *out, Work *work) {
  int n = p->n;
  double t = 0, y[MAXIMUM], h, d0 = 0, d1 = 0;
  memcpy(y, p->start, n * sizeof *y);
  p->rates(t, y, k[0]);
  work->evaluations++;
  for (int i = 0; i < n; i++) {
    double scale = atol + rtol * fabs(y[i]);
    d0 += y[i] * y[i] / (scale * scale), d1 += k[0][i] * k[0][i] / (scale * scale);
  }
  h = fmin(d0 > 1e-10 && d1 > 1e-10 ? 0.01 * sqrt(d0 / d1) : 1e-6, times[count - 1]);
  int rejected = 0;
  for (int o = 0; o < count; o++) {
    while (t < times[o]) {
      if (work->steps + work->rejected > 10000000 || t + 0.1 * h == t) return 1;
      int lands = t + 1.01 * h >= times[o];
      double step = lands ? times[o] - t : h;
      double error = attempt(p, t, step, y, rtol, atol);
      work->evaluations += STAGES;
      double factor = fmin(6, fmax(0.333, 0.9 * pow(fmax(error, 1e-30), -1.0 / 8)));
      if (error <= 1) {
        work->steps++;
        t = lands ? times[o] : t + step;
        memcpy(y, u, n * sizeof *y);
        memcpy(k[0], k[STAGES], n * sizeof *y);
        h = fmax(step * (rejected ? fmin(1, factor) : factor), lands ? fmin(h, step * factor) : 0);
        rejected = 0;
      } else {
        work->rejected++;
        h = step * (isfinite(error) ? factor : 0.1);
        rejected = 1;
      }
    }
    memcpy(out + o * n, y, n * sizeof *y);
  }
  return 0;
}
