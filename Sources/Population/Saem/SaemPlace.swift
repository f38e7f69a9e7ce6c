import Inference
import LinearAlgebra

/// A point of SAEM, judged by the sampled likelihood.
struct SaemPlace {
  private let theta: [Double]
  private let objective: Double
  private let bounds: [ActiveBound]
  /// The Newton step of the free elements, 0 for the others.
  private let step: [Double]
  private let reach: [ClosedRange<Double>]
  /// sqrt(g H^-1 g) of the free elements: how many standard errors away the optimum is.
  let distance: Double

  private let rows: Matrix

  /// How many standard errors two points are apart, by the curvature here.
  func length(to other: SaemPlace) -> Double {
    let way = zip(theta, other.theta).map { $0 - $1 }
    return (try? rows.times(way)).map(euclideanNorm) ?? .infinity
  }

  /// nil where the sampled likelihood cannot be computed.
  init?(_ theta: [Double], _ problem: MarginalProblem, _ held: [Int: Double]) {
    guard let linear = problem.linearise(at: theta),
      let gradient = try? linear.rows.transposedTimes(linear.residuals)
    else { return nil }
    let bounds = zip(theta, zip(problem.lowerBounds, problem.upperBounds)).map {
      place, range -> ActiveBound in
      if range.0 == range.1 || place > range.0 && place < range.1 { return .none }
      return place <= range.0 ? .lower : .upper
    }
    // Bounds and held numbers cannot follow the gradient.
    let free = theta.indices.filter {
      held[$0] == nil && bounds[$0] == .none && problem.lowerBounds[$0] < problem.upperBounds[$0]
    }
    var step = [Double](repeating: 0, count: theta.count)
    if free.isEmpty {
      distance = 0
    } else {
      guard let own = try? linear.rows.selecting(free, scaledBy: free.map { _ in 1 }),
        let gram = try? own.transposed.times(own), let factor = try? Cholesky(gram),
        let found = try? factor.solve(free.map { gradient[$0] })
      else { return nil }
      for (k, column) in free.enumerated() { step[column] = found[k] }
      distance = max(dot(found, free.map { gradient[$0] }), 0).squareRoot()
    }
    self.step = step
    rows = linear.rows
    self.theta = theta
    self.bounds = bounds
    objective = linear.objective
    reach = zip(problem.lowerBounds, problem.upperBounds).map { $0...$1 }
  }

  /// Where the Newton step leads.
  var ahead: [Double] {
    theta.indices.map {
      min(max(theta[$0] - step[$0], reach[$0].lowerBound), reach[$0].upperBound)
    }
  }

  func optimum(isConverged: Bool) -> PopulationOptimum {
    PopulationOptimum(
      parameters: theta, objective: objective,
      termination: isConverged ? .convergedObjective : .maximumEvaluations,
      gradientNorm: distance, activeBounds: bounds)
  }

  /// A point that cannot be judged.
  static func nowhere(_ theta: [Double]) -> PopulationOptimum {
    PopulationOptimum(
      parameters: theta, objective: .nan, termination: .infeasibleStart, gradientNorm: .infinity,
      activeBounds: theta.map { _ in .none })
  }
}
