import Bioreactor
import ModelLanguage
import Quantities
import RunRecords
import Statistics

/// What speaks against taking the first model of a comparison for the only one that could be true.
///
/// Intervals and forecasts hold within a model. Where few counts leave several models standing, the
/// first one is not known to be right, however narrow its intervals are.
public struct ModelDoubts: Sendable {
  /// Doubling time, lag or capacity depend on the model.
  public internal(set) var growth: String?
  /// The forecast depends on the model.
  public internal(set) var forecast: String?
  /// The sample that would tell the models apart, or why there is none; there whenever `isDisputed`.
  public internal(set) var choice: ModelChoice?
  /// The forecast is beyond what the platform carries.
  public internal(set) var capacity: String?
  /// Readings that were left out, against the band of the next measurement.
  public var later: LaterReadings?
  /// What the model is meant for, in its author's words, where it was not chosen by the user.
  public internal(set) var purpose: String?

  /// The doubts, the gravest first; empty when there are none.
  public var sentences: [String] {
    [later?.isOff == true ? later?.sentence : nil, growth, forecast, capacity].compactMap { $0 }
  }

  /// True when growth or the forecast depend on the model: what it advises holds within it alone.
  public var isDisputed: Bool { growth != nil || forecast != nil }

  /// How far another model's estimate must lie from the first one's.
  static let notable = 1.15

  /// Doubts about the first model of a comparison; `now` is the hour up to which the run is known.
  public init(_ comparison: ModelComparison, run: Run, now: Double, options: FitOptions) {
    guard let lead = comparison.entries.first, lead.fit.isUsable, run.donor != .pooled else {
      return
    }
    let rivals = comparison.rivals
    if comparison.entries.count > 1 {
      let when = lead.culture.model.when
      purpose = when.isEmpty ? nil : "What \(lead.fit.model) is for: \(when.joined(separator: " "))"
    }
    let dispute = ModelDoubts.growth(lead, rivals)
    growth = dispute?.words
    var others = dispute?.others ?? []
    let target = lead.target(run, now: now)
    if let target, let own = lead.outlooks(run, at: [target], options: options).first ?? nil {
      let apart = ModelDoubts.apart(lead, own, rivals, run, at: target, options: options)
      if !apart.isEmpty {
        forecast = ModelDoubts.forecast(lead, own, apart, target)
        others = apart.map(\.entry)
      }
      capacity = ModelDoubts.capacity(lead, own, target)
    }
    guard isDisputed else { return }
    choice =
      ChoosingCount(
        lead: lead, others: others, run: run, now: now, target: target,
        isGrowth: growth != nil, options: options
      ).words
  }

  /// A parameter whose value other models deny.
  private struct Disputed {
    let name: String
    let own: Double
    let others: [(model: String, value: Double)]
  }

  /// nil unless a rival's estimate lies outside the first one's interval and notably off.
  private static func disputed(
    _ name: String, _ lead: ModelComparison.Entry, _ rivals: [ModelComparison.Entry]
  ) -> Disputed? {
    func told(_ fit: FitResult) -> FittedParameter? {
      guard let found = fit.parameter(name), found.interval != nil, found.estimate > 0 else {
        return nil
      }
      switch found.verdict {
      case .fixedByData, .dataAndPrior: return found
      default: return nil
      }
    }
    guard let own = told(lead.fit), let interval = own.interval else { return nil }
    let apart = rivals.compactMap { rival -> (model: String, value: Double)? in
      guard let other = told(rival.fit), other.unitSymbol == own.unitSymbol,
        isOutside(other.estimate, own.estimate, interval),
        max(other.estimate / own.estimate, own.estimate / other.estimate) > notable
      else { return nil }
      return (rival.fit.model, other.estimate)
    }
    return apart.isEmpty ? nil : Disputed(name: name, own: own.estimate, others: apart)
  }

  /// How near to an end of the interval a rival counts as outside: draws know the end to some per cent
  /// only, and a doubt must not hang on the seed.
  static let reachOfDoubt = 0.9

  private static func isOutside(
    _ value: Double, _ own: Double, _ interval: ClosedRange<Double>
  ) -> Bool {
    let end = value < own ? interval.lowerBound : interval.upperBound
    guard value > 0, end > 0 else { return !interval.contains(value) }
    return abs(Double.log(value / own)) > reachOfDoubt * abs(Double.log(end / own))
  }

