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

int main(int argc, char **argv) {
  if (argc < 7) return 2;
  int method = !strcmp(argv[3], "BDF") ? BDF : !strcmp(argv[3], "ADAMS") ? ADAMS : DP5;
  int directions = atoi(argv[4]);
  load(argv[1]);
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
