import Dosing
import Quantities
import Testing

/// The working by hand, and numbers that cannot be misread.
@Suite struct HandCalculationTests {
  /// Would catch a line that is not what was computed, and a missing source or statement.
  @Test func kymriahAtTwentyKilograms() throws {
    let request = DoseRequest(product: try shipped("kymriah-us-ball"), bodyMass: try kg("20"))
    let lines = try DoseCalculation(request).handCalculation
    #expect(lines.contains("Minimum: 20 kg x 200,000 cells/kg = 4,000,000 cells (4E6)"))
    #expect(lines.contains("Maximum: 20 kg x 5,000,000 cells/kg = 100,000,000 cells (1E8)"))
    #expect(lines.contains("Target: the source states none."))
    #expect(lines.contains { $0.contains("fda.gov/media/107296") && $0.contains("6/2025") })
    #expect(lines.last == DoseCalculation.statement)
  }

  /// Would catch a cap that is applied in silence.
  @Test func capAndBag() throws {
    let lines = try DoseCalculation(RefusalTests.complete("130")).handCalculation
    #expect(
      lines.contains(
        "Target: 130 kg x 2,000,000 cells/kg = 260,000,000 cells (2.6E8); not above the cap, so "
          + "200,000,000 cells (2E8)"))
    #expect(
      lines.contains(
        "Counted cells: 14,200,000 viable cells/mL x 23.7 % (CAR+ among viable cells) = "
          + "3,365,400 cells/mL."))
    #expect(lines.contains("Volume to infuse: 59.4 mL."))
    #expect(
      lines.contains("Dose in it: 59.4 mL x 3,365,400 cells/mL = 199,904,760 cells (1.9990476E8)."))
  }

  /// Would catch a trial dose shown as if it stood on a label.
  @Test func trialDose() throws {
    let request = DoseRequest(product: try shipped("fucaso-cn-mm"), bodyMass: try kg("70"))
    let lines = try DoseCalculation(request).handCalculation
    #expect(lines[0].contains("dose from the trial FUMANBA-1, not an approved label"))
  }

  /// 20,000 results: no trailing zero after a point, no bare point, no superscript, a space before
  /// each unit (ISMP). Would catch a number printed from a floating-point format.
  @Test func grammar() throws {
    var random = Seeded(state: 99)
    var bad: [String] = []
    for _ in 0..<2000 {
      let request = try RandomRequest.make(&random)
      guard let lines = try? DoseCalculation(request).handCalculation else { continue }
      for line in lines where !line.hasPrefix("Source:") && !isSafe(line) { bad.append(line) }
    }
    #expect(bad.prefix(3).isEmpty)
  }

  private func isSafe(_ line: String) -> Bool {
    let digits = Set("0123456789")
    let text = Array(line)
    for (index, character) in text.enumerated() where character == "." {
      let before = index > 0 && digits.contains(text[index - 1])
      let after = index + 1 < text.count && digits.contains(text[index + 1])
      if after && !before { return false }
      if before && after {
        let end = text[(index + 1)...].firstIndex { !digits.contains($0) } ?? text.count
        if text[end - 1] == "0" { return false }
      }
    }
    for unit in ["mL", "kg", "cells", "%"] {
      for digit in digits where line.contains("\(digit)\(unit)") { return false }
    }
    return text.allSatisfy { $0.isASCII }
  }
}