  private static func growth(
    _ lead: ModelComparison.Entry, _ rivals: [ModelComparison.Entry]
  ) -> (words: String, others: [ModelComparison.Entry])? {
    guard lead.fit.showsGrowth != false else { return nil }
    let name = lead.fit.model
    let shown: [(name: String, words: String, unit: String, value: (Double) -> Double)] = [
      ("mu", "doubling time", "h", { Double.log(2) / $0 }), ("lag", "lag", "d", { $0 / 24 }),
      ("K", "carrying capacity", "cells", { $0 }),
    ]
    var names: Set<String> = []
    let found = shown.compactMap { entry -> String? in
      // Where cells die beside it, K limits division and is no plateau: the two are not compared.
      let alike = rivals.filter {
        entry.name != "K"
          || ($0.fit.parameter("kd") == nil) == (lead.fit.parameter("kd") == nil)
      }
      guard let disputed = disputed(entry.name, lead, alike) else { return nil }
      names.formUnion(disputed.others.map(\.model))
      let others = disputed.others.prefix(3).map {
        "\(NumberText.significant(entry.value($0.value), 3)) by \($0.model)"
      }
      return
        "the \(entry.words) (\(NumberText.significant(entry.value(disputed.own), 3)) \(entry.unit) by "
        + "\(name); beyond or at an end of that interval \(others.joined(separator: ", "))"
        + (disputed.others.count > 3 ? " and others)" : ")")
    }
    guard !found.isEmpty else { return nil }
    let others = rivals.filter { names.contains($0.fit.model) }
    let words =
      "It depends on the model: \(NumberText.list(found)); \(standing(others)), and the "
      + "interval\(found.count == 1 ? " holds" : "s hold") only if \(name) is right."
    return (words, others)
  }

  /// How others stand beside the first model: one that reads other measurements too was not ranked with
  /// it, and is held against the counts alone.
  private static func standing(_ others: [ModelComparison.Entry]) -> String {
    others.allSatisfy(\.isComparable)
      ? "these data rule none of them out" : "the residual checks rule none of them out"
  }

  private typealias Outlook = ModelComparison.Entry.Outlook

  /// Rivals whose cells at the target are not the first one's, the farthest first.
  private static func apart(
    _ lead: ModelComparison.Entry, _ own: Outlook, _ rivals: [ModelComparison.Entry], _ run: Run,
    at target: Double, options: FitOptions
  ) -> [(entry: ModelComparison.Entry, value: Double, distance: Double)] {
    rivals.compactMap { rival -> (entry: ModelComparison.Entry, value: Double, distance: Double)? in
      guard let other = rival.outlooks(run, at: [target], options: options).first ?? nil,
        other.isCells == own.isCells
      else { return nil }
      let distance = abs(Double.log(other.value / own.value))
      let isApart = distance > max(Double.log(notable), Normal.reach95 * (own.sd ?? 0))
      return isApart ? (rival, other.value, distance) : nil
    }.sorted { ($1.distance, $0.entry.fit.model) < ($0.distance, $1.entry.fit.model) }
  }

  private static func forecast(
    _ lead: ModelComparison.Entry, _ own: Outlook,
    _ apart: [(entry: ModelComparison.Entry, value: Double, distance: Double)], _ target: Double
  ) -> String {
    let unit = own.isCells ? "viable cells" : "viable cells/mL"
    let list = apart.prefix(3).map { "\(cells($0.value)) by \($0.entry.fit.model)" }
    return
      "A forecast depends on the model: on \(NextSample.day(target)) \(cells(own.value)) \(unit) by "
      + "\(lead.fit.model), \(list.joined(separator: ", "))"
      + (apart.count > 3 ? " and others" : "")
      + ", and \(standing(apart.map(\.entry))). Let no decision rest on one of them: 'thymus compare' "
      + "weighs them, and a prior learned from earlier runs helps to choose."
  }

  private static func capacity(
    _ lead: ModelComparison.Entry, _ own: Outlook, _ target: Double
  ) -> String? {
    guard let platform = lead.culture.platform, let known = lead.capacity(own) else { return nil }
    // Nine runs in ten end below this.
    guard own.value > known.median * Double.exp(Normal.quantile(0.9) * known.sdLn) else {
      return nil
    }
    let reach = Double.exp(Normal.reach95 * known.sdLn)
    return
      "\(lead.fit.model) has \(cells(own.value)) viable cells on \(NextSample.day(target)), more than "
      + "\(platform.title.isEmpty ? platform.name : platform.title) carries: runs end with about "
      + "\(cells(known.median)) (\(cells(known.median / reach)) to \(cells(known.median * reach)) in "
      + "95 %\(known.isUnverified ? ", not verified" : "")). Its forecast is no basis for a harvest or "
      + "a dose."
  }

  static func cells(_ millions: Double) -> String {
    NumberText.significant(millions * 1e6, 2)
  }
}
