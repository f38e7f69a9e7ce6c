import Quantities
import Statistics

// Sentences about the size of the residuals.

extension ResidualWords {
  func scale(_ subject: Subject) -> [Flag] {
    func ratio(_ squares: Double) -> String {
      NumberText.significant((squares / Double(subject.readings.count)).squareRoot(), 2)
    }
    let quantity = subject.quantity
    if let large = check(.tooLarge, subject) {
      // What outliers alone bring about is said of them.
      let excess = battery.outliers.reduce(0.0) { sum, outlier in
        guard subject.readings.contains(outlier.reading) else { return sum }
        let reading = readings[outlier.reading]
        let scaled = reading.residual / Double.exp(reading.stated ?? 0)
        return sum + scaled * scaled
      }
      if excess < 0.65 * large.value {
        return [
          subject.flag(
            .tooLarge, large.corrected,
            "the \(quantity) readings scatter about the curve \(ratio(large.value)) times as widely "
              + "as the noise that the model states "
              + "(\(ResidualWords.probability(large.corrected))): the model misses something, or "
              + "the readings are worse than stated. \(largest(of: subject.readings))")
        ]
      }
    }
    if let small = check(.tooSmall, subject) {
      return [
        subject.flag(
          .tooSmall, small.corrected,
          "the \(quantity) readings lie within \(ratio(small.value)) times the stated noise of the "
            + "curve (\(ResidualWords.probability(small.corrected))): the stated noise is too "
            + "large, or these are not single readings (means, smoothed or copied values).")
      ]
    }
    return []
  }

  /// The readings that make half of the sum of squares in the stated noise, at most three, with where
  /// they stand: what to look at where no single one is an outlier.
  func largest(of indices: [Int]) -> String {
    let scaled = indices.map { index in
      (index, readings[index].residual / Double.exp(readings[index].stated ?? 0))
    }.sorted { (-abs($0.1), $0.0) < (-abs($1.1), $1.0) }
    return LargestResiduals.words(
      scaled.map { (observation($0.0), $0.1) }, unit: "times the stated noise")
  }

  func evenness(_ subject: Subject) -> [Flag] {
    let found = [check(.sizeWithTime, subject), check(.sizeWithLevel, subject)].compactMap { $0 }
    guard let strongest = found.min(by: { $0.corrected < $1.corrected }) else { return [] }
    let withTime = strongest.kind == .sizeWithTime
    let order = subject.readings.sorted {
      withTime
        ? (readings[$0].time, $0) < (readings[$1].time, $1)
        : (readings[$0].level, $0) < (readings[$1].level, $1)
    }
    let half = order.count / 2
    func size(_ part: some Sequence<Int>) -> Double {
      part.reduce(0) { $0 + abs(readings[$1].residual) }
    }
    let grows = size(order.suffix(half)) > size(order.prefix(half))
    let better =
      withTime
      ? "the \(grows ? "earlier" : "later") readings"
      : "readings of \(grows ? "smaller" : "larger") means"
    return [
      subject.flag(
        .unevenNoise, strongest.corrected,
        "the residuals of \(subject.quantity) \(grows ? "grow" : "shrink") with "
          + "\(withTime ? "time" : "the mean") "
          + "(\(ResidualWords.probability(strongest.corrected))): one noise for all of them is "
          + "wrong, and \(better) are the better ones.")
    ]
  }

  /// The sum over everything, when no other sentence has said that the model misfits.
  func wholeFit(alreadySaid: Bool) -> [Flag] {
    guard !alreadySaid, let overall = predictive.overall else { return [] }
    let level = ResidualChecks.predictiveLevel
    let whole = predictive.parts.filter { $0.member == nil }
    let worst = whole.min { $0.pValue < $1.pValue }
    if let part = worst, part.pValue < level {
      return [
        Flag(
          kind: .predictive, quantity: part.quantity, run: nil, pValue: part.pValue, place: nil,
          sentence: "Data drawn from this fit hardly ever lie as far from the curve as the "
            + "\(part.quantity) readings do (posterior predictive "
            + "\(ResidualWords.probability(part.pValue))): the model does not describe them. "
            + largest(of: readings.indices.filter { observation($0).quantity == part.quantity }))
      ]
    }
    guard overall < level else { return [] }
    return [
      Flag(
        kind: .predictive, quantity: nil, run: nil, pValue: overall, place: nil,
        sentence: "Data drawn from this fit hardly ever lie as far from the curve as these do "
          + "(posterior predictive \(ResidualWords.probability(overall))): the model does not "
          + "describe them. \(largest(of: Array(readings.indices)))")
    ]
  }
}
