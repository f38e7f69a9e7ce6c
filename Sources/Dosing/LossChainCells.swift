import Quantities

extension [LossStep] {
  /// Counted cells to harvest for a dose, from the last step back to the first: N / r for a
  /// recovery, N / (1 - q) for a share taken out, N + c for cells kept back; rounded up once.
  ///
  /// *Refuses* a recovery of 0 and a share of 1, which leave no dose, naming `losses[i]`. *Edge
  /// case:* no step means that the harvest is the dose.
  public func cellsNeeded(for dose: CellCount) throws(Refusal) -> CellCount {
    try Dosing.count(exactCellsNeeded(for: dose).ceiling, "harvest")
  }

  /// The same, exact and not yet rounded.
  func exactCellsNeeded(for dose: CellCount) throws(Refusal) -> Rational {
    var cells = dose.rational
    for (index, step) in enumerated().reversed() {
      let field = "losses[\(index)]"
      switch step.kind {
      case .recovery(let share):
        guard share > .zero else {
          throw Refusal(
            .badValue, field, "The recovery of '\(step.name)' is 0 %.",
            remedy: "Give the share of cells that comes through the step.")
        }
        cells = try exact("harvest") { try cells.divided(by: share.value) }
      case .share(let share):
        guard share < .one else {
          throw Refusal(
            .badValue, field, "'\(step.name)' takes the whole harvest.",
            remedy: "Give the share that is taken out, below 100 %.")
        }
        cells = try exact("harvest") { try cells.divided(by: share.complement()) }
      case .cells(let kept):
        cells = try exact("harvest") { try cells.plus(kept.rational) }
      }
    }
    return cells
  }
}
