import Quantities
import Statistics

// Sentences about where the curve runs: its shape, its level, its end, single readings.

extension ResidualWords {
  /// Neighbours that err together, with where the longest stretch on one side lies.
  func order(_ subject: Subject) -> [Flag] {
    let found = [check(.autocorrelation, subject), check(.runs, subject)].compactMap { $0 }
    guard let strongest = found.min(by: { $0.corrected < $1.corrected }) else { return [] }
    let chance = ResidualWords.probability(strongest.corrected)
    let quantity = subject.quantity
    let moments = ResidualBattery.moments(subject.readings, in: readings)
    let residuals = readings.map(\.residual)
    let values = moments.map { ResidualBattery.together($0, residuals) }
    let stretch = ResidualWords.longestStretch(values)
    guard subject.runs == 1, stretch.count >= 3 else {
      return [
        subject.flag(
          .shape, strongest.corrected,
          "neighbouring \(quantity) samples lie on the same side of the curve more often than "
            + "chance would put them there (\(chance)): the curve has another shape than the data.")
      ]
    }
    let isAbove = values[stretch.lowerBound] > 0
    let from = ResidualWords.day(readings[moments[stretch.lowerBound][0]].time)
    let to = ResidualWords.day(readings[moments[stretch.upperBound][0]].time)
    let isAtEnd =
      stretch.upperBound == moments.count - 1 && PredictiveCheck.counts.contains(quantity)
    let meaning =
      isAtEnd
      ? "at the end of the data the model has too \(isAbove ? "few" : "many") cells"
      : "the curve has another shape than the data"
    return [
      subject.flag(
        .shape, strongest.corrected,
        "\(stretch.count) \(quantity) samples in a row (day \(from) to \(to)) lie "
          + "\(isAbove ? "above" : "below") the curve, more than chance would put there "
          + "(\(chance)): \(meaning).")
    ]
  }

  /// The longest run of one sign; the last of equal ones.
  static func longestStretch(_ values: [Double]) -> ClosedRange<Int> {
    var best = 0...0
    var start = 0
    for k in values.indices {
      if k > 0, (values[k] > 0) != (values[k - 1] > 0) { start = k }
      if k - start >= best.upperBound - best.lowerBound { best = start...k }
    }
    return best
  }

  /// One run of several that lies off as a whole.
  func offset(_ subject: Subject) -> [Flag] {
    guard let found = check(.offset, subject) else { return [] }
    let mean =
      subject.readings.reduce(0) { $0 + readings[$1].residual } / Double(subject.readings.count)
    return [
      subject.flag(
        .offset, found.corrected,
        "its \(subject.quantity) readings lie on average "
          + "\(NumberText.significant(abs(mean), 2)) standard deviations "
          + "\(mean > 0 ? "above" : "below") the curve "
          + "(\(ResidualWords.probability(found.corrected))): it does not share what the runs have "
          + "in common. Give it parameters of its own with --per NAME=run.")
    ]
  }

  func latest() -> [Flag] {
    // One latest count a run: the level is shared out over them.
    let level = ResidualChecks.predictiveLevel / Double(max(1, predictive.latest.count))
    return predictive.latest.filter { $0.pValue < level }.map { latest in
      let o = latest.observation
      return Flag(
        kind: .latest, quantity: o.quantity, run: run(latest.member), pValue: latest.pValue,
        place: o.place,
        sentence: (run(latest.member).map { "Run \($0): the" } ?? "The")
          + " latest \(o.quantity) (day \(ResidualWords.day(o.time)), \(o.place)) lies "
          + "\(latest.isAbove ? "above" : "below") the curve, farther than this model allows "
          + "(\(ResidualWords.probability(latest.pValue))): count again before a forecast rests on "
          + "the curve or on the count.")
    }
  }

  func outliers() -> [Flag] {
    battery.outliers.map { outlier in
      let o = observation(outlier.reading)
      let residual = readings[outlier.reading].residual
      let run = run(shape.targets[outlier.reading].member)
      return Flag(
        kind: .outlier, quantity: o.quantity, run: run, pValue: outlier.corrected, place: o.place,
        sentence: (run.map { "Run \($0): the" } ?? "The")
          + " \(o.quantity) of day \(ResidualWords.day(o.time)) (\(o.place)) lies "
          + "\(NumberText.significant(abs(residual), 2)) standard deviations "
          + "\(residual > 0 ? "above" : "below") the curve; the largest of \(readings.count) "
          + "residuals of a good fit is as large with "
          + "\(ResidualWords.probability(outlier.pValue)). "
          + "Look at the sample before trusting it or the curve.")
    }
  }
}
