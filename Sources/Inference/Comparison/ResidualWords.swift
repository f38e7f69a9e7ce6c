import Bioreactor
import Quantities
import RunRecords
import Statistics

/// Turns the checks of a fit's residuals into sentences, only where they say something.
struct ResidualWords {
  let shape: FittedShape
  let culture: Culture
  let battery: ResidualBattery
  let predictive: PredictiveCheck

  private typealias Flag = ResidualChecks.Flag

  func flags() -> [ResidualChecks.Flag] {
    var flags: [Flag] = latest()
    for (series, quantity) in shape.quantities.enumerated() {
      flags += order(series, quantity)
      flags += scale(series, quantity)
      flags += evenness(series, quantity)
    }
    flags += wholeFit(alreadySaid: flags.contains(where: \.isMisfit))
    flags += outliers()
    return flags
  }

  private var readings: [LinearisedFit.Reading] { shape.linearised.readings }

  private func observation(_ reading: Int) -> Observation {
    culture.targets[shape.targets[reading]].observation
  }

  private func check(_ kind: ResidualBattery.Kind, _ series: Int) -> ResidualBattery.Check? {
    battery.checks.first {
      $0.kind == kind && $0.series == series && $0.corrected < ResidualBattery.level
    }
  }

  static func day(_ hours: Double) -> String {
    NumberText.significant((hours / 24 * 100).rounded() / 100, 3)
  }

  static func probability(_ p: Double) -> String {
    p < 0.001 ? "p < 0.001" : "p = \(NumberText.significant(p, 2))"
  }

  // MARK: the sentences

  /// Neighbours that err together, with where the longest stretch on one side lies.
  private func order(_ series: Int, _ quantity: String) -> [Flag] {
    let found = [check(.autocorrelation, series), check(.runs, series)].compactMap { $0 }
    guard let strongest = found.min(by: { $0.corrected < $1.corrected }) else { return [] }
    let own = readings.indices.filter { readings[$0].series == series }
    let stretch = longestStretch(own)
    let isAbove = readings[own[stretch.lowerBound]].residual > 0
    let side = isAbove ? "above" : "below"
    let from = ResidualWords.day(readings[own[stretch.lowerBound]].time)
    let to = ResidualWords.day(readings[own[stretch.upperBound]].time)
    let isCount = PredictiveCheck.counts.contains(quantity)
    let meaning: String
    if stretch.upperBound == own.count - 1, isCount {
      meaning =
        isAbove ? "the model bends too early" : "the counts level off and the model does not"
    } else {
      meaning = "the curve has another shape than the data"
    }
    return [
      Flag(
        kind: .shape, quantity: quantity, pValue: strongest.corrected, place: nil,
        sentence: "\(stretch.count) \(quantity) readings in a row (day \(from) to \(to)) lie "
          + "\(side) the curve, more than chance would put there "
          + "(\(ResidualWords.probability(strongest.corrected))): \(meaning).")
    ]
  }

  /// The longest run of one sign; the last of equal ones.
  private func longestStretch(_ own: [Int]) -> ClosedRange<Int> {
    var best = 0...0
    var start = 0
    for k in own.indices {
      if k > 0, (readings[own[k]].residual > 0) != (readings[own[k - 1]].residual > 0) { start = k }
      if k - start >= best.upperBound - best.lowerBound { best = start...k }
    }
    return best
  }

  private func scale(_ series: Int, _ quantity: String) -> [Flag] {
    let own = readings.indices.filter { readings[$0].series == series }
    func ratio(_ squares: Double) -> String {
      NumberText.significant((squares / Double(own.count)).squareRoot(), 2)
    }
    if let large = check(.tooLarge, series) {
      // What outliers alone bring about is said of them.
      let excess = battery.outliers.reduce(0.0) { sum, outlier in
        let reading = readings[outlier.reading]
        guard reading.series == series else { return sum }
        let scaled = reading.residual / Double.exp(reading.stated ?? 0)
        return sum + scaled * scaled
      }
      if excess < 0.65 * large.value {
        return [
          Flag(
            kind: .tooLarge, quantity: quantity, pValue: large.corrected, place: nil,
            sentence:
              "The \(quantity) readings scatter about the curve \(ratio(large.value)) times "
              + "as widely as the noise that the model states "
              + "(\(ResidualWords.probability(large.corrected))): the model misses something, or "
              + "the counts are worse than stated.")
        ]
      }
    }
    if let small = check(.tooSmall, series) {
      return [
        Flag(
          kind: .tooSmall, quantity: quantity, pValue: small.corrected, place: nil,
          sentence: "The \(quantity) readings lie within \(ratio(small.value)) times the stated "
            + "noise of the curve (\(ResidualWords.probability(small.corrected))): the stated "
            + "noise is too large, or these are not single readings (means, smoothed or copied "
            + "values).")
      ]
    }
    return []
  }

