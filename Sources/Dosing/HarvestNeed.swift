import Quantities

/// Cells to harvest for a dose, and how sure it is that they suffice.
public struct HarvestNeed: Hashable, Sendable {
  /// Cells by the mean of each step, rounded up; what the dose worksheet prints.
  public let cells: CellCount
  /// Relative standard deviation of the dose that comes out of them.
  public let relativeError: Double
  /// Cells that suffice with `probability`; nil when no number does, because the steps vary too much.
  public let sufficient: CellCount?
  /// The probability asked for.
  public let probability: Double
}

extension [LossStep] {
  /// Cells needed at harvest with their uncertainty.
  ///
  /// A harvest of H leaves m(H) = a H - b for the dose. Each recovery r_i with standard deviation
  /// s_i, and each relative error of the count, moves it by alpha_i H + beta_i per standard
  /// deviation; independent of each other and normal in first order, s(H)^2 = sum of squares. The
  /// sufficient number is the H with m(H) - z s(H) = dose, z the quantile of `probability`.
  ///
  /// *errors:* relative errors of the count at harvest. *Refuses* as `cellsNeeded`, and a
  /// probability that is not from 0.5 to below 1. *Edge case:* without deviations both numbers are
  /// the same.
  public func need(
    for dose: CellCount, errors: [RelativeError], probability: Double = 0.9
  ) throws(Refusal) -> HarvestNeed {
    guard probability >= 0.5, probability < 1 else {
      throw Refusal(
        .badValue, "probability", "The probability is not from 0.5 to below 1.",
        remedy: "Write 0.9 for nine of ten.")
    }
    let exactCells = try exactCellsNeeded(for: dose)
    let cells = try Dosing.count(exactCells.ceiling, "harvest")
    let line = Propagation(self, errors: errors)
    let spread = line.deviation(at: exactCells.double)
    guard spread > 0 else {
      return HarvestNeed(
        cells: cells, relativeError: 0, sufficient: cells, probability: probability)
    }
    let wanted = line.harvest(for: Double(dose.cells), quantile: normalQuantile(probability))
    return HarvestNeed(
      cells: cells, relativeError: dose == .zero ? 0 : spread / Double(dose.cells),
      sufficient: wanted.flatMap { try? CellCount(Int128($0.rounded(.up))) },
      probability: probability)
  }
}

/// m(H) = slope H - kept, and for each uncertain step how far one standard deviation moves m.
private struct Propagation {
  private(set) var slope = 1.0
  private(set) var kept = 0.0
  private var moves: [(slope: Double, offset: Double)] = []

  init(_ steps: [LossStep], errors: [RelativeError]) {
    for error in errors { moves.append((error.value.value.double, 0)) }
    for step in steps {
      switch step.kind {
      case .recovery(let share):
        scale(by: share.value.double)
        if let deviation = step.deviation, share > .zero {
          let relative = deviation.value.double / share.value.double
          moves.append((slope * relative, -kept * relative))
        }
      case .share(let share): scale(by: 1 - share.value.double)
      case .cells(let cells): kept += Double(cells.cells)
      }
    }
  }

  private mutating func scale(by factor: Double) {
    slope *= factor
    kept *= factor
    moves = moves.map { ($0.slope * factor, $0.offset * factor) }
  }

  func deviation(at harvest: Double) -> Double {
    moves.map { ($0.slope * harvest + $0.offset) * ($0.slope * harvest + $0.offset) }
      .reduce(0, +).squareRoot()
  }

  /// The larger root of (a H - b - D)^2 = z^2 s(H)^2; nil when the spread grows as fast as the mean.
  func harvest(for dose: Double, quantile z: Double) -> Double? {
    let target = dose + kept
    let square = moves.reduce(0) { $0 + $1.slope * $1.slope }
    let mixed = moves.reduce(0) { $0 + $1.slope * $1.offset }
    let constant = moves.reduce(0) { $0 + $1.offset * $1.offset }
    let a = slope * slope - z * z * square
    guard a > 0 else { return nil }
    let half = slope * target + z * z * mixed
    // half^2 - a c, multiplied out so that nothing cancels.
    let root =
      z * z
      * (2 * slope * target * mixed + slope * slope * constant + square * target * target
        + z * z * (mixed * mixed - square * constant))
    guard root >= 0 else { return nil }
    let harvest = (half + root.squareRoot()) / a
    return harvest.isFinite && harvest < 9e18 ? harvest : nil
  }
}
