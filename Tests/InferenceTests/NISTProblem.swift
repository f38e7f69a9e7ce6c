import Inference
import Lanes
import LinearAlgebra

/// A NIST regression as a least-squares problem with exact Jacobians by dual numbers.
///
/// Residuals are computed in `Number` and rounded once: with `Double` as any user's would be, with
/// `Extended` where the residuals are smaller than the rounding of the response (Lanczos1, whose
/// residual standard deviation is 9e-14 on responses up to 2.5).
struct NISTProblem<Number: NISTNumber & BinaryFloatingPoint>: LeastSquaresProblem {
  let model: NISTModel
  let dataset: NISTDataset

  var parameterCount: Int { dataset.certified.count }
  var lowerBounds: [Double] { dataset.certified.map { _ in -Double.infinity } }
  var upperBounds: [Double] { dataset.certified.map { _ in Double.infinity } }

  func residuals(at p: [Double]) -> [Double] {
    let b = p.map { Number($0) }
    return dataset.data.map {
      Double(model.value(b, $0[1...]) - Number.of(model.response($0[0])))
    }
  }

  func objective(at p: [Double]) -> Double? {
    let residuals = residuals(at: p)
    return dot(residuals, residuals) / 2
  }

  func linearise(at p: [Double]) -> Linearisation? {
    let b = p.enumerated().map { Dual16($1, direction: $0) }
    let values = dataset.data.map { model.value(b, $0[1...]) }
    return Linearisation(
      residuals: residuals(at: p),
      jacobian: Matrix(rows: values.count, columns: p.count) { values[$0].partials[$1] })
  }
}
