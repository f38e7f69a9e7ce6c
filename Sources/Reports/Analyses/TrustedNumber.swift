import Inference
import Quantities

/// What a fitted number rests on, and so whether it may be stated as a finding. The one decision behind
/// the headline, the summary and the list of what to trust.
enum TrustedNumber: Equatable {
  /// The data fix it.
  case data
  /// The data fix it as long as an assumed constant holds: which.
  case given(String)
  /// Data and prior; the share that the data add.
  case dataAndPrior(Double)
  /// An end of its interval is a bound, not the data's: which.
  case loose(String)
  /// The prior's.
  case prior
  /// As good as the parameter that it trades off with.
  case priorOf(String)
  /// Not known; why, where that is to be said.
  case unknown(String?)
  /// It lies on a bound.
  case bound
  /// Nothing to say: held, or the noise of an assay that was not made.
  case silent

  /// Parameters that only growth could tell.
  private static let growth: Set = ["mu", "mu0", "lag", "K", "Vmax"]

  init(_ parameter: FittedParameter, _ verdict: FitVerdict) {
    let name = parameter.name
    if verdict.fit.showsGrowth == false, Self.growth.contains(name), parameter.interval != nil {
      self = .unknown("no growth seen")
      return
    }
    if verdict.conflicts.contains(name) {
      self = .unknown("data and prior contradict each other")
      return
    }
    let isNoise = verdict.fit.plan.noiseNames.contains(name)
    let wall =
      verdict.profiles.first { $0.name == name }.flatMap(Self.walled)
      ?? (isNoise ? nil : Self.ownBound(parameter))
    switch parameter.verdict {
    case .held: self = .silent
    case .noInfluence: self = isNoise ? .silent : .unknown(nil)
    case .fixedByData:
      let given = parameter.given.map(\.words).joined(separator: " and ")
      self = wall.map(TrustedNumber.loose) ?? (given.isEmpty ? .data : .given(given))
    case .dataAndPrior(let share): self = wall.map(TrustedNumber.loose) ?? .dataAndPrior(share)
    case .priorOnly: self = .prior
    case .priorOf(let partner): self = .priorOf(partner)
    case .notIdentifiable: self = .unknown(nil)
    case .atBound: self = .bound
    }
  }

  /// True where value and interval may be stated.
  var isStated: Bool {
    switch self {
    case .data, .given, .dataAndPrior: true
    default: false
    }
  }

  /// Which ends of a profile another parameter's bound sets; nil when none.
  private static func walled(_ profile: ParameterProfile) -> String? {
    profile.wall(profile.profile.lower) == nil && profile.wall(profile.profile.upper) == nil
      ? nil : profile.openWords
  }

  /// Which end of the interval lies on the parameter's own bound, to a hundredth; nil when none.
  private static func ownBound(_ parameter: FittedParameter) -> String? {
    guard let interval = parameter.interval, let bounds = parameter.bounds else { return nil }
    let width = parameter.scale == .linear ? bounds.upperBound - bounds.lowerBound : nil
    func isNear(_ end: Double, _ bound: Double) -> Bool {
      abs(end - bound) <= 0.01 * (width ?? abs(bound))
    }
    let ends = [
      isNear(interval.lowerBound, bounds.lowerBound) ? "lower" : nil,
      isNear(interval.upperBound, bounds.upperBound) ? "upper" : nil,
    ].compactMap { $0 }
    return ends.isEmpty ? nil : "\(ends.joined(separator: " and ")) end at its bound"
  }
}
