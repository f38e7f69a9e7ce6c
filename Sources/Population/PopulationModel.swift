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
    if !zip(start, bounds).allSatisfy({ $1.contains($0) }) { return "A start is out of bounds." }
    if !effects.allSatisfy({ $0 >= 0 && $0 < m }) {
      return "A random effect has no parameter."
    }
    if let df = structure.studentDegrees, !(df > 0 && df.isFinite) {
      return "Degrees of freedom must be above 0."
    }
    for donor in donors {
      if donor.occasions.isEmpty { return "A donor has no run." }
      for occasion in donor.occasions {
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
