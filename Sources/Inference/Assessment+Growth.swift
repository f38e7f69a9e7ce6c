import Bioreactor
import Quantities

extension Assessment {
  /// Whether the viable cells rise by more than their counts can tell from none.
  ///
  /// Cells are corrected for dilution and for what was taken out. The largest rise, from any count to
  /// a later one, of the fitted means and also of the counts themselves is held against twice the
  /// error of a difference between thirds of the counts, 2 s sqrt(2 / (n/3)) with s the noise of ln:
  /// a model that must grow shows nothing where its counts do not. nil when no run has two counts of
  /// viable cells.
  static func showsGrowth(_ result: FitResult, _ problem: FitProblem) -> Bool? {
    var answer: Bool?
    for (culture, quantity, own) in counts(result, problem) where own.count > 1 {
      let timeline = culture.timeline
      let fitted = rise(own.map { logCells($0.mean, $0, timeline) })
      let counted = own.compactMap { residual -> Double? in
        guard case .exact(let value) = residual.observation.value, value > 0 else { return nil }
        return logCells(value, residual, timeline)
      }
      let rise = counted.count > 1 ? min(fitted, rise(counted)) : fitted
      let family = culture.model.observables.first { $0.name == quantity }?.family
      let noises = own.map { family?.scale == .log ? $0.scale : $0.scale / $0.mean }.sorted()
      let error = noises[noises.count / 2]
      let isSeen = rise > 2 * error * (2 / max(1, Double(own.count) / 3)).squareRoot()
      answer = (answer ?? false) || isSeen
    }
    return answer
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