  private func evenness(_ series: Int, _ quantity: String) -> [Flag] {
    let found = [check(.sizeWithTime, series), check(.sizeWithLevel, series)].compactMap { $0 }
    guard let strongest = found.min(by: { $0.corrected < $1.corrected }) else { return [] }
    let withTime = strongest.kind == .sizeWithTime
    let own = readings.indices.filter { readings[$0].series == series }
    let order = own.sorted {
      withTime
        ? (readings[$0].time, $0) < (readings[$1].time, $1)
        : (readings[$0].level, $0) < (readings[$1].level, $1)
    }
    let half = order.count / 2
    func size(_ part: some Sequence<Int>) -> Double {
      part.reduce(0) { $0 + abs(readings[$1].residual) }
    }
    let grows = size(order.suffix(half)) > size(order.prefix(half))
    return [
      Flag(
        kind: .unevenNoise, quantity: quantity, pValue: strongest.corrected, place: nil,
        sentence: "The residuals of \(quantity) \(grows ? "grow" : "shrink") with "
          + "\(withTime ? "time" : "the mean") "
          + "(\(ResidualWords.probability(strongest.corrected))): one noise for all of them is "
          + "wrong, and the readings with the \(grows ? "smaller" : "larger") "
          + "\(withTime ? "times" : "means") are the better ones.")
    ]
  }

  private func latest() -> [Flag] {
    guard let latest = predictive.latest, latest.pValue < ResidualChecks.predictiveLevel else {
      return []
    }
    let o = latest.observation
    return [
      Flag(
        kind: .latest, quantity: o.quantity, pValue: latest.pValue, place: o.place,
        sentence: "The latest \(o.quantity) (day \(ResidualWords.day(o.time)), \(o.place)) lies "
          + "\(latest.isAbove ? "above" : "below") the curve, farther than this model allows "
          + "(\(ResidualWords.probability(latest.pValue))): count again before a forecast rests on "
          + "either.")
    ]
  }

  /// The sum over everything, when no other sentence has said that the model misfits.
  private func wholeFit(alreadySaid: Bool) -> [Flag] {
    guard !alreadySaid, let overall = predictive.overall else { return [] }
    let level = ResidualChecks.predictiveLevel
    if let part = predictive.parts.min(by: { $0.pValue < $1.pValue }), part.pValue < level {
      return [
        Flag(
          kind: .predictive, quantity: part.quantity, pValue: part.pValue, place: nil,
          sentence: "Data drawn from this fit hardly ever lie as far from the curve as the "
            + "\(part.quantity) readings do (posterior predictive "
            + "\(ResidualWords.probability(part.pValue))): the model does not describe them.")
      ]
    }
    guard overall < level else { return [] }
    return [
      Flag(
        kind: .predictive, quantity: nil, pValue: overall, place: nil,
        sentence: "Data drawn from this fit hardly ever lie as far from the curve as these do "
          + "(posterior predictive \(ResidualWords.probability(overall))): the model does not "
          + "describe them.")
    ]
  }

  private func outliers() -> [Flag] {
    battery.outliers.map { outlier in
      let o = observation(outlier.reading)
      let residual = readings[outlier.reading].residual
      return Flag(
        kind: .outlier, quantity: o.quantity, pValue: outlier.corrected, place: o.place,
        sentence: "The \(o.quantity) of day \(ResidualWords.day(o.time)) (\(o.place)) lies "
          + "\(NumberText.significant(abs(residual), 2)) standard deviations "
          + "\(residual > 0 ? "above" : "below") the curve; the largest of \(readings.count) "
          + "residuals of a good fit is as large with \(ResidualWords.probability(outlier.pValue)). "
          + "Look at the sample before trusting it or the curve.")
    }
  }
}
