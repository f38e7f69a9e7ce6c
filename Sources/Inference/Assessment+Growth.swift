import Bioreactor
import Quantities

extension Assessment {
  /// The error of a count, sd of ln, in a run whose own scatter is not to be believed.
  private static let countErrors = 0.1...0.2
  /// A rise of this many errors of a count is seen whatever the curve does: the range of twenty counts of
  /// nothing exceeds it once in a thousand times.
  private static let clearErrors = 6.0

  /// Whether the viable cells rise by more than their counts can tell from none.
  ///
  /// Cells are corrected for dilution and for what was taken out. Growth is denied only where neither of
  /// three things is seen. Both the fitted means and the counts rise, from any count to a later one, by more
  /// than twice the error of a difference between thirds of the counts, 2 s sqrt(2 / (n/3)) with s the noise
  /// of ln: a model that must grow shows nothing where its counts do not. Or the counts alone rise by six of
  /// their errors (10 to 20 %): a curve that one wrong count holds down denies nothing. Or the last third of
  /// the counts lies above the seed by more than both. nil when no run has two counts of viable cells.
  static func showsGrowth(_ result: FitResult, _ problem: FitProblem) -> Bool? {
    var answer: Bool?
    for (culture, quantity, own) in counts(result, problem) where own.count > 1 {
      let rises = Rises(own, quantity, culture)
      answer = (answer ?? false) || rises.isSeen
    }
    return answer
  }

  /// What the counts of a run say against each other where they rise clearly and the curve does not; nil
  /// where they agree, or come from pooled donors.
  static func contradiction(_ result: FitResult, _ problem: FitProblem) -> String? {
    for (culture, quantity, own) in counts(result, problem)
    where own.count > 1 && culture.run.donor != .pooled {
      let rises = Rises(own, quantity, culture)
      guard rises.isSeen, rises.fitted <= rises.least else { continue }
      let far = own.map { residual -> (residual: FitResult.Residual, distance: Double) in
        let distance = Double.log(residual.observation.value.number / residual.mean)
        return (residual, distance.isFinite ? distance : 0)
      }.max { abs($0.distance) < abs($1.distance) }
      guard let far else { continue }
      let times = NumberText.significant(Double.exp(max(rises.counted, rises.sinceSeed ?? 0)), 2)
      return
        "The counts contradict each other: they rise \(times)-fold, and a curve through all of them does "
        + "not. Recount first the \(quantity) of day "
        + "\(NumberText.significant((far.residual.observation.time / 2.4).rounded() / 10, 4)) "
        + "(\(far.residual.observation.place)), which lies "
        + "\(NumberText.significant(Double.exp(abs(far.distance)), 2)) times "
        + "\(far.distance < 0 ? "below" : "above") the curve."
    }
    return nil
  }

  /// How far the viable cells of one run and quantity rise, as differences of ln.
  private struct Rises {
    /// The fitted means, from any count to a later one.
    let fitted: Double
    /// The counts themselves; 0 with fewer than two.
    let counted: Double
    /// The last third of the counts against the seed; nil without a seed.
    let sinceSeed: Double?
    /// What the means must exceed.
    let least: Double
    /// What the counts alone must exceed.
    let clear: Double

    init(_ own: [FitResult.Residual], _ quantity: String, _ culture: Culture) {
      let timeline = culture.timeline
      fitted = rise(own.map { logCells($0.mean, $0, timeline) })
      let exact = own.compactMap { residual -> Double? in
        guard case .exact(let value) = residual.observation.value, value > 0 else { return nil }
        return logCells(value, residual, timeline)
      }
      // What was not counted cannot rise against the curve.
      counted = exact.count > 1 ? rise(exact) : fitted
      let family = culture.model.observables.first { $0.name == quantity }?.family
      let noises = own.map { family?.scale == .log ? $0.scale : $0.scale / $0.mean }.sorted()
      let error = noises[noises.count / 2]
      least = 2 * error * (2 / max(1, Double(own.count) / 3)).squareRoot()
      clear =
        culture.run.donor == .pooled
        ? .infinity : clearErrors * (error.isFinite ? error.clamped(to: countErrors) : error)
      let seed = Assessment.seed(quantity, culture)
      let last = exact.suffix(max(1, exact.count / 3))
      sinceSeed =
        exact.isEmpty ? nil : seed.map { last.reduce(0, +) / Double(last.count) - $0 }
    }

