import Quantities

/// A column that a file has: its meaning, its unit and where it stands.
struct TableColumn {
  let spec: ColumnSpec
  let unit: Unit
  let index: Int
  let place: Place
}

/// The header of a run file, read against a table of columns.
struct TableHeader {
  private(set) var columns: [String: TableColumn] = [:]

  /// Reads `name [unit]` in every header cell; faults go to the findings.
  init(
    of document: CSVDocument, specs: [ColumnSpec], required: [String],
    _ findings: inout FindingList
  ) {
    for (index, cell) in document.header.enumerated() {
      let place = document.place(of: cell)
      guard let (name, unit) = Self.split(cell, at: place, &findings),
        let spec = Self.spec(named: name, at: place, among: specs, &findings),
        let parsed = Self.unit(unit, for: spec, at: place, &findings)
      else { continue }
      if let earlier = columns[spec.name] {
        findings.error(
          "E_HEADER_DUPLICATE", at: place,
          "this is a second column '\(spec.name)'; the first is at column"
            + " \(earlier.place.column).",
          remedy: "Keep one of them; they are the same quantity under whatever spelling or unit.")
        continue
      }
      if name != spec.name {
        findings.note(
          "N_SYNONYM", at: place, "'\(name)' is read as '\(spec.name)'.",
          remedy: "Nothing to do, or write '\(spec.heading)'.")
      }
      columns[spec.name] = TableColumn(spec: spec, unit: parsed, index: index, place: place)
    }
    for name in required where columns[name] == nil && !findings.hasErrors {
      let heading = specs.first { $0.name == name }?.heading ?? name
      findings.error(
        "E_COLUMN_MISSING", at: Place(file: document.file, line: 1, column: 1),
        "the column '\(name)' is missing.", remedy: "Add the column '\(heading)'.")
    }
  }

  /// The name and the unit of a header cell; nil when it is not of the form `name [unit]`.
  static func split(
    _ cell: CSVDocument.Cell, at place: Place, _ findings: inout FindingList
  ) -> (name: String, unit: String?)? {
    let text = cell.trimmed
    if text.isEmpty {
      findings.error(
        "E_HEADER_EMPTY", at: place, "the column has no name.",
        remedy: "Name it, or delete the empty column before the export.")
      return nil
    }
    guard let open = text.firstIndex(of: "[") else {
      if text.contains("(") || text.contains("]") {
        findings.error(
          "E_HEADER_FORM", at: place, "the header is not of the form 'name [unit]'.",
          remedy: "Write the unit in square brackets, such as 'vcd [1e6 cells/mL]'.")
        return nil
      }
      return (text, nil)
    }
    let rest = text[text.index(after: open)...]
    let name = text[..<open].trimmingSpaces()
    guard rest.last == "]", !rest.dropLast().contains(where: { $0 == "[" || $0 == "]" }),
      !name.isEmpty
    else {
      findings.error(
        "E_HEADER_FORM", at: place, "the header is not of the form 'name [unit]'.",
        remedy: "Write the unit once, at the end, in square brackets: 'vcd [1e6 cells/mL]'.")
      return nil
    }
    return (name, rest.dropLast().trimmingSpaces())
  }

  private static func spec(
    named name: String, at place: Place, among specs: [ColumnSpec], _ findings: inout FindingList
  ) -> ColumnSpec? {
    let lowered = name.lowercased()
    if let spec = specs.first(where: { $0.name == lowered || $0.synonyms.contains(lowered) }) {
      return spec
    }
    let habits = [
      "day": "time [d]", "days": "time [d]", "hour": "time [h]", "hours": "time [h]",
      "time_h": "time [h]", "time_d": "time [d]", "glu": "glucose or glutamate",
      "cells": "vcd, tcd or tvc", "dilution_factor": "dilution", "squares_counted": "squares",
      "batch": "run", "patient": "donor", "notes": "comment", "note": "comment",
    ]
    let known = specs.flatMap { [$0.name] + $0.synonyms }
    let hint =
      habits[lowered].map { " Did you mean '\($0)'?" } ?? Suggestion.phrase(for: name, among: known)
    findings.error(
      "E_COLUMN_UNKNOWN", at: place, "unknown column '\(Shown.text(name))'.\(hint)",
      remedy: "Use one of: \(specs.map(\.name).joined(separator: ", ")); or move free text to"
        + " 'comment'.")
    return nil
  }

  private static func unit(
    _ text: String?, for spec: ColumnSpec, at place: Place, _ findings: inout FindingList
  ) -> Unit? {
    guard case .number(let dimension, _, _, _) = spec.content else {
      if text != nil {
        findings.error(
          "E_UNIT_UNWANTED", at: place, "the column '\(spec.name)' holds words and has no unit.",
          remedy: "Write '\(spec.name)'.")
        return nil
      }
      return .one
    }
    guard let text else {
      findings.error(
        "E_UNIT_MISSING", at: place, "the column '\(spec.name)' has no unit.",
        remedy: "Write the unit in square brackets, such as '\(spec.heading)'.")
      return nil
    }
    do {
      let unit = try Unit(parsing: text)
      if unit.dimension == dimension { return unit }
      findings.error(
        "E_UNIT_DIMENSION", at: place,
        "the unit '\(unit)' is \(unit.dimension.words), but '\(spec.name)' is"
          + " \(dimension.words).",
        remedy: MolarMass.remedy(name: spec.name, given: unit)
          ?? "Use a unit such as that in '\(spec.heading)'.")
    } catch {
      findings.error(
        "E_UNIT_UNKNOWN", at: place, "\(Shown.text(error.description))",
        remedy: "Write a unit such as that in '\(spec.heading)'.")
    }
    return nil
  }
}
