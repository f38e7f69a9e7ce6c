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
  /// Columns that may be filled.
  public let optional: [String]
  /// True when medium enters and its solutes may be given.
  public let takesSolutes: Bool

  /// All operations, in the order of a run.
  public static let all: [OperationGrammar] = Operation.Kind.allCases.map { rule(for: $0) }

  /// The rule of one operation.
  public static func rule(for kind: Operation.Kind) -> OperationGrammar {
    func rule(
      _ meaning: String, _ required: [String] = [], optional: [String] = [], solutes: Bool = false
    ) -> OperationGrammar {
      OperationGrammar(
        kind: kind, meaning: meaning, required: required, optional: optional,
        takesSolutes: solutes)
    }
    switch kind {
    case .seed:
      return rule(
        "cells and medium enter the empty vessel", optional: ["volume", "density", "viability"],
        solutes: true)
    case .activation: return rule("the clock since(activation) starts")
    case .transduction: return rule("the clock since(transduction) starts")
    case .sample: return rule("a well-mixed volume is taken out", ["volume"])
    case .feed: return rule("medium without cells is added", ["volume"], solutes: true)
    case .exchange:
      return rule(
        "a share of the volume is replaced; retention is the share of its cells that stays",
        ["fraction"], optional: ["retention"], solutes: true)
    case .split: return rule("a share of the mixed culture is discarded", ["fraction"])
    case .wash:
      return rule(
        "cells are washed into a new volume of medium", ["recovery", "volume"], solutes: true)
    case .debead: return rule("beads are removed", ["recovery"])
    case .harvest: return rule("the culture ends")
    }
  }

  /// The columns that a row of this operation may fill, besides run, time and comment.
  public var allowed: [String] {
    required + optional + (takesSolutes ? Solute.all.map(\.name) : [])
  }

  /// One line of help: `exchange  fraction (retention, solutes): a share of ...`.
  public var help: String {
    let extras = optional + (takesSolutes ? ["solutes"] : [])
    let needs = required.isEmpty ? "" : " " + required.joined(separator: ", ")
    let may = extras.isEmpty ? "" : " (\(extras.joined(separator: ", ")))"
    return "\(kind.rawValue)\(needs)\(may): \(meaning)"
  }

  /// One line an operation, for the manual and the command's help.
  public static var help: String { all.map(\.help).joined(separator: "\n") }
}
