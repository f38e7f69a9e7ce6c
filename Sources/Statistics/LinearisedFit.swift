import LinearAlgebra
import Randomness

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A fit near its estimate, as far as its residuals go: how the estimate follows the noise.
///
/// With z the standardised noise of the readings, J the slopes of the means in units of the noise
/// and P the precision of the priors, a fit leaves the residuals
///   e = z - J (J^T J + P)^-1 (J^T psi(z) + P^(1/2) u),       u standard normal, for the priors,
/// where psi is z for normal noise and Fisher's score over its information for Student's t. The
/// noise parameters are then estimated again from e. So residuals drawn from here scatter as those
/// of a fit of a true model do: smaller than the noise, and correlated with each other.
public struct LinearisedFit: Sendable {
  /// One exact reading.
  public struct Reading: Sendable {
    /// The series it belongs to, such as one measured quantity, counted from 0.
    public var series: Int
    /// Its time.
    public var time: Double
    /// The fitted mean on the scale of the noise.
    public var level: Double
    /// (reading - mean) / noise.
    public var residual: Double
    /// Degrees of freedom of Student noise; nil for normal noise.
    public var degreesOfFreedom: Double?
    /// ln(stated noise / fitted noise); nil when nothing states the noise.
    public var stated: Double?

    /// A reading from its parts.
    public init(
      series: Int, time: Double, level: Double, residual: Double, degreesOfFreedom: Double? = nil,
      stated: Double? = 0
    ) {
      self.series = series
      self.time = time
      self.level = level
      self.residual = residual
      self.degreesOfFreedom = degreesOfFreedom
      self.stated = stated
    }

    /// The standard normal number with the tail of a residual under this reading's noise.
    public func normalScore(_ residual: Double) -> Double {
      guard let df = degreesOfFreedom else { return residual }
      let size = -Normal.quantile(StudentT.upperTail(abs(residual), degreesOfFreedom: df))
      return residual < 0 ? -size : size
    }
  }

  /// The prior of a noise parameter: its mean less the estimate, and its standard deviation.
  public struct NoisePrior: Sendable {
    /// Prior mean - estimate, on the estimation scale.
    public var offset: Double
    /// Standard deviation.
    public var sd: Double

    /// A prior from its parts.
    public init(offset: Double, sd: Double) {
      self.offset = offset
      self.sd = sd
    }
  }

  /// The readings, in order of time.
  public let readings: [Reading]
  /// d ln noise / d noise parameter, one row a reading.
  let spread: Matrix
  let noisePriors: [NoisePrior?]
  /// Prior standard deviations of the location parameters; nil where there is none.
  private let priors: [Double?]
  private let location: Matrix
  private let inverse: Matrix

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

  /// Standardised noise of every reading.
  func noise(_ stream: inout RandomStream) -> [Double] {
    readings.map { reading in
      guard let df = reading.degreesOfFreedom else { return stream.normal() }
      return stream.normal() / (stream.chiSquare(degreesOfFreedom: df) / df).squareRoot()
    }
  }

  /// A standard normal number for every location parameter that has a prior.
  func priorDeviates(_ stream: inout RandomStream) -> [Double] {
    priors.map { $0 == nil ? 0 : stream.normal() }
  }

  /// What is left of noise z after the fit, in units of the fitted noise.
  func residuals(_ z: [Double], _ u: [Double]) -> [Double] {
    let k = location.columns
    guard k > 0 else { return z }
    var score = [Double](repeating: 0, count: k)
    for (i, reading) in readings.enumerated() {
      let pull = reading.degreesOfFreedom.map { ($0 + 1) * z[i] / ($0 + z[i] * z[i]) } ?? z[i]
      for j in 0..<k { score[j] += location[i, j] * pull }
    }
    for j in 0..<k { if let sd = priors[j] { score[j] += u[j] / sd } }
    var step = [Double](repeating: 0, count: k)
    for a in 0..<k { for b in 0..<k { step[a] += inverse[a, b] * score[b] } }
    return readings.indices.map { i in
      var value = z[i]
      for j in 0..<k { value -= location[i, j] * step[j] }
      return value
    }
  }

  /// The residuals, standardised by noise that is estimated again from them.
  ///
  /// Fisher scoring on sum(ln s + e^2 / (2 s^2)) with ln s = spread . d, with the priors of d.
  func restandardised(_ e: [Double]) -> [Double] {
    let q = spread.columns
    guard q > 0 else { return e }
    var d = [Double](repeating: 0, count: q)
    var r = e
    for _ in 0..<12 {
      var gradient = [Double](repeating: 0, count: q)
      var information = Matrix(rows: q, columns: q)
      for (i, reading) in readings.enumerated() {
        let square = r[i] * r[i]
        let pull: Double
        let weight: Double
        if let df = reading.degreesOfFreedom {
          pull = 1 - (df + 1) * square / (df + square)
          weight = 2 * df / (df + 3)
        } else {
          pull = 1 - square
          weight = 2
        }
        for a in 0..<q where spread[i, a] != 0 {
          gradient[a] += pull * spread[i, a]
          for b in 0..<q { information[a, b] += weight * spread[i, a] * spread[i, b] }
        }
      }
      for a in 0..<q {
        if let prior = noisePriors[a] {
          gradient[a] += (d[a] - prior.offset) / (prior.sd * prior.sd)
          information[a, a] += 1 / (prior.sd * prior.sd)
        }
        information[a, a] += 1e-9
      }
      guard let step = try? Cholesky(information, threshold: 0).solve(gradient) else { break }
      var largest = 0.0
      for a in 0..<q {
        let move = max(-1, min(1, step[a]))
        d[a] = max(-4, min(4, d[a] - move))
        largest = max(largest, abs(move))
      }
      for i in r.indices {
        var logScale = 0.0
        for a in 0..<q { logScale += spread[i, a] * d[a] }
        r[i] = e[i] * exp(-logScale)
      }
      if largest < 1e-4 { break }
    }
    return r
  }

  /// ln of the noise of a reading under noise parameters drawn from their priors, in units of the
  /// fitted noise; the stated noise where there is no prior to draw from.
  func statedNoise(_ stream: inout RandomStream) -> [Double] {
    let deviates = noisePriors.map { prior in prior.map { $0.sd * stream.normal() } ?? 0 }
    return readings.indices.map { i in
      var value = readings[i].stated ?? 0
      for a in deviates.indices { value += spread[i, a] * deviates[a] }
      return value
    }
  }
}
