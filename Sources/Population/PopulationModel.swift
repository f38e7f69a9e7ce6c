import Lanes
import LinearAlgebra

/// Donors with what is estimated of them: fixed effects, random effects, and where to start.
public struct PopulationModel {
  /// The donors, in the order of the results.
  public var donors: [PopulationDonor]
  /// Names of the elements of psi.
  public var parameters: [String]
  /// Names of the fixed effects beta, columns of every design.
  public var fixedNames: [String]
  /// Which elements of psi scatter.
  public var structure: RandomStructure
  /// Start of the fixed effects.
  public var start: [Double]
  /// Start of the standard deviations between donors, then between runs; above 0.
  public var startDeviations: [Double]
  /// Bounds of the fixed effects; infinite where there are none.
  public var bounds: [ClosedRange<Double>]
  /// Normal priors of the fixed effects; nil where there is none, empty for none at all. With one
  /// the estimate is a maximum a posteriori, no longer of the likelihood.
  public var priors: [NormalPrior?] = []

  /// A normal prior of a fixed effect.
  public struct NormalPrior: Sendable, Hashable {
    /// Its mean.
    public var mean: Double
    /// Its standard deviation.
    public var sd: Double

    /// A normal prior.
    public init(mean: Double, sd: Double) {
      self.mean = mean
      self.sd = sd
    }
  }

  /// The negative log-density of the priors at theta.
  func priorTerm(_ theta: [Double]) -> Double {
    zip(priors, theta).reduce(0) { sum, pair in
      guard let prior = pair.0 else { return sum }
      let r = (pair.1 - prior.mean) / prior.sd
      return sum + 0.5 * r * r + Double.log(prior.sd) + 0.5 * Double.log(2 * .pi)
    }
  }

  /// A model from its parts; without bounds every fixed effect is free.
  public init(
    donors: [PopulationDonor], parameters: [String], fixedNames: [String],
    structure: RandomStructure, start: [Double], startDeviations: [Double],
    bounds: [ClosedRange<Double>]? = nil
  ) {
    self.donors = donors
    self.parameters = parameters
    self.fixedNames = fixedNames
    self.structure = structure
    self.start = start
    self.startDeviations = startDeviations
    self.bounds =
      bounds ?? start.map { _ in -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude }
  }

  var layout: PopulationLayout { PopulationLayout(fixed: start.count, structure: structure) }

  /// Measurements of all donors.
  var measurementCount: Int {
    donors.reduce(0) { $0 + $1.occasions.reduce(0) { $0 + $1.likelihood.measurementCount } }
  }

  /// Random effects of the donor that has most.
  var mostEffects: Int {
    donors.map { layout.dimension(occasions: $0.occasions.count) }.max() ?? 0
  }

  /// True when every run's likelihood has its Hessian and the slope of it, tried at the start.
  var hasHessian: Bool {
    let point = layout.point(
      start + [Double](repeating: 0, count: layout.count - layout.fixed))
    return donors.allSatisfy { donor in
      let h = DonorIntegrand(donor, layout, point)
      return donor.occasions.indices.allSatisfy { j in
        let psi = h.psi(j, [Double](repeating: 0, count: h.dimension))
        let likelihood = donor.occasions[j].likelihood
        // A point that cannot be computed tells nothing of what is built.
        guard let expansion = likelihood.expansion(at: psi, exactly: true) else { return true }
        let root = [Double](repeating: 0, count: psi.count)
        return expansion.isExact
          && likelihood.curvatureSlope(at: psi, root: root, columns: 1) != nil
      }
    }
  }

  /// True when the first run's likelihood has its Hessian at the start.
  var startIsExact: Bool {
    let point = layout.point(
      start + [Double](repeating: 0, count: layout.count - layout.fixed))
    guard let donor = donors.first, let occasion = donor.occasions.first else { return false }
    let h = DonorIntegrand(donor, layout, point)
    let psi = h.psi(0, [Double](repeating: 0, count: h.dimension))
    return occasion.likelihood.expansion(at: psi, exactly: true)?.isExact ?? false
  }

  /// What is wrong with the model, in words; nil when it can be fitted.
  var fault: String? {
    let (p, m) = (start.count, parameters.count)
    let effects = structure.donor.parameters + structure.run.parameters
    if donors.count < 2 { return "A population needs at least two donors." }
    if effects.isEmpty { return "Nothing is said to vary between donors or runs." }
    if fixedNames.count != p || bounds.count != p { return "One name and bound a fixed effect." }
    if startDeviations.count != effects.count { return "One starting deviation a random effect." }
    if !startDeviations.allSatisfy({ $0 > 0 && $0.isFinite }) {
      return "Starting deviations must be above 0."
    }
    if !(priors.isEmpty || priors.count == p)
      || !priors.allSatisfy({ $0.map { $0.sd > 0 && $0.sd.isFinite } ?? true })
    {
      return "A prior does not fit the fixed effects."
    }
    if !zip(start, bounds).allSatisfy({ $1.contains($0) }) { return "A start is out of bounds." }
    if !effects.allSatisfy({ $0 >= 0 && $0 < m }) {
      return "A random effect has no parameter."
    }
    for block in [structure.donor, structure.run]
    where Set(block.parameters).count < block.count {
      return "A parameter has two random effects of one level."
    }
    var names: Set<String> = []
    for donor in donors where !names.insert(donor.name).inserted {
      return "Two donors are named \(donor.name)."
    }
    if let df = structure.studentDegrees, !(df > 0 && df.isFinite) {
      return "Degrees of freedom must be above 0."
    }
    for donor in donors {
      if donor.occasions.isEmpty { return "A donor has no run." }
      for occasion in donor.occasions {
        if occasion.offset.count != m || !occasion.offset.allSatisfy(\.isFinite) {
          return "An offset does not fit the parameters."
        }
        let x = occasion.design
        if occasion.likelihood.parameterCount != m || x.rows != m || x.columns != p {
          return "A design does not fit the parameters."
        }
        if !x.isFinite { return "A design is not finite." }
      }
    }
    return nil
  }
}
