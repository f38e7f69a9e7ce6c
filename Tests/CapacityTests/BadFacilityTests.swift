import Capacity
import Quantities
import RunFiles
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Facilities with one fault each.
@Suite("Bad facilities are refused at the right line")
struct BadFacilityTests {
  static let folder = FacilityFileTests.root + "/Tests/CapacityTests/Records/bad_facilities/"

  /// Every file is refused with the code and the line that were written down when it was made, and
  /// says what to do; the file they were made from is read. Catches: a default in place of a missing
  /// part, a finding without its line, a rate below 0 that is simulated.
  @Test func allAreRefused() throws {
    let table = try #require(FileManager.default.contents(atPath: Self.folder + "expected.csv"))
    let rows = String(decoding: table, as: UTF8.self).split(separator: "\n").dropFirst()
    #expect(rows.count >= 30)
    var faults: [String] = []
    for row in rows {
      let cells = row.split(separator: ",").map(String.init)
      do {
        _ = try FacilityFile.read(Self.folder + cells[0])
        faults.append("\(cells[0]) was read")
      } catch {
        let first = error.findings.first { $0.code == cells[1] && "\($0.place.line)" == cells[2] }
        if first == nil || error.findings.contains(where: { $0.cause.isEmpty || $0.remedy.isEmpty })
        {
          faults.append("\(cells.joined(separator: " ")) but: \(error)")
        }
        if error.findings.count > 3 {
          faults.append("\(cells[0]): \(error.findings.count) findings")
        }
      }
    }
    #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    _ = try FacilityFile.read(Self.folder + "good.yaml")
  }

  /// A near miss is answered with the right word. Catches: a suggestion without the name.
  @Test func suggestions() throws {
    for (file, word) in [("missing_instrument", "'prodigy'"), ("unknown_key", "'clean_down'")] {
      do {
        _ = try FacilityFile.read(Self.folder + file + ".yaml")
        Issue.record("\(file) was read")
      } catch {
        #expect(error.description.contains("Did you mean \(word)?"))
      }
    }
  }
}
