// Finds the routines of OpenBLAS at the first call of any of them, once for all threads.
#include "shim.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int threads_wanted = 0;
static int is_loaded = 0;

static struct {
  void (*dgeqp3)(const int32_t *, const int32_t *, double *, const int32_t *, int32_t *, double *,
                 double *, const int32_t *, int32_t *);
  void (*dormqr)(const char *, const char *, const int32_t *, const int32_t *, const int32_t *,
                 const double *, const int32_t *, const double *, double *, const int32_t *,
                 double *, const int32_t *, int32_t *, size_t, size_t);
  void (*dgesdd)(const char *, const int32_t *, const int32_t *, double *, const int32_t *,
                 double *, double *, const int32_t *, double *, const int32_t *, double *,
                 const int32_t *, int32_t *, int32_t *, size_t);
  void (*dpotrf)(const char *, const int32_t *, double *, const int32_t *, int32_t *, size_t);
  void (*dpocon)(const char *, const int32_t *, const double *, const int32_t *, const double *,
                 double *, double *, int32_t *, int32_t *, size_t);
  void (*set_threads)(int);
  int (*get_threads)(void);
  char *(*config)(void);
  char *(*core)(void);
} blas;

// As the dynamic linker does with a library that is missing: says which, and ends.
static void missing(const char *what) {
  fprintf(stderr,
          "E_OPENBLAS_MISSING: %s of OpenBLAS was not found. Remedy: install it (Debian: apt-get "
          "install libopenblas0).\n",
          what);
  exit(127);
}

static void *routine(void *library, const char *name) {
  void *found = dlsym(library, name);
  if (!found) missing(name);
  return found;
}

static void load(void) {
  static const char *const names[] = {"libopenblas.so.0", "libopenblas.so", "libopenblas.dylib",
                                      "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
                                      "/usr/local/opt/openblas/lib/libopenblas.dylib"};
  if (threads_wanted > 0) {
    char text[16];
    snprintf(text, sizeof text, "%d", threads_wanted);
    setenv("OPENBLAS_NUM_THREADS", text, 1);
  }
  void *library = NULL;
  for (size_t i = 0; !library && i < sizeof names / sizeof names[0]; i++)
    library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  if (!library) missing("The library");
  *(void **)&blas.dgeqp3 = routine(library, "dgeqp3_");
  *(void **)&blas.dormqr = routine(library, "dormqr_");
  *(void **)&blas.dgesdd = routine(library, "dgesdd_");
  *(void **)&blas.dpotrf = routine(library, "dpotrf_");
  *(void **)&blas.dpocon = routine(library, "dpocon_");
  *(void **)&blas.set_threads = routine(library, "openblas_set_num_threads");
  *(void **)&blas.get_threads = routine(library, "openblas_get_num_threads");
  *(void **)&blas.config = routine(library, "openblas_get_config");
  *(void **)&blas.core = routine(library, "openblas_get_corename");
  if (threads_wanted > 0) blas.set_threads(threads_wanted);
  __atomic_store_n(&is_loaded, 1, __ATOMIC_RELEASE);
}

static void need(void) { pthread_once(&once, load); }

void dgeqp3_(const int32_t *m, const int32_t *n, double *a, const int32_t *lda, int32_t *jpvt,
             double *tau, double *work, const int32_t *lwork, int32_t *info) {
  need();
  blas.dgeqp3(m, n, a, lda, jpvt, tau, work, lwork, info);
}

void dormqr_(const char *side, const char *trans, const int32_t *m, const int32_t *n,
             const int32_t *k, const double *a, const int32_t *lda, const double *tau, double *c,
             const int32_t *ldc, double *work, const int32_t *lwork, int32_t *info,
             size_t side_len, size_t trans_len) {
  need();
  blas.dormqr(side, trans, m, n, k, a, lda, tau, c, ldc, work, lwork, info, side_len, trans_len);
}

void dgesdd_(const char *jobz, const int32_t *m, const int32_t *n, double *a, const int32_t *lda,
             double *s, double *u, const int32_t *ldu, double *vt, const int32_t *ldvt,
             double *work, const int32_t *lwork, int32_t *iwork, int32_t *info, size_t jobz_len) {
  need();
  blas.dgesdd(jobz, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork, iwork, info, jobz_len);
}

void dpotrf_(const char *uplo, const int32_t *n, double *a, const int32_t *lda, int32_t *info,
             size_t uplo_len) {
  need();
  blas.dpotrf(uplo, n, a, lda, info, uplo_len);
}

void dpocon_(const char *uplo, const int32_t *n, const double *a, const int32_t *lda,
             const double *anorm, double *rcond, double *work, int32_t *iwork, int32_t *info,
             size_t uplo_len) {
  need();
  blas.dpocon(uplo, n, a, lda, anorm, rcond, work, iwork, info, uplo_len);
}

void openblas_set_num_threads(int threads) {
  if (__atomic_load_n(&is_loaded, __ATOMIC_ACQUIRE)) {
    blas.set_threads(threads);
  } else {
    threads_wanted = threads;
  }
}

int openblas_get_num_threads(void) {
  need();
  return blas.get_threads();
}

char *openblas_get_config(void) {
  need();
  return blas.config();
}

char *openblas_get_corename(void) {
  need();
  return blas.core();
}
