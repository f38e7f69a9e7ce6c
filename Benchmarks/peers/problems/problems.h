/* Initial value problems in C, in whatever real type is asked for.
 * Stiff: Test Set for IVP Solvers (Bari/CWI) and Hairer and Wanner (1996), with analytic Jacobians.
 * Non-stiff: Hairer, Norsett and Wanner (1993), sections I.6, I.16, II.0, II.10. */
#include <stdlib.h>
#include <string.h>

#ifdef QUAD
#include <quadmath.h>
typedef __float128 real;
#define SQRT sqrtq
#define C(x) x##Q
#else
#include <math.h>
typedef double real;
#define SQRT sqrt
#define C(x) x
#endif

#define MAXIMUM 28

typedef struct {
  const char *name;
  int n;
  real end;
  real start[MAXIMUM];
  void (*rates)(real t, const real *y, real *d);
  void (*jacobian)(real t, const real *y, real *j); /* column-major */
} Problem;

static void rober(real t, const real *y, real *d) {
  real a = C(0.04) * y[0], b = C(1e4) * y[1] * y[2], c = C(3e7) * y[1] * y[1];
  d[0] = -a + b, d[1] = a - b - c, d[2] = c;
}
static void rober_j(real t, const real *y, real *j) {
  real b1 = C(1e4) * y[2], b2 = C(1e4) * y[1], c = C(6e7) * y[1];
  real all[] = {C(-0.04), C(0.04), 0, b1, -b1 - c, c, b2, -b2, 0};
  memcpy(j, all, sizeof all);
}

static void hires(real t, const real *y, real *d) {
  real r = 280 * y[5] * y[7];
  d[0] = C(-1.71) * y[0] + C(0.43) * y[1] + C(8.32) * y[2] + C(0.0007);
  d[1] = C(1.71) * y[0] - C(8.75) * y[1];
  d[2] = C(-10.03) * y[2] + C(0.43) * y[3] + C(0.035) * y[4];
  d[3] = C(8.32) * y[1] + C(1.71) * y[2] - C(1.12) * y[3];
  d[4] = C(-1.745) * y[4] + C(0.43) * y[5] + C(0.43) * y[6];
  d[5] = -r + C(0.69) * y[3] + C(1.71) * y[4] - C(0.43) * y[5] + C(0.69) * y[6];
  d[6] = r - C(1.81) * y[6];
  d[7] = -r + C(1.81) * y[6];
}
static void hires_j(real t, const real *y, real *j) {
  memset(j, 0, 64 * sizeof(real));
#define J(row, column) j[8 * (column - 1) + row - 1]
  J(1, 1) = C(-1.71), J(1, 2) = C(0.43), J(1, 3) = C(8.32);
  J(2, 1) = C(1.71), J(2, 2) = C(-8.75);
  J(3, 3) = C(-10.03), J(3, 4) = C(0.43), J(3, 5) = C(0.035);
  J(4, 2) = C(8.32), J(4, 3) = C(1.71), J(4, 4) = C(-1.12);
  J(5, 5) = C(-1.745), J(5, 6) = C(0.43), J(5, 7) = C(0.43);
  J(6, 4) = C(0.69), J(6, 5) = C(1.71), J(6, 6) = -280 * y[7] - C(0.43), J(6, 7) = C(0.69);
  J(6, 8) = -280 * y[5];
  J(7, 6) = 280 * y[7], J(7, 7) = C(-1.81), J(7, 8) = 280 * y[5];
  J(8, 6) = -280 * y[7], J(8, 7) = C(1.81), J(8, 8) = -280 * y[5];
#undef J
}

static void vdpol_bari(real t, const real *y, real *d) {
  d[0] = y[1], d[1] = 1000 * (1 - y[0] * y[0]) * y[1] - y[0];
}
static void vdpol_bari_j(real t, const real *y, real *j) {
  j[0] = 0, j[1] = -2000 * y[0] * y[1] - 1, j[2] = 1, j[3] = 1000 * (1 - y[0] * y[0]);
}

