import Quantities
import Testing

@testable import Capacity

/// The texts that leave the plan.
@Suite("Slot texts")
struct SlotTextTests {
  private func calendar() throws -> SlotCalendar {
    var problem = try SlotExample.problem(of: SlotRecord.all[1])
    problem.patients[0].name =
      "Ä, \"one\"; with a name that is long enough for two folds of \u{1F9EA} a line"
    return SlotCalendar(
      SlotPlan(SlotRecord.all[1].starts, of: problem), of: problem, rule: .init(shelfLife: 2),
      dayZero: CivilDate(parsing: "2026-02-23"))
  }

  /// RFC 5545. Catches: LF alone, a fold inside a character, a line of more than 75 octets, an
  /// unescaped comma, a stamp that is not UTC, a UID that changes with the plan.
  @Test func iCalendar() throws {
    let stamp = try #require(CivilTime(parsing: "2026-02-20 09:30 +08:00"))
    let text = try #require(try calendar().iCalendar(stamp: stamp))
    let bytes = Array(text.utf8)
    #expect(!bytes.indices.contains { bytes[$0] == 10 && ($0 == 0 || bytes[$0 - 1] != 13) })
    let lines = text.unicodeScalars.split(separator: "\r\n".unicodeScalars.first ?? "\r")
    #expect(lines.allSatisfy { String($0).utf8.count <= 76 })
    let unfolded = String(text.unicodeScalars.filter { $0 != "\r" })
    let joined = String(
      String.UnicodeScalarView(Self.unfold(Array(unfolded.unicodeScalars))))
    #expect(joined.contains("SUMMARY:Start Ä\\, \"one\"\\; with a name"))
    #expect(joined.contains("DTSTAMP:20260220T013000Z\n"))
    #expect(joined.contains("DTSTART;VALUE=DATE:20260224\n"))
    let uids = joined.split(separator: "\n").filter { $0.hasPrefix("UID:") }
    #expect(uids.count == 72 && Set(uids).count == 72)
    #expect(SlotCalendar.identifier("P1", "start") == SlotCalendar.identifier("P1", "start"))
    var problem = try SlotExample.problem(of: SlotRecord.all[1])
    problem.patients[5].committed = nil
    let bare = SlotCalendar(SlotPlan(SlotRecord.all[1].starts, of: problem), of: problem)
    #expect(bare.iCalendar(stamp: stamp) == nil)
  }

  private static func unfold(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var out: [Unicode.Scalar] = []
    for scalar in text {
      if scalar == " ", out.last == "\n" { out.removeLast() } else { out.append(scalar) }
    }
    return out
  }

  /// The program's own numbers give the cost and the limits of a plan. Catches: a column in the
  /// wrong row; a committed start that is not taken off the limits.
  @Test func program() throws {
    let record = SlotRecord.all[0]
    var problem = try SlotExample.problem(of: record)
    for index in 0..<5 { problem.patients[index].committed = record.starts[index] }
    let program = SlotProgram(problem)
    var chosen: [String: Int] = [:]
    for (index, start) in record.starts.enumerated() where index >= 5 {
      chosen["x_\(index)_\(start)", default: 0] += 1
      chosen["n_0_\(start)", default: 0] += 1
    }
    var left = [Double](repeating: 0, count: program.rows.count)
    var cost = program.fixedCost
    var used = 0
    for column in program.columns {
      guard let value = chosen[column.name] else { continue }
      used += value
      cost += value * column.cost
      for entry in column.entries { left[entry.row] += Double(value) * entry.value }
    }
    #expect(used == 2 * (record.starts.count - 5) && cost == record.cost)
    var worst = 0.0
    for (row, value) in zip(program.rows, left) {
      worst = max(worst, row.isEquation ? abs(value - row.right) : value - row.right)
    }
    #expect(worst < 1e-9)
    #expect(program.lp.split(separator: "\n").allSatisfy { $0.utf8.count <= 200 })
    #expect(program.mps.hasSuffix("ENDATA\n"))
  }
}
