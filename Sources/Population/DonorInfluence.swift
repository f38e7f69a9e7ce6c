import Inference
import LinearAlgebra

/// What each donor adds to a fit at its optimum: enough to leave some of them out.
struct DonorInfluence: Sendable {
  let layout: PopulationLayout
  /// Elements of theta held at the boundary of zero variance.
  let held: [Int: Double]
  /// Elements of theta that are neither held nor on a bound.
  let free: [Int]
  /// Bounds of the fixed effects, and the precisions of their priors, 0 without.
  let bounds: [ClosedRange<Double>]
  let precisions: [Double]
  /// True when the runs' curvatures are their Hessians.
  let isExact: Bool
  /// One entry a donor: derivatives, modes in standard units, measurements.
  var donors: [DonorInformation]
  var modes: [[Double]]
  var measurements: [Int]
  /// Covariance of theta, NaN for elements without one; nil when refused.
  var covariance: Matrix?

  /// The first information that has an inverse.
  func information() throws(PopulationInformation.Refusal) -> PopulationInformation {
    try PopulationInformation(donors, precisions: precisions, free: free, isExact: isExact)
  }

  /// The same of some of the donors, by position; its covariance is theirs to find.
  func keeping(_ positions: [Int]) -> DonorInfluence {
    var part = self
    part.donors = positions.map { donors[$0] }
    part.modes = positions.map { modes[$0] }
    part.measurements = positions.map { measurements[$0] }
    part.covariance = nil
    return part
  }
}

extension PopulationResult {
  /// Sets the estimates with their standard errors from theta and its covariance.
  mutating func setEstimates(
    _ theta: [Double], _ influence: DonorInfluence, names: [String],
    fixed: [(name: String, bound: ActiveBound)]
  ) {
    let layout = influence.layout
    let covariance = influence.covariance
    self.theta = theta
    self.fixed = fixed.enumerated().map { j, entry in
      let variance = covariance.map { $0[j, j] } ?? .nan
      return FixedEffect(
        name: entry.name, estimate: theta[j],
        standardError: entry.bound == .none && variance >= 0 ? variance.squareRoot() : nil,
        bound: entry.bound)
    }
    thetaCovariance = covariance
    fixedCovariance = covariance.map { covariance in
      Matrix(rows: layout.fixed, columns: layout.fixed) { covariance[$0, $1] }
    }
    donorEffects = RandomEstimate(isDonor: true, theta, influence, names: names)
    runEffects = RandomEstimate(isDonor: false, theta, influence, names: names)
  }
}

extension PopulationResult.RandomEstimate {
  /// The random effects of one level at theta; shrinkage is left open.
  init(isDonor: Bool, _ theta: [Double], _ influence: DonorInfluence, names: [String]) {
    let (layout, held) = (influence.layout, influence.held)
    let point = layout.point(theta)
    let block = isDonor ? layout.structure.donor : layout.structure.run
    var lower = isDonor ? point.donorFactor : point.runFactor
    let q = block.count
    self.init()
    self.names = block.parameters.map { names[$0] }
    for diagonal in layout.diagonals
    where diagonal.isDonor == isDonor && held[diagonal.column] != nil {
      lower[diagonal.effect * q + diagonal.effect] = 0
      atZero.append(self.names[diagonal.effect])
    }
    let whole = (0..<(q * q)).map { k in
      (0..<q).reduce(0) { $0 + lower[(k / q) * q + $1] * lower[(k % q) * q + $1] }
    }
    covariance = whole
    deviations = (0..<q).map { whole[$0 * q + $0].squareRoot() }
    let elements = isDonor ? layout.donorElements : layout.runElements
    let first = layout.fixed + (isDonor ? 0 : layout.donorElements.count)
    logErrors = (0..<q).map { a in
      guard let covariance = influence.covariance, whole[a * q + a] > 0 else { return nil }
      // d ln s_a / d tau: s_a^2 = sum_b L_ab^2.
      var slopes: [(Int, Double)] = []
      for (k, element) in elements.enumerated() where element.row == a {
        let l = lower[a * q + element.column]
        let inner = element.row == element.column ? l : 1
        if held[first + k] == nil { slopes.append((first + k, l * inner / whole[a * q + a])) }
      }
      var variance = 0.0
      for (i, u) in slopes { for (j, w) in slopes { variance += u * w * covariance[i, j] } }
      return variance >= 0 ? variance.squareRoot() : nil
    }
    shrinkage = [Double?](repeating: nil, count: q)
  }
}
