/* The reference problem's C program (../shared/oracles/monod4/peer_c_cvodes.c) with its method,
 * tolerances and repetitions taken from the command line. The program itself is included unchanged.
 *
 * Build: gcc -O3 -march=native -fopenmp -DPEER='"/path/peer_c_cvodes.c"' monod4.c -o monod4 \
 *   -lsundials_cvodes -lsundials_nvecserial -lsundials_sunmatrixdense -lsundials_sunlinsoldense -lm
 * Usage: monod4 DIRECTORY answers BDF|ADAMS|DP5 DIRECTIONS RTOL ATOL
 *          one line of counters on standard error, then on standard output, as doubles, for every
 *          parameter set, sample and state: the value, and with 5 directions its 5 slopes
 *        monod4 DIRECTORY time BDF|ADAMS|DP5 DIRECTIONS RTOL ATOL BATCHES
 *          microseconds of processor time a simulation, one number a batch of all sets
 *        monod4 DIRECTORY fits BDF|ADAMS|DP5 THREADS RTOL ATOL ROUNDS COUNT [near]
 *          fits the first runs from the start of spec.json, or from the program's own, nearer one;
 *          one JSON object: optima, seconds of wall and of processor time, simulations a fit
 *        monod4 DIRECTORY costs DP5 0 RTOL ATOL < LOG_PARAMETERS
 *          the objective of each run at the parameters read, one line a run
 */
#define main peer_main
#include PEER
#undef main

static double Y[11][4], S[11][4][5];

static void all(Sol *solver, int directions, int write) {
  for (int i = 0; i < NRUN; i++) {
    if (sim(solver, P[i], Y, directions ? S : NULL)) {
      fprintf(stderr, "simulation %d failed\n", i);
      exit(3);
    }
    if (!write) continue;
    for (int k = 0; k < 11; k++)
      for (int j = 0; j < 4; j++) {
        fwrite(&Y[k][j], 8, 1, stdout);
        if (directions) fwrite(S[k][j], 8, 5, stdout);
      }
  }
}

static const double SPEC_START[NP] = {0.036, 30.0, 0.003, 0.156, 1.2};

static void list(const char *name, const double *numbers, int count) {
  printf("\"%s\": [", name);
  for (int i = 0; i < count; i++) printf("%s%.9g", i ? ", " : "", numbers[i]);
  printf("]");
}

static void fits(int method, int threads, double rtol, double atol, int rounds, int count,
                 int near) {
  double(*theta)[NP] = malloc(count * sizeof *theta), wall[64], processor[64];
  Sol *solvers[8];
  long total = 0;
  for (int q = 0; q < threads; q++) solvers[q] = mk(method, 1, rtol, atol);
  for (int r = 0; r < rounds; r++) {
    double start = now(), begun = cpu();
    total = 0;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 4) reduction(+ : total)
    for (int i = 0; i < count; i++) {
      int simulations;
      double cost;
      for (int k = 0; k < NP; k++) theta[i][k] = log(near ? PNOM[k] * SF[k] : SPEC_START[k]);
      fit(solvers[omp_get_thread_num()], OB[i], theta[i], 1e-5, &simulations, &cost);
      total += simulations;
    }
    wall[r] = now() - start;
    processor[r] = cpu() - begun;
  }
  printf("{\"optima\": [");
  for (int i = 0; i < count; i++) {
    printf("%s[", i ? ", " : "");
    for (int k = 0; k < NP; k++) printf("%s%.15g", k ? ", " : "", exp(theta[i][k]));
    printf("]");
  }
  printf("], ");
  list("wall", wall, rounds);
  printf(", ");
  list("processor", processor, rounds);
  printf(", \"simulations\": %.3f}\n", (double)total / count);
}

static void costs(int method, double rtol, double atol) {
  Sol *solver = mk(method, 0, rtol, atol);
  double p[NP], r[NR];
  for (int i = 0; i < NRUN; i++) {
    double cost = 0;
    for (int k = 0; k < NP; k++) {
      if (scanf("%lf", &p[k]) != 1) return;
      p[k] = exp(p[k]);
    }
    if (sim(solver, p, Y, NULL)) exit(3);
    resid(Y, NULL, OB[i], r, NULL);
    for (int k = 0; k < NR; k++) cost += r[k] * r[k] / 2;
    printf("%.12g\n", cost);
  }
}

int main(int argc, char **argv) {
  if (argc < 7) return 2;
  int method = !strcmp(argv[3], "BDF") ? BDF : !strcmp(argv[3], "ADAMS") ? ADAMS : DP5;
  int directions = atoi(argv[4]);
  load(argv[1]);
  if (!strcmp(argv[2], "fits") && argc > 8) {
    fits(method, directions, atof(argv[5]), atof(argv[6]), atoi(argv[7]), atoi(argv[8]), argc > 9);
    return 0;
  }
  if (!strcmp(argv[2], "costs")) {
    costs(method, atof(argv[5]), atof(argv[6]));
    return 0;
  }
  Sol *solver = mk(method, directions > 0, atof(argv[5]), atof(argv[6]));
  if (!strcmp(argv[2], "answers")) {
    all(solver, directions, 1);
    /* The DP5 loop counts evaluations only: one at each of its 12 stretches, six a step. */
    double steps = method == DP5 ? (solver->nfe - 12.0 * NRUN) / 6 : solver->nst;
    fprintf(stderr, "{\"steps\": %.1f, \"evaluations\": %.1f}\n", steps / NRUN,
            (double)solver->nfe / NRUN);
    return 0;
  }
  int batches = argc > 7 ? atoi(argv[7]) : 1;
  all(solver, directions, 0);
  printf("[");
  for (int r = 0; r < batches; r++) {
    double start = cpu();
    all(solver, directions, 0);
    printf("%s%.6g", r ? ", " : "", 1e6 * (cpu() - start) / NRUN);
  }
  printf("]\n");
  return 0;
}
