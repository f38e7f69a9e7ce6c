import RunRecords

/// Which cells each operation needs and may have. The reader checks rows against this table and
/// the manual prints it.
public struct OperationGrammar: Sendable, Hashable {
  /// The operation.
  public let kind: Operation.Kind
  /// What it does to the vessel, in words.
  public let meaning: String
  /// Columns that must be filled.
  public let required: [String]
  /// Columns of which exactly one must be filled; none when empty.
  public let oneOf: [String]
  /// Columns that may be filled.
  public let optional: [String]
  /// True when medium enters and its solutes may be given.
  public let takesSolutes: Bool
  /// True when it can be done each time a condition comes true.
  public let takesCondition: Bool

  /// All operations, in the order of a run.
  public static let all: [OperationGrammar] = Operation.Kind.allCases.map { rule(for: $0) }

  /// The rule of one operation.
  public static func rule(for kind: Operation.Kind) -> OperationGrammar {
    func rule(
      _ meaning: String, _ required: [String] = [], oneOf: [String] = [], optional: [String] = [],
      solutes: Bool = false, condition: Bool = true
    ) -> OperationGrammar {
      OperationGrammar(
        kind: kind, meaning: meaning, required: required, oneOf: oneOf, optional: optional,
        takesSolutes: solutes, takesCondition: condition)
    }
    switch kind {
    case .seed:
      return rule(
        "cells and medium enter the empty vessel", optional: ["volume", "density", "viability"],
        solutes: true, condition: false)
    case .activation: return rule("the clock since(activation) starts")
    case .transduction: return rule("the clock since(transduction) starts")
    case .sample: return rule("a well-mixed volume is taken out", ["volume"])
    case .feed:
      return rule(
        "medium without cells is added, as a volume or as a share of the volume that is there",
        oneOf: ["volume", "fraction"], solutes: true)
    case .exchange:
      return rule(
        "a share of the volume is replaced; retention is the share of its cells that stays",
        ["fraction"], optional: ["retention"], solutes: true)
    case .split: return rule("a share of the mixed culture is discarded", ["fraction"])
    case .wash:
      return rule(
        "cells are washed into a new volume of medium", ["recovery", "volume"], solutes: true)
    case .debead: return rule("beads are removed", ["recovery"])
    case .flow:
      return rule(
        "steady flows until the next 'flow' row; what is left empty is 0",
        optional: ["inflow", "permeate", "bleed", "evaporation", "retention"], solutes: true)
    case .harvest: return rule("the culture ends", condition: false)
    }
  }

  /// The columns that a row of this operation may fill, besides run, time and comment.
  public var allowed: [String] {
    required + oneOf + optional + (takesSolutes ? Solute.all.map(\.name) : [])
      + (takesCondition ? ["when", "until"] : [])
  }

  /// One line of help: `exchange  fraction (retention, solutes): a share of ...`.
  public var help: String {
    let extras = optional + (takesSolutes ? ["solutes"] : [])
    let all = required + (oneOf.isEmpty ? [] : [oneOf.joined(separator: " or ")])
    let needs = all.isEmpty ? "" : " " + all.joined(separator: ", ")
    let may = extras.isEmpty ? "" : " (\(extras.joined(separator: ", ")))"
    return "\(kind.rawValue)\(needs)\(may): \(meaning)"
  }

  /// One line an operation, for the manual and the command's help.
  public static var help: String { all.map(\.help).joined(separator: "\n") }
}
