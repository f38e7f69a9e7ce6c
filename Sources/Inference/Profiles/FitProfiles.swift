import Bioreactor
import LinearAlgebra
import ModelLanguage
import Quantities
import RunRecords

/// The profile of one estimated parameter, in the unit in which it is printed.
public struct ParameterProfile: Sendable {
  /// Its name.
  public let name: String
  /// The unit.
  public let unit: Unit
  /// The scale on which it was estimated and profiled.
  public let scale: EstimationScale
  /// The profile on that scale.
  public let profile: Profile
  /// The names of all estimated parameters, in the plan's order.
  let names: [String]
  /// True when the parameter has a prior of its own, which the profile then holds.
  public let hasPrior: Bool

  /// A value of the profile in the printed unit.
  public func shown(_ value: Double) -> Double { unit.fromBase(scale.toNatural(value)) }

  /// Lower end of the 95 % interval; nil when that side is open.
  public var low: Double? { profile.lower.isClosed ? shown(profile.lower.value) : nil }
  /// Upper end; nil when that side is open.
  public var high: Double? { profile.upper.isClosed ? shown(profile.upper.value) : nil }

  /// The other parameters whose bounds set an end: `set by the bound of K`; nil when the data and
  /// priors do.
  public func wall(_ end: Profile.End) -> String? {
    let others = end.walls.filter(names.indices.contains).map { names[$0] }
    guard case .walled = end else { return nil }
    return others.isEmpty
      ? "set by the bound of another parameter"
      : "set by the bound\(others.count == 1 ? "" : "s") of \(others.joined(separator: " and "))"
  }

  /// What the data alone leave open, in a few words: `open below`, `upper end set by the bound of K`;
  /// nil where they close both sides.
  public var openWords: String? {
    let open = [("below", profile.lower), ("above", profile.upper)].compactMap { side, end in
      end.isClosed ? nil : "open \(side)"
    }
    let parts = open + remarks
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// What set the ends, in a sentence for a figure; nil where data and priors set both.
  public var walls: String? {
    remarks.isEmpty ? nil : "The " + remarks.joined(separator: "; the ") + "."
  }

  /// What set the ends other than the data and priors.
  var remarks: [String] {
    [("lower", profile.lower), ("upper", profile.upper)].compactMap { side, end in
      wall(end).map { "\(side) end \($0)" }
    }
  }

  /// What the profile says, in a sentence.
  public var words: String {
    let (lower, upper) = (profile.lower, profile.upper)
    let name = name + (hasPrior ? ", its prior included," : "")
    let shape = PrintedRange(shown(lower.value), shown(upper.value), unit: unit)
    func text(_ end: Profile.End, _ number: String) -> String {
      number + (wall(end).map { " (\($0))" } ?? "")
    }
    let (low, high) = (text(lower, shape.low), text(upper, shape.high))
    switch (lower, upper) {
    case (.open(_, let below), .open(_, let above)):
      return "\(name) is not bounded by these data: its profile is \(below.words) below and "
        + "\(above.words) above."
    case (.open(_, let why), _):
      return "\(name) is at most \(shape.with(high)); below, the profile is \(why.words)."
    case (_, .open(_, let why)):
      return "\(name) is at least \(shape.with(low)); above, the profile is \(why.words)."
    default:
      return "\(name) lies between \(low) and \(shape.with(high))."
    }
  }
}

/// ln of one observable at one instant of a run, as a function of the parameters.
final class LogPrediction: ScalarPrediction {
  private let probe: CurveProbe

  init(
    _ culture: Culture, member: Int = 0, point: CurveProbe.Point, plan: ParameterPlan,
    options: FitOptions
  ) {
    probe = CurveProbe(culture, member: member, points: [point], plan: plan, options: options)
  }

  func value(at p: [Double]) -> Double? {
    guard let mean = probe.means(at: p)?.first, mean > 0 else { return nil }
    return Double.log(mean)
  }

  func slopes(at p: [Double]) -> (value: Double, slopes: [Double])? {
    guard let found = probe.slopes(at: p), let mean = found.means.first, mean > 0 else {
      return nil
    }
    return (Double.log(mean), p.indices.map { found.slopes[0, $0] / mean })
  }
}

extension Fit {
  /// Profiles of the estimated parameters of a fit, in the plan's order; several at a time.
  ///
  /// `cultures` are those that were fitted, in any order. `names` picks some parameters. Empty when
  /// the fit did not converge. The profiles are the same for any number of threads.
  public static func profiles(
    _ fit: FitResult, _ cultures: [Culture], names: [String]? = nil, options: FitOptions,
    profile: ProfileOptions = ProfileOptions(), threads: Int = 1
  ) -> [ParameterProfile] {
    guard fit.termination.isConverged, let model = cultures.first?.model else { return [] }
    let cultures = cultures.sorted { $0.run.name < $1.run.name }
    let chosen = fit.plan.free.indices.filter {
      names?.contains(fit.plan.free[$0].name) ?? true
    }
    return Parallel.map(chunksOf: 1, count: chosen.count, threads: threads) {
      FitProblem(cultures, plan: fit.plan, options: options)
    } body: { problem, k -> ParameterProfile? in
      let free = fit.plan.free[chosen[k]]
      return Profile.parameter(
        chosen[k], of: problem, at: fit.point, options: profile, search: problem.search
      ).map {
        ParameterProfile(
          name: free.name, unit: fit.plan.unit(of: chosen[k], in: model),
          scale: free.scale, profile: $0, names: fit.plan.free.map(\.name),
          hasPrior: free.prior != nil)
      }
    }.compactMap { $0 }
  }

  /// The profile of ln of an observable at an hour to come: the forecast's interval from the
  /// likelihood itself.
  ///
  /// `planned` is the run number `member` of the fit (by name) with its planned operations. nil when
  /// the fit did not converge or the culture cannot be carried there.
  public static func forecastProfile(
    _ fit: FitResult, _ cultures: [Culture], planned: Culture, member: Int = 0, hour: Double,
    observable: Int, options: FitOptions, profile: ProfileOptions = ProfileOptions()
  ) -> Profile? {
    guard fit.termination.isConverged else { return nil }
    let problem = FitProblem(
      cultures.sorted { $0.run.name < $1.run.name }, plan: fit.plan, options: options)
    let prediction = LogPrediction(
      planned, member: member,
      point: CurveProbe.Point(instant: Instant(time: hour), observable: observable),
      plan: fit.plan, options: options)
    return Profile.prediction(
      prediction, of: problem, at: fit.point, options: profile, search: problem.search)
  }
}
