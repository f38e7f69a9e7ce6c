/* CVODES, BDF with Newton, dense analytic Jacobian; outputs by its interpolation.
 * Build: gcc -O3 -march=native cvodes.c -o cvodes -lsundials_cvodes -lsundials_nvecserial \
 *   -lsundials_sunmatrixdense -lsundials_sunlinsoldense -lm */
#include "problems.h"
#include "driver.h"
#include <cvodes/cvodes.h>
#include <nvector/nvector_serial.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>

static int rates(realtype t, N_Vector y, N_Vector d, void *p) {
  ((const Problem *)p)->rates(t, N_VGetArrayPointer(y), N_VGetArrayPointer(d));
  return 0;
}

static int jacobian(realtype t, N_Vector y, N_Vector f, SUNMatrix j, void *p, N_Vector a,
                    N_Vector b, N_Vector c) {
  ((const Problem *)p)->jacobian(t, N_VGetArrayPointer(y), SM_DATA_D(j));
  return 0;
}

static int solve(const Problem *p, double rtol, double atol, int count, const double *times,
                 double *out, Work *work) {
  SUNContext context;
  SUNContext_Create(NULL, &context);
  N_Vector y = N_VNew_Serial(p->n, context);
  double *values = N_VGetArrayPointer(y);
  memcpy(values, p->start, p->n * sizeof *values);
  void *memory = CVodeCreate(CV_BDF, context);
  CVodeSetErrFile(memory, NULL);
  CVodeInit(memory, rates, 0, y);
  CVodeSStolerances(memory, rtol, atol);
  CVodeSetUserData(memory, (void *)p);
  CVodeSetMaxNumSteps(memory, 10000000);
  SUNMatrix matrix = SUNDenseMatrix(p->n, p->n, context);
  SUNLinearSolver linear = SUNLinSol_Dense(y, matrix, context);
  CVodeSetLinearSolver(memory, linear, matrix);
  CVodeSetJacFn(memory, jacobian);
  int failed = 0;
  for (int k = 0; k < count && !failed; k++) {
    double reached;
    if (k == count - 1) CVodeSetStopTime(memory, times[k]);
    failed = CVode(memory, times[k], y, &reached, CV_NORMAL) < 0;
    memcpy(out + k * p->n, values, p->n * sizeof *out);
  }
  CVodeGetNumSteps(memory, &work->steps);
  CVodeGetNumErrTestFails(memory, &work->rejected);
  CVodeGetNumRhsEvals(memory, &work->evaluations);
  CVodeGetNumJacEvals(memory, &work->jacobians);
  SUNLinSolFree(linear);
  SUNMatDestroy(matrix);
  CVodeFree(&memory);
  N_VDestroy(y);
  SUNContext_Free(&context);
  return failed;
}
