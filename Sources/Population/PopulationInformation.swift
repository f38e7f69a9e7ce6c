import LinearAlgebra

/// What one donor adds to the gradient and the information of the negative marginal log-likelihood.
struct DonorInformation: Sendable {
  /// d/dtheta.
  let score: [Double]
  /// The second derivatives by Louis' identity, row by row.
  let louis: [Double]
}

/// The information of the marginal likelihood over the elements of theta that are free.
///
/// The first of these that has an inverse: Louis' second derivatives; the outer product of the
/// donors' scores about their mean, from more donors than elements; Louis' second derivatives of the
/// fixed effects alone, the deviations taken as known, as lme4 and nlme take them. Where the runs have
/// no Hessian and their donors tell little, expected curvatures make Louis' form wrong (often
/// indefinite, else up to twice the errors): it is taken when it agrees with the scores. Sources: Louis (1982), J R Stat
/// Soc B 44:226; Berndt, Hall, Hall and Hausman (1974), Ann Econ Soc Meas 3:653; Pinheiro and Bates
/// (2000), section 2.3.
struct PopulationInformation: Sendable {
  /// Which it is.
  let source: PopulationResult.Information
  /// The elements of theta that it is of.
  let free: [Int]
  /// Its inverse, in the order of `free`.
  let covariance: Matrix
  /// Why the ones before it were not taken, in sentences.
  let reasons: [String]

  /// No information had an inverse.
  struct Refusal: Error {
    let reasons: [String]
  }

  /// Equal donors that the outer product of n scores of m elements is worth: n - m - 1, for the
  /// mean of an inverse Wishart matrix is that much larger than the inverse of its mean.
  static func worth(donors n: Int, elements m: Int) -> Int { n - m - 1 }

  /// The worth from which scores can contradict second derivatives with expected curvatures.
  static let leastWorth = 5

  /// Whether scores scatter by no more than an information says: at the truth their covariance is
  /// the information (White 1982, Econometrica 50:1), and the largest eigenvalue of n whitened scores
  /// of m elements is about (1 + sqrt(m/(n - 1)))^2 (Geman 1980), half as much again is allowed.
  private static func agree(_ factor: Cholesky, _ scores: [[Double]]) -> Bool {
    let n = Double(scores.count)
    guard let m = scores.first?.count, m > 0 else { return true }
    let means = (0..<m).map { k in scores.reduce(0) { $0 + $1[k] } / n }
    var white: [[Double]] = []
    for score in scores {
      guard let row = try? factor.solveLower((0..<m).map { score[$0] - means[$0] }) else {
        return false
      }
      white.append(row)
    }
    // The power method; a start that is all but orthogonal to the largest is turned by rounding.
    var direction = (0..<m).map { 1 + 0.1 * Double($0) }
    var largest = 0.0
    for _ in 0..<100 {
      var next = [Double](repeating: 0, count: m)
      for row in white {
        let pull = dot(row, direction)
        for k in 0..<m { next[k] += pull * row[k] }
      }
      largest = euclideanNorm(next) / max(euclideanNorm(direction), 1e-300)
      guard largest > 0, largest.isFinite else { return largest == 0 }
      direction = next.map { $0 / largest }
    }
    let edge = 1 + (Double(m) / (n - 1)).squareRoot()
    return largest <= 1.5 * edge * edge
  }

  /// `precisions` are those of the fixed effects' priors, 0 without; `isExact` when the runs'
  /// curvatures are their Hessians.
  init(
    _ donors: [DonorInformation], precisions: [Double], free: [Int], isExact: Bool
  ) throws(Refusal) {
    var reasons: [String] = []
    let fixed = precisions.count
    let n = donors.first?.score.count ?? 0
    func own(_ columns: [Int], _ element: (Int, Int) -> Double) -> Matrix {
      Matrix(rows: columns.count, columns: columns.count) { i, j in
        let (a, b) = (columns[i], columns[j])
        return element(a, b) + (a == b && a < fixed ? precisions[a] : 0)
      }
    }
    func louis(_ a: Int, _ b: Int) -> Double {
      donors.reduce(0) { $0 + 0.5 * ($1.louis[a * n + b] + $1.louis[b * n + a]) }
    }
    func inverse(_ matrix: Matrix, _ name: String) -> Matrix? {
      do {
        return try Cholesky(matrix, threshold: PopulationInformation.threshold).inverse()
      } catch {
        reasons.append("\(name) has no inverse (\(error)).")
        return nil
      }
    }
    let worth = PopulationInformation.worth(donors: donors.count, elements: free.count)
    func scores() -> Matrix? {
      let count = Double(donors.count)
      let means = (0..<n).map { k in donors.reduce(0) { $0 + $1.score[k] } / count }
      // Scores of an estimate scatter about their mean with n - 1 degrees of freedom.
      let outer = own(free) { a, b in
        count / (count - 1)
          * donors.reduce(0) { $0 + ($1.score[a] - means[a]) * ($1.score[b] - means[b]) }
      }
      return inverse(outer, "The outer product of the donors' scores").map { found in
        Matrix(rows: free.count, columns: free.count) { Double(worth) / count * found[$0, $1] }
      }
    }
    if let factor = try? Cholesky(own(free, louis), threshold: PopulationInformation.threshold),
      isExact || worth < PopulationInformation.leastWorth
        || PopulationInformation.agree(factor, donors.map { d in free.map { d.score[$0] } }),
      let found = try? factor.inverse()
    {
      self.init(isExact ? .observed : .expected, free, found, [])
      return
    }
    reasons.append(
      "The information of the marginal likelihood "
        + (isExact ? "" : "with expected curvatures of the runs ")
        + "has no inverse, or tells far less than the donors' scores do.")
    if worth > 0, let found = scores() {
      self.init(.scores, free, found, reasons)
      return
    }
    if worth <= 0 {
      reasons.append(
        "\(donors.count) donors are too few for the outer product of their scores: \(free.count) "
          + "estimates need at least \(free.count + 2).")
    }
    let means = free.filter { $0 < fixed }
    if means.count < free.count, !means.isEmpty,
      let found = inverse(own(means, louis), "That of the means alone")
    {
      self.init(.means, means, found, reasons)
      return
    }
    throw Refusal(reasons: reasons)
  }

  private init(
    _ source: PopulationResult.Information, _ free: [Int], _ covariance: Matrix,
    _ reasons: [String]
  ) {
    (self.source, self.free, self.covariance, self.reasons) = (source, free, covariance, reasons)
  }

  /// The covariance over n elements of theta; NaN for those that are not free.
  func whole(_ n: Int) -> Matrix {
    var position = [Int?](repeating: nil, count: n)
    for (k, column) in free.enumerated() { position[column] = k }
    return Matrix(rows: n, columns: n) { i, j in
      guard let a = position[i], let b = position[j] else { return .nan }
      return covariance[a, b]
    }
  }

  /// Reciprocal condition numbers, scaled to a unit diagonal, at and below which there is no inverse.
  private static let threshold = 1e-10
}

extension PopulationResult {
  /// From what standard errors come.
  public enum Information: String, Sendable, Hashable {
    /// Second derivatives of the marginal likelihood.
    case observed
    /// The same with expected curvatures of the runs' likelihoods in place of their Hessians.
    case expected
    /// The outer product of the donors' scores.
    case scores
    /// Second derivatives of the means alone, the deviations taken as known.
    case means

    /// In words.
    public var words: String {
      switch self {
      case .observed: "the observed information"
      case .expected: "the information with expected curvatures of the runs"
      case .scores: "the outer product of the donors' scores"
      case .means: "the information of the means, the spreads taken as known"
      }
    }
  }
}
