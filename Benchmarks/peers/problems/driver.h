/* The command line that the C solvers share. A solver defines `solve` and includes this file.
 * Usage: SOLVER PROBLEM RTOL ATOL REPEATS [TIME ...]
 * Prints one JSON object: states at the times (the end is always the last), the work of one
 * solution, and microseconds of processor time for each repetition. */
#include <stdio.h>
#include <time.h>

typedef struct { long steps, rejected, evaluations, jacobians; } Work;

/* Fills `out` with n states for each of `count` times; 0 when all was well. */
static int solve(const Problem *p, double rtol, double atol, int count, const double *times,
                 double *out, Work *work);

static double processor_time(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(int argc, char **argv) {
  const Problem *p = argc > 4 ? problem_named(argv[1]) : NULL;
  if (!p) return 2;
  double rtol = atof(argv[2]), atol = atof(argv[3]);
  int repeats = atoi(argv[4]), count = argc - 5;
  double *times = malloc((count + 1) * sizeof *times);
  for (int i = 0; i < count; i++) times[i] = atof(argv[5 + i]);
  if (!count) times[count++] = (double)p->end;
  double *out = calloc(count * p->n, sizeof *out);
  Work work = {0};
  int failed = solve(p, rtol, atol, count, times, out, &work);
  printf("{\"failed\": %d, \"steps\": %ld, \"rejected\": %ld, \"evaluations\": %ld, "
         "\"jacobians\": %ld, \"states\": [", failed, work.steps, work.rejected,
         work.evaluations, work.jacobians);
  for (int k = 0; k < count; k++) {
    printf("%s[", k ? ", " : "");
    for (int i = 0; i < p->n; i++) printf("%s%.17g", i ? ", " : "", out[k * p->n + i]);
    printf("]");
  }
  printf("], \"times\": [");
  for (int r = 0; r < repeats && !failed; r++) {
    /* Short solutions are repeated until a batch takes two milliseconds. */
    int calls = 0;
    double start = processor_time(), spent;
    do {
      Work ignored = {0};
      solve(p, rtol, atol, count, times, out, &ignored);
      calls++;
    } while ((spent = processor_time() - start) < 2e-3);
    printf("%s%.6g", r ? ", " : "", 1e6 * spent / calls);
  }
  printf("]}\n");
  return 0;
}
