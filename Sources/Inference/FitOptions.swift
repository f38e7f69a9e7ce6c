import Bioreactor
import Integration

/// How a fit is done.
public struct FitOptions: Sendable, Hashable {
  /// Whether priors weigh in (maximum a posteriori) or not (maximum likelihood).
  public var usesPriors = true
  /// Largest number of starts, the nominal one included.
  public var starts = 12
  /// When the first so many starts all agree, no further ones are tried.
  public var unanimousStarts = 5
  /// Seed of everything random.
  public var seed: UInt64 = 1
  /// Measurements after this hour are left out.
  public var until = Double.infinity
  /// Parameters held at a value, in base units.
  public var held: [String: Double] = [:]
  /// Relative tolerance of the integrator.
  public var relativeTolerance = 1e-8
  /// Absolute tolerance of the integrator, in base units.
  public var absoluteTolerance = 1e-10

  /// Whether "fixed by the data" is checked by a profile; without it a verdict rests on the
  /// curvature alone.
  public var checksProfiles = true

  /// The defaults.
  public init() {}

  /// The search's options.
  var search: TrustRegionOptions {
    var search = TrustRegionOptions()
    // Relative accuracy of a simulated objective; it also ends the crawl along a flat valley.
    search.objectiveTolerance = max(1e-10, relativeTolerance)
    // Within about a ten-thousandth of a standard error of the optimum, or as near as a coarse
    // solution tells.
    search.gradientTolerance = relativeTolerance > 1e-5 ? 30 * relativeTolerance : 1e-5
    // An objective known to e tells a gradient to about sqrt(2 e); estimates are then within about
    // a thousandth of a standard error of the optimum.
    search.acceptableGradient = max(1e-5, (2 * search.objectiveTolerance).squareRoot())
    search.maximumEvaluations = 300
    return search
  }

  /// The search's tolerances and limits in words, for records.
  public var searchDescription: String {
    "objective \(search.objectiveTolerance), gradient \(search.gradientTolerance), acceptable "
      + "\(search.acceptableGradient), step \(search.stepTolerance), evaluations "
      + "\(search.maximumEvaluations)"
  }

  /// The same with coarse simulations, for what lies far from an optimum; nil where the tolerance
  /// asked for is coarse itself.
  var coarse: FitOptions? {
    let tolerance = 1e-4
    guard relativeTolerance < 0.1 * tolerance else { return nil }
    var coarse = self
    coarse.relativeTolerance = tolerance
    coarse.absoluteTolerance = absoluteTolerance * (tolerance / relativeTolerance)
    return coarse
  }

  /// The integrator's options for a culture; every measurement is landed on, so a long record needs
  /// steps of its own.
  func stepOptions(for culture: Culture) -> StepOptions {
    var step = stepOptions
    step.maximumSteps += 4 * culture.targets.count
    return step
  }

  /// The integrator's options.
  public var stepOptions: StepOptions {
    StepOptions(
      relativeTolerance: relativeTolerance, absoluteTolerance: absoluteTolerance,
      maximumSteps: 20_000)
  }
}
