import Bioreactor
import ModelLanguage
import Quantities
import RunRecords

/// What speaks against taking the first model of a comparison for the only one that could be true.
///
/// Intervals and forecasts hold within a model. Where few counts leave several models standing, the
/// first one is not known to be right, however narrow its intervals are.
public struct ModelDoubts: Sendable {
  /// The doubling time depends on the model.
  public internal(set) var growth: String?
  /// The forecast depends on the model.
  public internal(set) var forecast: String?
  /// The sample that would tell the models apart.
  public internal(set) var choice: String?
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
    growth = ModelDoubts.growth(lead, rivals)
    guard let target = lead.target(run, now: now),
      let own = lead.outlook(run, at: target, options: options)
    else { return }
    let apart = ModelDoubts.apart(lead, own, rivals, run, at: target, options: options)
    if !apart.isEmpty {
      forecast = ModelDoubts.forecast(lead, own, apart, target)
      choice = ModelDoubts.choice(
        lead, apart.map(\.entry), run, from: now, to: target, options: options)
    }
    capacity = ModelDoubts.capacity(lead, own, target)
  }

  private static func growth(
    _ lead: ModelComparison.Entry, _ rivals: [ModelComparison.Entry]
  ) -> String? {
    func rate(_ fit: FitResult) -> FittedParameter? {
      guard let mu = fit.parameter("mu"), mu.unitSymbol == "1/h", mu.interval != nil else {
        return nil
      }
      switch mu.verdict {
      case .fixedByData, .dataAndPrior: return mu
      default: return nil
      }
    }
    guard lead.fit.showsGrowth != false, let own = rate(lead.fit), let interval = own.interval
    else { return nil }
    let apart = rivals.compactMap { rival -> (name: String, rate: Double)? in
      guard let mu = rate(rival.fit), !interval.contains(mu.estimate),
        max(mu.estimate / own.estimate, own.estimate / mu.estimate) > notable
      else { return nil }
      return (rival.fit.model, mu.estimate)
    }
    guard !apart.isEmpty else { return nil }
    let ln2 = Double.log(2)
    let others = apart.prefix(3).map {
      "\(NumberText.significant(ln2 / $0.rate, 3)) h by \($0.name)"
    }
    return
      "The doubling time depends on the model: \(NumberText.significant(ln2 / own.estimate, 3)) h by "
      + "\(lead.fit.model), \(others.joined(separator: ", "))"
      + (apart.count > 3 ? " and others" : "")
      + ", and these data rule none of them out. The interval holds only if \(lead.fit.model) is right."
  }

  private typealias Outlook = ModelComparison.Entry.Outlook

  /// Rivals whose cells at the target are not the first one's, the farthest first.
  private static func apart(
    _ lead: ModelComparison.Entry, _ own: Outlook, _ rivals: [ModelComparison.Entry], _ run: Run,
    at target: Double, options: FitOptions
  ) -> [(entry: ModelComparison.Entry, value: Double, distance: Double)] {
    rivals.compactMap { rival -> (entry: ModelComparison.Entry, value: Double, distance: Double)? in
      guard let other = rival.outlook(run, at: target, options: options),
        other.isCells == own.isCells
      else { return nil }
      let distance = abs(Double.log(other.value / own.value))
      let isApart = distance > max(Double.log(notable), 1.959963984540054 * (own.sd ?? 0))
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
      + ", and these data rule none of them out. Let no decision rest on one of them: 'thymus compare' "
      + "weighs them; later counts, or a prior learned from earlier runs, choose."
  }

  /// The first whole day on which a count would tell the first model from half of the others: where they
  /// lie two standard deviations apart, the curves' and the count's together. nil when there is none.
  private static func choice(
    _ lead: ModelComparison.Entry, _ others: [ModelComparison.Entry], _ run: Run, from now: Double,
    to target: Double, options: FitOptions
  ) -> String? {
    var day = (now / 24 + 1e-9).rounded(.down) + 1
    while 24 * day <= target + 1e-9 {
      defer { day += 1 }
      guard let own = lead.outlook(run, at: 24 * day, options: options) else { continue }
      let seen = others.compactMap { $0.outlook(run, at: 24 * day, options: options) }.filter {
        $0.isCells == own.isCells
      }
      let told = seen.filter { other in
        let variances = [own.sd, other.sd, own.noise ?? 0.1].map { ($0 ?? 0) * ($0 ?? 0) }
        return abs(Double.log(other.value / own.value))
          > 2 * variances.reduce(0, +).squareRoot()
      }.map(\.value).sorted()
      guard 2 * told.count >= others.count, let low = told.first, let high = told.last else {
        continue
      }
      let unit = own.isCells ? "viable cells" : "viable cells/mL"
      let range = low == high ? cells(low) : "\(cells(low)) to \(cells(high))"
      return
        "A count on \(NextSample.day(24 * day)) would choose between the models: "
        + "\(lead.fit.model) expects \(cells(own.value)) \(unit) then, "
        + "\(told.count == 1 ? "another one" : "\(told.count) others") \(range)."
    }
    return nil
  }

  private static func capacity(
    _ lead: ModelComparison.Entry, _ own: Outlook, _ target: Double
  ) -> String? {
    guard let platform = lead.culture.platform, let known = lead.capacity(own) else { return nil }
    // Nine runs in ten end below this.
    guard own.value > known.median * Double.exp(1.2815515655446004 * known.sdLn) else { return nil }
    let reach = Double.exp(1.959963984540054 * known.sdLn)
    return
      "\(lead.fit.model) has \(cells(own.value)) viable cells on \(NextSample.day(target)), more than "
      + "\(platform.title.isEmpty ? platform.name : platform.title) carries: runs end with about "
      + "\(cells(known.median)) (\(cells(known.median / reach)) to \(cells(known.median * reach)) in "
      + "95 %\(known.isUnverified ? ", not verified" : "")). Its forecast is no basis for a harvest or "
      + "a dose."
  }

  private static func cells(_ millions: Double) -> String {
    NumberText.significant(millions * 1e6, 2)
  }
}
