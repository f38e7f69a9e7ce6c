import Quantities
import RunRecords

/// What a column of a run file may be called and hold. The readers and the manual use this table.
public struct ColumnSpec: Sendable, Hashable {
  /// What the cells of a column are.
  public enum Content: Sendable, Hashable {
    /// Words; the header has no unit.
    case text
    /// Numbers of one dimension, within a range in base units; the unit is an example.
    case number(dimension: Dimension, unit: String, range: ClosedRange<Double>, allowsZero: Bool)
  }

  /// The column's name.
  public let name: String
  /// What it holds, in words.
  public let meaning: String
  /// What its cells are.
  public let content: Content
  /// Other spellings that are read as this column.
  public let synonyms: [String]

  /// The header as it should be written, such as `glucose [mmol/L]`.
  public var heading: String {
    if case .number(_, let unit, _, _) = content { return "\(name) [\(unit)]" }
    return name
  }

  static func text(_ name: String, _ meaning: String, synonyms: [String] = []) -> ColumnSpec {
    ColumnSpec(name: name, meaning: meaning, content: .text, synonyms: synonyms)
  }

  static func number(
    _ name: String, _ meaning: String, _ dimension: Dimension, _ unit: String,
    _ range: ClosedRange<Double>, zero: Bool = true, synonyms: [String] = []
  ) -> ColumnSpec {
    ColumnSpec(
      name: name, meaning: meaning,
      content: .number(dimension: dimension, unit: unit, range: range, allowsZero: zero),
      synonyms: synonyms)
  }
}

/// The columns of the run files.
public enum RunColumns {
  static let volume = Dimension(volume: 1)
  static let flow = Dimension(volume: 1, time: -1)
  static let time = ColumnSpec.number(
    "time", "elapsed time from the run's zero", Dimension(time: 1), "h", 0...2000)

  /// Columns of raw counts: cells of some kinds, the volume and the dilution in which they were
  /// counted.
  private static func counted(_ kinds: String...) -> [ColumnSpec] {
    kinds.map {
      .number(
        "\($0)_counted", "\($0) cells counted, not scaled", Dimension(cells: 1), "cells", 0...10)
    } + [
      .number(
        "counted_volume", "volume in which they were counted", volume, "mL", 0...10, zero: false),
      .number(
        "squares", "large squares counted in a Neubauer chamber, 1e-4 mL each", .none, "1",
        0...1000, zero: false),
      .number("dilution", "dilution before counting, 1 for none", .none, "1", 1...1e6, zero: false),
    ]
  }

  /// Columns of `observations.csv`.
  public static let observations: [ColumnSpec] = {
    let synonyms = [
      "vcd": ["viable_cell_density"], "dead": ["dcd", "dead_cell_density"],
      "tcd": ["total_cell_density"], "tvc": ["total_viable_cells"],
      "fold": ["fold_expansion"], "glucose": ["glc"], "lactate": ["lac"], "glutamine": ["gln"],
      "ammonia": ["ammonium", "nh3", "nh4"], "car_positive": ["car+"],
    ]
    let measured = MeasuredQuantity.all.map {
      ColumnSpec.number(
        $0.name, $0.meaning, $0.dimension, $0.unit, $0.range, zero: $0.allowsZero,
        synonyms: synonyms[$0.name] ?? [])
    }
    return [
      .text("run", "the run's name", synonyms: ["run_id"]),
      .text("donor", "whose cells; 'pooled' for several donors without labels"),
      .text("platform", "the vessel or instrument"),
      .text("group", "the run's condition, such as a medium; runs of one group share it"), time,
      .text("phase", "'before' (default) or 'after' an operation at the same time"),
    ] + measured + counted("live", "dead") + [
      .number(
        "viability_counted", "cells looked at for the row's viability", Dimension(cells: 1),
        "cells", 0...10, zero: false),
      .text("counter", "instrument or person that counted"),
      .text("sample", "the sample's name; rows of one sample and time are counts of it"),
      .text("comment", "free text"),
    ]
  }()

  /// Columns of a dilution series, the experiment that measures a counter's own error.
  public static let dilutionSeries: [ColumnSpec] = {
    func density(_ name: String, _ synonym: String) -> [ColumnSpec] {
      MeasuredQuantity.named(name).map {
        [
          .number(
            name, $0.meaning + " found", $0.dimension, $0.unit, $0.range, zero: false,
            synonyms: [synonym])
        ]
      } ?? []
    }
    return [
      .number(
        "fraction", "target dilution fraction, 100 % for the stock", .none, "%", 0...1,
        zero: false, synonyms: ["dilution_fraction", "target_dilution_fraction"]),
      .text("replicate", "the independently prepared dilution of this fraction"),
    ] + counted("live", "dead", "total")
      + density("vcd", "viable_cell_density") + density("tcd", "total_cell_density") + [
        .text("counter", "instrument or person that counted"), .text("comment", "free text"),
      ]
  }()

  /// Columns of `runs.csv` besides a run's attributes.
  public static let runs: [ColumnSpec] = [
    .text("run", "the run's name", synonyms: ["run_id"]), .text("comment", "free text"),
  ]

  /// Columns of `operations.csv`.
  public static let operations: [ColumnSpec] = {
    let solutes = Solute.all.map {
      ColumnSpec.number(
        $0.name, "\($0.name) in the medium that enters", $0.dimension, $0.unit,
        0...($0.name == "il2" ? 1e6 : 5000))
    }
    return [
      .text("run", "the run's name", synonyms: ["run_id"]), time,
      .text("operation", "what was done"),
      .number("volume", "volume put in or taken out", volume, "mL", 0...1e6, zero: false),
      .number(
        "fraction", "share of the volume exchanged, discarded or added", .none, "%", 0...1,
        zero: false),
      .number(
        "retention", "share of the cells in the exchanged or permeate volume that stays", .none,
        "%", 0...1),
      .number("recovery", "share of the cells that is recovered", .none, "%", 0...1, zero: false),
      .number(
        "density", "viable cell density at seeding", Dimension(cells: 1, volume: -1),
        "1e6 cells/mL", 0...1000, zero: false),
      .number("viability", "viability at seeding", .none, "%", 0...1),
      .number("inflow", "medium that flows in", flow, "mL/h", 0...1e5),
      .number(
        "permeate", "medium that flows out through the cell filter", flow, "mL/h", 0...1e5),
      .number("bleed", "mixed culture that flows out", flow, "mL/h", 0...1e5),
      .number("evaporation", "water that evaporates", flow, "mL/h", 0...1e5),
    ] + solutes + [
      .text("when", "the condition that makes the row a rule, such as 'glucose < 4 [mmol/L]'"),
      .number("until", "time at which the rule ends", Dimension(time: 1), "h", 0...2000),
      .text("comment", "free text"),
    ]
  }()
}