    /// See `showsGrowth`.
    var isSeen: Bool {
      min(fitted, counted) > least || counted > clear
        || (sinceSeed.map { $0 > max(clear, least) } ?? false)
    }
  }

  /// ln of the seeded cells in the quantity of a count; nil when they are not known.
  private static func seed(_ quantity: String, _ culture: Culture) -> Double? {
    if quantity == "fold" { return 0 }
    guard let density = culture.seeded("vcd"), density > 0 else { return nil }
    return quantity == "vcd" || culture.timeline.knowsVolume
      ? Double.log(density * culture.timeline.startVolume) : nil
  }

  /// The shortest doubling time, h, of the fitted viable cells between two neighbouring counts, corrected
  /// for dilution and for what was taken out; nil where they nowhere rise.
  static func fastestDoubling(_ result: FitResult, _ problem: FitProblem) -> Double? {
    var fastest: Double?
    for (culture, _, own) in counts(result, problem) {
      for (early, late) in zip(own, own.dropFirst())
      where late.observation.time > early.observation.time {
        let timeline = culture.timeline
        let rise = logCells(late.mean, late, timeline) - logCells(early.mean, early, timeline)
        guard rise > 0 else { continue }
        let doubling = Double.log(2) * (late.observation.time - early.observation.time) / rise
        fastest = min(fastest ?? .infinity, doubling)
      }
    }
    return fastest
  }

  /// The fitted counts of viable cells, run by run and quantity by quantity.
  private static func counts(
    _ result: FitResult, _ problem: FitProblem
  ) -> [(culture: Culture, quantity: String, own: [FitResult.Residual])] {
    problem.members.enumerated().flatMap { k, member in
      ["vcd", "tvc", "fold"].map { quantity in
        let own = result.residuals.filter {
          $0.member == k && $0.observation.quantity == quantity && $0.mean > 0
        }
        return (member.culture, quantity, own)
      }
    }
  }

  /// ln of the cells that a value of a reading's quantity stands for, had none been taken out.
  private static func logCells(
    _ value: Double, _ residual: FitResult.Residual, _ timeline: Timeline
  ) -> Double {
    let observation = residual.observation
    let (time, phase) = (observation.time, observation.phase)
    let volume = observation.quantity == "vcd" ? timeline.volume(at: time, phase: phase) : 1
    let kept = observation.quantity == "fold" ? 1 : timeline.kept(at: time, phase: phase)
    return Double.log(value * volume / kept)
  }

  /// The largest rise from any value to a later one.
  private static func rise(_ values: [Double]) -> Double {
    var (lowest, rise) = (Double.infinity, 0.0)
    for value in values where value.isFinite {
      lowest = min(lowest, value)
      rise = max(rise, value - lowest)
    }
    return rise
  }

  /// What can be said of growth itself when it is weak or not there.
  static func growth(_ result: FitResult) -> [String] {
    guard let mu = result.parameter("mu"), mu.unitSymbol == "1/h" else { return [] }
    if mu.verdict == .noInfluence {
      return [
        "No measurement of this run tells how fast the cells grow: add counts at later times."
      ]
    }
    if result.showsGrowth == false {
      return [
        "No growth is seen: the counts of viable cells rise by no more than their error, so neither a "
          + "doubling time nor a lag can be read from this run. If it should have grown, look at the "
          + "activation, the medium and the viability; later counts would tell a long lag from none."
      ]
    }
    if let contradiction = result.contradiction { return [contradiction] }
    let doubling = Double.log(2) / mu.estimate
    guard doubling > 60 else { return [] }
    var text = "Growth is weak: the doubling time is \(NumberText.significant(doubling, 2)) h"
    if let interval = mu.interval, interval.lowerBound > 0 {
      let range = PrintedRange.apart(
        Double.log(2) / interval.upperBound, Double.log(2) / interval.lowerBound, digits: 2)
      text += " (95 % interval \(range.0) to \(range.1) h)"
    }
    if let lag = result.parameter("lag") {
      switch lag.verdict {
      case .fixedByData: break
      default: text += ". How long the lag lasts cannot be told from such a curve"
      }
    }
    return [text + "."]
  }
}
