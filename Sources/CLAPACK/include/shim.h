// Own prototypes of the LAPACK and OpenBLAS routines that Thymus calls.
// LP64 integers; the trailing size_t are gfortran's hidden string lengths.
//
// The library is loaded at the first call and not with the program: a dose needs no algebra, and
// loading OpenBLAS (30 MB, and a thread that spins) takes longer than computing one.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Hidden, so that the library's own calls among these names never come back here.
#pragma GCC visibility push(hidden)

// QR with column pivoting, and application of its Q.
void dgeqp3_(const int32_t *m, const int32_t *n, double *a, const int32_t *lda, int32_t *jpvt,
             double *tau, double *work, const int32_t *lwork, int32_t *info);
void dormqr_(const char *side, const char *trans, const int32_t *m, const int32_t *n,
             const int32_t *k, const double *a, const int32_t *lda, const double *tau, double *c,
             const int32_t *ldc, double *work, const int32_t *lwork, int32_t *info,
             size_t side_len, size_t trans_len);
// Singular values.
void dgesdd_(const char *jobz, const int32_t *m, const int32_t *n, double *a, const int32_t *lda,
             double *s, double *u, const int32_t *ldu, double *vt, const int32_t *ldvt,
             double *work, const int32_t *lwork, int32_t *iwork, int32_t *info, size_t jobz_len);
// Cholesky and its condition estimate.
void dpotrf_(const char *uplo, const int32_t *n, double *a, const int32_t *lda, int32_t *info,
             size_t uplo_len);
void dpocon_(const char *uplo, const int32_t *n, const double *a, const int32_t *lda,
             const double *anorm, double *rcond, double *work, int32_t *iwork, int32_t *info,
             size_t uplo_len);
// Threads of the library itself. Before the library is loaded the number is kept for then, so that
// with 1 it starts no thread at all.
void openblas_set_num_threads(int threads);
int openblas_get_num_threads(void);
char *openblas_get_config(void);
char *openblas_get_corename(void);

#pragma GCC visibility pop
