import Dosing
import DosingCheck
import Foundation
import Quantities
import Testing

/// More than 200 doses of every kind of rule, course, bag and container, calculated a third time
/// in Python from the written arithmetic (Records/independent.py), compared to the last cell.
@Suite struct IndependentTests {
  static let path = packageRoot + "/Tests/DosingTests/Records/independent.csv"
  static let isThere = FileManager.default.fileExists(atPath: path)

  /// Would catch in the second calculation: an edge on the wrong side, a tolerance on one side
  /// only, a cap left out of the target, harvest steps taken forwards, a tie of steps that goes up,
  /// dead volume counted once for all containers, portions of fractions added up into one day,
  /// a lost carry beyond 128 bits.
  @Test(.enabled(if: isThere)) func secondCalculationAgrees() throws {
    let rows = try IndependentRow.all(String(contentsOfFile: Self.path, encoding: .utf8))
    var wrong: [String] = []
    for (index, row) in rows.enumerated() {
      do throws(CheckFault) {
        let figures = try recalculate(row.sheet)
        if !row.agrees(figures) { wrong.append("row \(index + 2), \(row.rule)") }
      } catch {
        if row.expected != nil { wrong.append("row \(index + 2), \(row.rule): \(error)") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    #expect(rows.count >= 200)
    #expect(rows.filter { $0.expected == nil }.count > 20)
    #expect(rows.filter { $0.expected?.dose != nil }.count > 100)
  }

  /// The same for the first calculation, asked as a site asks it. Would catch what the second one
  /// would catch, and a slip on the way from a certificate to the numbers of a sheet.
  @Test(.enabled(if: isThere)) func firstCalculationAgrees() throws {
    let rows = try IndependentRow.all(String(contentsOfFile: Self.path, encoding: .utf8))
    var (wrong, tooLong, answered) = ([String](), 0, 0)
    for (index, row) in rows.enumerated() {
      let request = try row.request()
      do throws(Refusal) {
        let figures = try DoseCalculation(request).figures
        answered += 1
        if !row.agrees(figures) { wrong.append("row \(index + 2), \(row.rule)") }
      } catch {
        // 128 bits may run out where a fraction of any length does not, and only there.
        if row.rule == "many digits", error.code == .tooLarge {
          tooLong += 1
        } else if row.expected != nil, !row.asksPerKilogramWithoutWeight {
          wrong.append("row \(index + 2), \(row.rule): \(error)")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    #expect(answered > 180 && tooLong <= 2)
  }
}

extension IndependentRow {
  /// Exactly equal, and the probability within 1e-12.
  func agrees(_ figures: DoseFigures) -> Bool {
    guard var expected else { return false }
    switch (expected.within, figures.within) {
    case (nil, nil): break
    case (let a?, let b?): if !(abs(a - b) < 1e-12) { return false }
    default: return false
    }
    expected.within = figures.within
    return expected == figures
  }
}
