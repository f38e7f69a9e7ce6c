import Quantities
import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The sentences that say what a counter can and cannot do.
enum CounterWords {
  /// Probability below which a deviation is spoken of.
  static let level = 0.05

  static func percent(_ share: Double?) -> String {
    share.map { abs($0) < 5e-5 ? "0 %" : NumberText.significant(100 * $0, 3) + " %" } ?? "-"
  }

  static func probability(_ p: Double) -> String {
    p < 0.001 ? "p < 0.001" : "p = \(NumberText.significant(p, 2))"
  }

  static func verdict(_ e: CounterEvaluation) -> Page.Verdict {
    let isBent = (e.line.pValue ?? 1) < level
    let isOpen = !e.variance.high.isFinite
    let kind: Page.Verdict.Kind = isBent || isOpen ? .caution : .good
    return Page.Verdict(
      kind, label: isBent ? "Not proportional" : isOpen ? "Too few dilutions" : "Proportional",
      text: scatter(e) + " " + proportionality(e))
  }

  /// The size of the scatter, for 100 and 1000 cells.
  static func scatter(_ e: CounterEvaluation) -> String {
    let v = e.variance
    guard v.high.isFinite else {
      return "This series does not bound the scatter; prepare more independent dilutions."
    }
    let range = "95 % interval \(percent(v.low)) to \(percent(v.high))"
    guard v.isBeyondCounting else {
      return
        "One reading of \(e.noun) cells scatters by \(percent(v.cvExtra)) (\(range)), counting "
        + "included."
    }
    func cv(_ cells: Double) -> String {
      percent((1 / cells + v.cvExtra * v.cvExtra).squareRoot())
    }
    if v.cvExtra == 0 {
      return
        "No scatter of \(e.noun) cells beyond counting is seen; with 95 % confidence it is below "
        + "\(percent(v.high))."
    }
    return "Beyond counting, one count of \(e.noun) cells scatters by \(percent(v.cvExtra)) "
      + "(\(range)): 100 counted cells are known within a CV of \(cv(100)), 1000 within \(cv(1000))."
  }

  static func proportionality(_ e: CounterEvaluation) -> String {
    let line = e.line
    let scatter =
      "index \(percent(line.index)), scatter alone would give about \(percent(line.indexOfScatter))"
    guard let p = line.pValue else {
      return
        "Whether the readings are proportional to the fraction cannot be tested here (\(scatter))."
    }
    guard p < level else {
      return
        "The readings are proportional to the fraction as far as this series tells (\(scatter), "
        + "\(probability(p)))."
    }
    let worst = line.levels.max { abs($0.deviation) < abs($1.deviation) }
    let place = worst.map {
      ": at \(percent($0.fraction)) they are \(percent(abs($0.deviation))) "
        + "\($0.deviation < 0 ? "below" : "above") the line"
    }
    return "The readings are not proportional to the fraction (\(scatter), \(probability(p)))"
      + "\(place ?? ""). Count within the range where they are, or dilute more."
  }

  /// What else is worth knowing, one remark each.
  static func remarks(_ e: CounterEvaluation) -> [String] {
    let v = e.variance
    var out: [String] = []
    if let dispersion = v.dispersion, let p = v.dispersionP {
      out.append(
        "Counting alone \(p < level ? "does not explain" : "could explain") the scatter between "
          + "preparations: dispersion \(NumberText.significant(dispersion, 3)), where 1 is counting "
          + "alone (\(probability(p))).")
    }
    if let dispersion = v.dispersionWithin, let p = v.dispersionWithinP {
      out.append(
        "Among repeated counts of one preparation: dispersion "
          + "\(NumberText.significant(dispersion, 3)) (\(probability(p))).")
    }
    if let between = v.cvBetween, let within = v.cvWithin, v.cvExtra > 0 {
      out.append(
        "Of the scatter\(v.isBeyondCounting ? " beyond counting" : ""), \(percent(between)) is "
          + "between independently prepared dilutions and \(percent(within)) between readings of one "
          + "preparation. Counting a sample again lessens only the second.")
    }
    if let trend = v.trend {
      out.append(
        trend.pValue < level
          ? "The extra scatter changes with the concentration: \(percent(trend.cvLowest)) at the "
            + "lowest fraction, \(percent(trend.cvHighest)) at the highest "
            + "(\(probability(trend.pValue))). One number for all is a compromise."
          : "No change of the extra scatter with the concentration is seen "
            + "(\(probability(trend.pValue)))."
      )
    }
    if (e.line.pValue ?? 1) < level {
      out.append("The deviation from the line is part of the extra scatter stated here.")
    }
    out.append(
      "The scatter holds the pipetting of the dilutions too. The series says nothing of a bias that "
        + "is the same at every fraction: it does not tell accuracy.")
    return out
  }
}