static void vdpol_hairer(real t, const real *y, real *d) {
  d[0] = y[1], d[1] = ((1 - y[0] * y[0]) * y[1] - y[0]) * C(1e6);
}
static void vdpol_hairer_j(real t, const real *y, real *j) {
  j[0] = 0, j[1] = (-2 * y[0] * y[1] - 1) * C(1e6), j[2] = 1;
  j[3] = (1 - y[0] * y[0]) * C(1e6);
}

static void orego(real t, const real *y, real *d) {
  d[0] = C(77.27) * (y[1] + y[0] * (1 - C(8.375e-6) * y[0] - y[1]));
  d[1] = (y[2] - (1 + y[0]) * y[1]) / C(77.27);
  d[2] = C(0.161) * (y[0] - y[2]);
}
static void orego_j(real t, const real *y, real *j) {
  j[0] = C(77.27) * (1 - 2 * C(8.375e-6) * y[0] - y[1]), j[1] = -y[1] / C(77.27), j[2] = C(0.161);
  j[3] = C(77.27) * (1 - y[0]), j[4] = -(1 + y[0]) / C(77.27), j[5] = 0;
  j[6] = 0, j[7] = 1 / C(77.27), j[8] = C(-0.161);
}

static void arenstorf(real t, const real *y, real *d) {
  real m = C(0.012277471), e = 1 - m;
  real a = y[0] + m, b = y[0] - e;
  real r1 = a * a + y[1] * y[1], r2 = b * b + y[1] * y[1];
  real d1 = r1 * SQRT(r1), d2 = r2 * SQRT(r2);
  d[0] = y[2], d[1] = y[3];
  d[2] = y[0] + 2 * y[3] - e * a / d1 - m * b / d2;
  d[3] = y[1] - 2 * y[2] - e * y[1] / d1 - m * y[1] / d2;
}

static void pleiades(real t, const real *y, real *d) {
  const real *x = y, *z = y + 7;
  memcpy(d, y + 14, 14 * sizeof(real));
  memset(d + 14, 0, 14 * sizeof(real));
  for (int i = 0; i < 7; i++)
    for (int k = i + 1; k < 7; k++) {
      real a = x[k] - x[i], b = z[k] - z[i], r = a * a + b * b, c = 1 / (r * SQRT(r));
      d[14 + i] += (k + 1) * a * c, d[21 + i] += (k + 1) * b * c;
      d[14 + k] -= (i + 1) * a * c, d[21 + k] -= (i + 1) * b * c;
    }
}

static void brusselator(real t, const real *y, real *d) {
  real c = y[0] * y[0] * y[1];
  d[0] = 1 + c - 4 * y[0], d[1] = 3 * y[0] - c;
}

static void lotka_volterra(real t, const real *y, real *d) {
  d[0] = C(1.5) * y[0] - y[0] * y[1], d[1] = y[0] * y[1] - 3 * y[1];
}

static const Problem problems[] = {
    {"rober", 3, C(1e11), {1, 0, 0}, rober, rober_j},
    {"hires", 8, C(321.8122), {1, 0, 0, 0, 0, 0, 0, C(0.0057)}, hires, hires_j},
    {"vdpol_bari", 2, 2000, {2, 0}, vdpol_bari, vdpol_bari_j},
    {"vdpol_hairer", 2, 2, {2, 0}, vdpol_hairer, vdpol_hairer_j},
    {"orego", 3, 360, {1, 2, 3}, orego, orego_j},
    {"arenstorf", 4, C(17.0652165601579625588917206249),
     {C(0.994), 0, 0, C(-2.00158510637908252240537862224)}, arenstorf, NULL},
    {"pleiades", 28, 3,
     {3, 3, -1, -3, 2, -2, 2, 3, -3, 2, 0, 0, -4, 4, 0, 0, 0, 0, 0, C(1.75), C(-1.5), 0, 0, 0,
      C(-1.25), 1, 0, 0}, pleiades, NULL},
    {"brusselator", 2, 20, {C(1.5), 3}, brusselator, NULL},
    {"lotka_volterra", 2, 10, {1, 1}, lotka_volterra, NULL},
};

static const Problem *problem_named(const char *name) {
  for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
    if (!strcmp(problems[i].name, name)) return problems + i;
  return NULL;
}
