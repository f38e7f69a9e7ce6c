extension SlotProgram {
  /// The program in the LP format that HiGHS, CBC, GLPK (`--lp`) and others read.
  ///
  /// No line is longer than 200 characters.
  public var lp: String {
    var lines = [
      "\\ Slots: starts of patients by day. Least cost; committed starts cost \(fixedCost) more.",
      "Minimize",
    ]
    Self.wrap(
      " cost:", columns.filter { $0.cost != 0 }.map { Self.term(Double($0.cost), $0.name) },
      "", &lines)
    lines.append("Subject To")
    var terms = [[String]](repeating: [], count: rows.count)
    for column in columns {
      for entry in column.entries {
        terms[entry.row].append(Self.term(entry.value, column.name))
      }
    }
    for (row, terms) in zip(rows, terms) where !terms.isEmpty {
      let end = (row.isEquation ? " = " : " <= ") + "\(row.right)"
      Self.wrap(" \(row.name):", terms, end, &lines)
    }
    lines.append("Bounds")
    for column in columns { lines.append(" 0 <= \(column.name) <= \(column.upper)") }
    lines.append("General")
    for column in columns where column.whole { lines.append(" \(column.name)") }
    lines.append("End")
    return lines.joined(separator: "\n") + "\n"
  }

  /// The program in free MPS, which all solvers read.
  public var mps: String {
    var lines = ["NAME slots", "ROWS", " N cost"]
    lines += rows.map { " \($0.isEquation ? "E" : "L") \($0.name)" }
    lines.append("COLUMNS")
    var inside = false
    for column in columns {
      if column.whole != inside {
        inside = column.whole
        lines.append(" MARKER 'MARKER' \(inside ? "'INTORG'" : "'INTEND'")")
      }
      if column.cost != 0 { lines.append(" \(column.name) cost \(column.cost)") }
      for entry in column.entries {
        lines.append(" \(column.name) \(rows[entry.row].name) \(entry.value)")
      }
    }
    if inside { lines.append(" MARKER 'MARKER' 'INTEND'") }
    lines.append("RHS")
    for row in rows where row.right != 0 { lines.append(" rhs \(row.name) \(row.right)") }
    lines.append("BOUNDS")
    for column in columns { lines.append(" UP bnd \(column.name) \(column.upper)") }
    lines.append("ENDATA")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func term(_ value: Double, _ name: String) -> String {
    let sign = value < 0 ? "-" : "+"
    let size = abs(value)
    return size == 1 ? "\(sign) \(name)" : "\(sign) \(size) \(name)"
  }

  private static func wrap(
    _ head: String, _ terms: [String], _ end: String, _ lines: inout [String]
  ) {
    var line = head
    for term in terms {
      if line.utf8.count + term.utf8.count > 180 {
        lines.append(line)
        line = "  "
      }
      line += " " + term
    }
    lines.append(line + end)
  }
}
