import Bioreactor
import Integration

/// The methods that a user can ask for.
public enum SimulationMethod: String, Sendable, CaseIterable {
  /// Explicit steps until the system proves stiff, then implicit ones.
  case automatic
  /// Tsitouras 5(4).
  case explicit
  /// Dormand and Prince 8(5,3), for tight tolerances.
  case highOrder = "high-order"
  /// Rodas5P, implicit.
  case stiff
}

/// How a simulation is integrated.
public struct SimulationOptions: Sendable, Hashable {
  /// Relative tolerance of the integrator.
  public var relativeTolerance = 1e-8
  /// Absolute tolerance of the integrator, in base units.
  public var absoluteTolerance = 1e-10
  /// How it steps.
  public var method = SimulationMethod.automatic
  /// Longest step, h; nil for a share of the whole time.
  public var maximumStep: Double?
  /// Largest number of steps between two operations.
  public var maximumSteps = 100_000

  /// The defaults.
  public init() {}

  /// The integrator's options.
  public var stepOptions: StepOptions {
    StepOptions(
      relativeTolerance: relativeTolerance, absoluteTolerance: absoluteTolerance,
      maximumSteps: maximumSteps, maximumStep: maximumStep)
  }
}

extension Culture {
  /// The same culture, integrated by a chosen method.
  ///
  /// Throws `TableauRefused` when a method fails its check.
  public func integrated(by method: SimulationMethod) throws(TableauRefused) -> Culture {
    var culture = self
    switch method {
    case .automatic: break
    case .explicit: culture.method = .explicit(try .tsitouras54())
    case .highOrder: culture.method = .explicit(try .dormandPrince853())
    case .stiff: culture.method = .rosenbrock(try .rodas5P())
    }
    return culture
  }

  /// The culture at given instants, at natural parameters in base units.
  ///
  /// Throws `SimulationFailure` when the integration ends early; there is no partial result.
  public func simulate(
    _ parameters: [Double], at instants: [Instant], _ options: SimulationOptions
  ) throws(SimulationFailure) -> [Snapshot] {
    try simulate(parameters, at: instants, options: options.stepOptions)
  }
}
