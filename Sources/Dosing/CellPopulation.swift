/// A population of cells that is counted, or of which a share is counted: a gate.
public enum CellPopulation: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  /// Living and dead.
  case allCells = "all cells"
  /// Living cells.
  case viableCells = "viable cells"
  /// CD45+, living and dead.
  case leukocytes = "CD45+ cells"
  /// Living CD45+ cells.
  case viableLeukocytes = "viable CD45+ cells"
  /// CD3+ (and CD45+ where that was gated first), living and dead.
  case tCells = "T cells"
  /// Living CD3+ cells.
  case viableTCells = "viable T cells"
  /// CAR+ T cells, living and dead.
  case carPositiveT = "CAR+ T cells"
  /// Living CAR+ T cells.
  case viableCarPositiveT = "viable CAR+ T cells"

  /// The words.
  public var description: String { rawValue }

  /// True when only living cells are in it.
  public var isViable: Bool {
    switch self {
    case .viableCells, .viableLeukocytes, .viableTCells, .viableCarPositiveT: true
    case .allCells, .leukocytes, .tCells, .carPositiveT: false
    }
  }

  /// How far the gates have narrowed: all cells 0, CD45+ 1, CD3+ 2, CAR+ 3.
  var depth: Int {
    switch self {
    case .allCells, .viableCells: 0
    case .leukocytes, .viableLeukocytes: 1
    case .tCells, .viableTCells: 2
    case .carPositiveT, .viableCarPositiveT: 3
    }
  }

  /// True when every cell of this population is in the other, and not the other way round.
  public func isPart(of other: CellPopulation) -> Bool {
    self != other && depth >= other.depth && (isViable || !other.isViable)
  }
}

extension CountedPopulation {
  /// The gate at which a chain of percentages must end; nil where the source does not say it.
  public var gate: CellPopulation? {
    switch self {
    case .carPositiveViableT: .viableCarPositiveT
    case .carPositiveT: .carPositiveT
    case .carTAsStated: nil
    }
  }
}
