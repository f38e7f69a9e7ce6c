import Quantities
import RunRecords

/// Do the readings of one sample agree?
enum ReplicateCheck {
  /// Standard deviations from the other counts of the sample beyond which a count is reported.
  static let farCount = 3.3
  /// Ratio of the largest to the smallest density beyond which a sample is reported.
  static let farDensity = 1.5

  /// Warns of a count that lies far from the others of its sample, and of densities that differ by
  /// more than a factor.
  static func warnIfFar(_ group: [Observation], _ findings: inout FindingList) {
    let exact = group.filter(\.value.isExact)
    let counts = group.compactMap(\.count).filter(\.cells.isExact)
    if counts.count == group.count {
      let cells = counts.reduce(0) { $0 + $1.cells.number }
      let exposure = counts.reduce(0) { $0 + $1.exposure }
      let rate = cells / exposure
      let spread = group[0].quantity == "viability" ? max(0, 1 - rate) : 1
      let distances = counts.map { count -> Double in
        let variance = count.exposure * rate * spread * (1 - count.exposure / exposure)
        guard variance > 0 else { return 0 }
        return abs(count.cells.number - count.exposure * rate) / variance.squareRoot()
      }
      guard let worst = distances.indices.max(by: { distances[$0] < distances[$1] }),
        distances[worst] > farCount
      else { return }
      findings.warning(
        "W_SAMPLE_DISAGREES", at: group[worst].place,
        "this count of '\(group[worst].quantity)' lies"
          + " \(NumberText.significant(distances[worst], 2)) standard deviations of counting from"
          + " the others of its sample.",
        remedy: "Check the count, its volume and dilution; clumps and pipetting show like this.")
    } else if let low = exact.map(\.value.number).min(), low > 0,
      let high = exact.max(by: { $0.value.number < $1.value.number }),
      MeasuredQuantity.named(high.quantity)?.isShare == false,
      high.value.number / low > farDensity
    {
      findings.warning(
        "W_SAMPLE_DISAGREES", at: high.place,
        "readings of '\(high.quantity)' of one sample differ by a factor of"
          + " \(NumberText.significant(high.value.number / low, 3)).",
        remedy: "Check the rows of this sample; their mean is used.")
    }
  }
}
