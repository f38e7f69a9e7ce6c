import LinearAlgebra

/// A fit near its estimate, as far as its residuals go: how the estimate follows the noise.
///
/// With z the standardised noise of the readings, J the slopes of the means in units of the noise
/// and P the precision of the priors, a fit leaves the residuals
///   e = z - J (J^T J + P)^-1 (J^T psi(z) + P^(1/2) u),       u standard normal, for the priors,
/// where psi is z for normal noise and Fisher's score over its information for Student's t. The
/// noise parameters are then estimated again from e. So residuals drawn from here scatter as those
/// of a fit of a true model do: smaller than the noise, and correlated with each other.
public struct LinearisedFit: Sendable {
  /// The readings, those of one series in order of time.
  public let readings: [Reading]
  /// d ln noise / d noise parameter, one row a reading.
  let spread: Matrix
  let noisePriors: [NoisePrior?]
  /// Prior standard deviations of the location parameters; nil where there is none.
  let priors: [Double?]
  let location: Matrix
  let inverse: Matrix

  /// A fit from its slopes: `location` readings x location parameters, in units of the noise;
  /// `spread` readings x noise parameters.
  ///
  /// A direction that neither readings nor priors fix moves no mean and leaves no trace.
  /// Throws `LinearAlgebraError` for numbers that are not finite or shapes that do not fit.
  public init(
    _ readings: [Reading], location: Matrix, priors: [Double?], spread: Matrix,
    noisePriors: [NoisePrior?]
  ) throws {
    guard location.rows == readings.count, spread.rows == readings.count,
      priors.count == location.columns, noisePriors.count == spread.columns
    else { throw LinearAlgebraError.dimension("the slopes of a linearised fit") }
    self.readings = readings
    self.location = location
    self.priors = priors
    self.spread = spread
    self.noisePriors = noisePriors
    let k = location.columns
    guard k > 0 else {
      inverse = Matrix(rows: 0, columns: 0)
      return
    }
    let information = readings.map { reading in
      reading.degreesOfFreedom.map { ($0 + 1) / ($0 + 3) } ?? 1
    }
    var gram = Matrix(rows: k, columns: k) { a, b in
      readings.indices.reduce(0) { $0 + information[$1] * location[$1, a] * location[$1, b] }
    }
    var largest = 0.0
    for j in 0..<k {
      gram[j, j] += priors[j].map { 1 / ($0 * $0) } ?? 0
      largest = max(largest, gram[j, j])
    }
    // Far below every noise, so that a flat direction does not stop the factorisation.
    for j in 0..<k { gram[j, j] += 1e-9 * gram[j, j] + 1e-12 * largest + 1e-300 }
    inverse = try Cholesky(gram, threshold: 0).inverse()
  }

  /// The share of its own noise that each reading's mean follows, 0 ... 1.
  public var leverages: [Double] {
    readings.indices.map { i in
      var sum = 0.0
      for a in 0..<location.columns {
        for b in 0..<location.columns { sum += location[i, a] * inverse[a, b] * location[i, b] }
      }
      return min(max(sum, 0), 1)
    }
  }
}
