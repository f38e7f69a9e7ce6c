import LinearAlgebra

/// A log density in coordinates w where it is about standard normal: u = centre + L w, x = box(u).
///
/// A dense metric of Hamiltonian dynamics over u is the unit metric over w, so that the sampler
/// knows no other.
struct WhitenedDensity<Base: LogDensity>: LogDensity {
  let base: Base
  let box: [BoxTransform]
  private(set) var center: [Double]
  /// Lower triangular.
  private(set) var factor: Matrix

  var dimension: Int { box.count }

  /// Scaled by an estimate and its covariance on the parameters' own scale; coordinates whose
  /// variance is not above zero get a scale from their bounds.
  init(_ base: Base, box: [BoxTransform], estimate: [Double], covariance: Matrix?) {
    self.base = base
    self.box = box
    let n = box.count
    let errors = (0..<n).map { j in
      covariance.flatMap { $0[j, j] > 0 ? $0[j, j].squareRoot() : nil }
    }
    let scales = (0..<n).map { box[$0].scale(estimate: estimate[$0], error: errors[$0]) }
    center = scales.map(\.center)
    let spread = Matrix(rows: n, columns: n) { i, j in
      if i == j { return scales[i].width * scales[i].width }
      guard let covariance, let a = errors[i], let b = errors[j] else { return 0 }
      return covariance[i, j] / (a * b) * scales[i].width * scales[j].width
    }
    let diagonal = Matrix(rows: n, columns: n) { $0 == $1 ? scales[$0].width : 0 }
    factor = (try? Cholesky(spread, threshold: 1e-10))?.lower ?? diagonal
  }

  /// The parameters of a point, and the logarithm of the box map's volume element there.
  func parameters(_ w: [Double]) -> (x: [Double], logVolume: Double) {
    let images = images(w)
    return (images.map(\.x), images.reduce(0) { $0 + $1.logSlope })
  }

  func evaluate(at w: [Double]) -> (value: Double, gradient: [Double])? {
    let images = images(w)
    let x = images.map(\.x)
    guard x.allSatisfy(\.isFinite), let found = base.evaluate(at: x), found.value.isFinite
    else { return nil }
    var value = found.value
    var slope = found.gradient
    for (j, image) in images.enumerated() {
      value += image.logSlope
      slope[j] = slope[j] * image.slope + image.logSlopeRate
    }
    guard let gradient = try? factor.transposedTimes(slope), value.isFinite,
      gradient.allSatisfy(\.isFinite)
    else { return nil }
    return (value, gradient)
  }

  private func images(_ w: [Double]) -> [BoxTransform.Image] {
    box.indices.map { i in
      var u = center[i]
      for j in 0...i { u += factor[i, j] * w[j] }
      return box[i].image(u)
    }
  }

  /// Makes the mean and covariance of draws of w the new origin and unit; answers w in the new
  /// coordinates, or nil (and nothing changes) when the draws carry no covariance.
  ///
  /// The covariance of n draws is drawn to its diagonal with the weight of five draws, so that it
  /// is positive definite for any n and has no unit of its own.
  mutating func rescale(by draws: [[Double]], at w: [Double]) -> [Double]? {
    let n = dimension
    let count = Double(draws.count)
    guard count > 5 else { return nil }
    let mean = (0..<n).map { j in draws.reduce(0) { $0 + $1[j] } / count }
    let shrink = count / (count + 5)
    var spread = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in 0...i {
        let sum = draws.reduce(0) { $0 + ($1[i] - mean[i]) * ($1[j] - mean[j]) }
        spread[i, j] = (i == j ? 1 : shrink) * sum / (count - 1)
        spread[j, i] = spread[i, j]
      }
    }
    guard let part = try? Cholesky(spread), let whole = try? factor.times(part.lower),
      let shift = try? factor.times(mean),
      let moved = try? part.solveLower(zip(w, mean).map { $0 - $1 })
    else { return nil }
    factor = whole
    center = zip(center, shift).map { $0 + $1 }
    return moved
  }
}
