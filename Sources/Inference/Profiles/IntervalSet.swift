import ModelLanguage
import Quantities
import Statistics

/// Several 95 % intervals of one parameter side by side.
public struct IntervalSet: Sendable {
  /// Where an interval comes from.
  public enum Kind: String, Sendable, CaseIterable {
    /// Curvature at the estimate.
    case wald
    /// The likelihood itself.
    case profile
    /// Refits of data drawn anew.
    case bootstrap
    /// Draws from the posterior.
    case posterior

    var words: String {
      switch self {
      case .wald: "the Wald interval"
      case .profile: "the profile"
      case .bootstrap: "the bootstrap"
      case .posterior: "the posterior"
      }
    }
  }

  /// One interval on the estimation scale; an end is nil where it is open.
  public struct Entry: Sendable {
    /// Where it comes from.
    public let kind: Kind
    /// Its lower end.
    public let lower: Double?
    /// Its upper end.
    public let upper: Double?
    /// What set an end other than the data and priors, such as `lower end set by the bound of K`.
    public let remarks: [String]

    /// An interval.
    public init(_ kind: Kind, lower: Double?, upper: Double?, remarks: [String] = []) {
      self.kind = kind
      self.lower = lower
      self.upper = upper
      self.remarks = remarks
    }
  }

  /// The parameter.
  public let name: String
  /// The unit in which it is printed.
  public let unit: Unit
  /// Its estimation scale.
  public let scale: EstimationScale
  /// The intervals, Wald first.
  public let entries: [Entry]
  /// True for a parameter of the noise, of which not all of them can be trusted.
  public let isNoise: Bool

  /// Intervals of a parameter.
  public init(
    name: String, unit: Unit, scale: EstimationScale, entries: [Entry], isNoise: Bool = false
  ) {
    self.name = name
    self.unit = unit
    self.scale = scale
    self.entries = entries
    self.isNoise = isNoise
  }

  /// An interval in the printed unit.
  public func shown(_ kind: Kind) -> (low: Double?, high: Double?)? {
    entries.first { $0.kind == kind }.map { entry in
      func text(_ x: Double?) -> Double? { x.map { unit.fromBase(scale.toNatural($0)) } }
      return (text(entry.lower), text(entry.upper))
    }
  }

  /// The difference in width or centre, relative to the width, that is worth a word.
  public static let notable = 0.2

  /// Where the intervals differ notably from the first one, in a sentence; nil when they agree.
  public var difference: String? {
    guard let first = entries.first, let low = first.lower, let high = first.upper, high > low
    else { return nil }
    let width = high - low
    var parts: [String] = []
    for entry in entries.dropFirst() {
      guard let a = entry.lower, let b = entry.upper else {
        let side =
          entry.lower == nil ? entry.upper == nil ? "on both sides" : "below" : "above"
        parts.append("\(entry.kind.words) is open \(side)")
        continue
      }
      let ratio = (b - a) / width
      let shift = ((a + b) - (low + high)) / 2 / width
      if ratio > 1 + IntervalSet.notable || ratio < 1 / (1 + IntervalSet.notable) {
        let times = NumberText.significant(ratio > 1 ? ratio : 1 / ratio, 2)
        parts.append("\(entry.kind.words) is \(times) times \(ratio > 1 ? "wider" : "narrower")")
      } else if abs(shift) > IntervalSet.notable {
        parts.append("\(entry.kind.words) lies \(shift > 0 ? "higher" : "lower")")
      }
    }
    guard !parts.isEmpty else { return nil }
    if isNoise {
      return "\(name): beside \(first.kind.words) \(parts.joined(separator: ", ")). "
        + noiseWords
    }
    let better = entries.dropFirst().map(\.kind.words).joined(separator: " and ")
    return "\(name): beside \(first.kind.words) \(parts.joined(separator: ", ")); "
      + "trust \(better) more."
  }

  /// Which interval of a noise to trust: the best curve runs closer to the readings than the true one
  /// does, so what is measured from it alone is too small.
  private var noiseWords: String {
    let others = entries.map(\.kind).filter { $0 != .posterior }.map(\.words)
    guard entries.contains(where: { $0.kind == .posterior }) else {
      return
        "With few readings all of these lie low, because the curve takes up part of the scatter; "
        + "ask for the posterior (--intervals posterior), which allows for that."
    }
    return "Trust the posterior: with few readings the best curve takes up part of the scatter, so "
      + "\(others.joined(separator: " and ")), which \(others.count == 1 ? "starts" : "start") from "
      + "it, \(others.count == 1 ? "lies" : "lie") too low; the posterior looks at all curves that "
      + "could be."
  }

  /// The sets of all estimated parameters of a fit, from what was computed.
  ///
  /// `posterior` are quantiles 2.5 and 97.5 % on the estimation scale, by the plan's order.
  public static func sets(
    _ fit: FitResult, profiles: [ParameterProfile] = [], bootstrap: Bootstrap? = nil,
    posterior: [ClosedRange<Double>?] = [], model: Model
  ) -> [IntervalSet] {
    fit.plan.free.enumerated().map { j, free in
      var entries: [Entry] = []
      if let error = fit.parameter(free.name)?.standardError {
        let reach = Normal.reach95 * error
        let (low, high) = (fit.point[j] - reach, fit.point[j] + reach)
        let isCut = low < free.bounds.lowerBound || high > free.bounds.upperBound
        entries.append(
          Entry(
            .wald, lower: low.clamped(to: free.bounds), upper: high.clamped(to: free.bounds),
            remarks: isCut ? ["cut at its bound"] : []))
      }
      if let found = profiles.first(where: { $0.name == free.name }) {
        let (lower, upper) = (found.profile.lower, found.profile.upper)
        entries.append(
          Entry(
            .profile, lower: lower.isClosed ? lower.value : nil,
            upper: upper.isClosed ? upper.value : nil, remarks: found.remarks))
      }
      if let range = bootstrap?.interval(j) {
        entries.append(Entry(.bootstrap, lower: range.lowerBound, upper: range.upperBound))
      }
      if j < posterior.count, let range = posterior[j] {
        // An estimate on its bound is the end of its interval.
        let isHeld = fit.parameter(free.name)?.verdict.isAtBound == true
        let ends = isHeld ? [fit.point[j]] : []
        entries.append(
          Entry(
            .posterior, lower: ([range.lowerBound] + ends).min(),
            upper: ([range.upperBound] + ends).max()))
      }
      return IntervalSet(
        name: free.name, unit: fit.plan.unit(of: j, in: model),
        scale: free.scale, entries: entries,
        isNoise: fit.plan.noiseNames.contains(free.name))
    }
  }
}
