/// Where fixed effects and the elements of the covariance factors lie in one vector theta.
///
/// theta = (beta, log-Cholesky elements between donors, those between runs).
struct PopulationLayout: Sendable {
  /// Number of fixed effects, p.
  let fixed: Int
  let structure: RandomStructure
  let donorElements: [(row: Int, column: Int)]
  let runElements: [(row: Int, column: Int)]

  init(fixed: Int, structure: RandomStructure) {
    self.fixed = fixed
    self.structure = structure
    donorElements = structure.donor.elements
    runElements = structure.run.elements
  }

  /// Length of theta.
  var count: Int { fixed + donorElements.count + runElements.count }

  /// The random effects of a donor with so many runs, d.
  func dimension(occasions: Int) -> Int {
    structure.donor.count + occasions * structure.run.count
  }

  /// theta with its covariance factors written out.
  func point(_ theta: [Double]) -> PopulationPoint {
    PopulationPoint(
      beta: Array(theta[0..<fixed]),
      donorFactor: structure.donor.factor(theta[fixed..<(fixed + donorElements.count)]),
      runFactor: structure.run.factor(theta[(fixed + donorElements.count)...]))
  }

  /// The positions in theta of the logarithms of the factors' diagonals, with level and effect.
  var diagonals: [(column: Int, isDonor: Bool, effect: Int)] {
    let between = donorElements.enumerated().filter { $1.row == $1.column }
      .map { (fixed + $0, true, $1.row) }
    let within = runElements.enumerated().filter { $1.row == $1.column }
      .map { (fixed + donorElements.count + $0, false, $1.row) }
    return between + within
  }
}

/// Population parameters: fixed effects, and the factors L of the covariances Omega = L L^T.
struct PopulationPoint: Sendable {
  let beta: [Double]
  /// q x q, row by row.
  let donorFactor: [Double]
  let runFactor: [Double]
}
