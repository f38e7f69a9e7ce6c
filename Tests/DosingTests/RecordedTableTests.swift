import Dosing
import DosingCheck
import Foundation
import Quantities
import Testing

/// Doses, harvests and volumes recomputed in Python from the sentences of the labels
/// (Records/recompute.py), compared to the last cell.
@Suite struct RecordedTableTests {
  static let path = packageRoot + "/Tests/DosingTests/Records/doses.csv"

  /// Would catch rounding up at a cap or down at a minimum, a lost retain or recovery, (1 + f_QC)
  /// for (1 - f_QC), a dose not recomputed from the rounded volume, a volume above what exists.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: path))) func table() throws {
    let text = try String(contentsOfFile: Self.path, encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    var wrong: [String] = []
    for row in rows where try !agrees(row) { wrong.append(row.joined(separator: ",")) }
    #expect(rows.count == 56)
    #expect(wrong.isEmpty)
  }

  private func agrees(_ row: [Substring]) throws -> Bool {
    var request = DoseRequest(
      product: try shipped(String(row[0])), weight: try BagCases.weight(String(row[1])),
      planned: nil)
    if row[2] == "empty" { return refusal(request)?.code == .emptyRange }
    request.planned = row[5] == "target" ? .target : row[5] == "minimum" ? .minimum : .maximum
    request.losses = [
      LossStep("quality control", .share(try Fraction(percent: number(row[9])))),
      LossStep("thaw", .recovery(try Fraction(percent: number(row[7])))),
      LossStep("wash", .recovery(try Fraction(percent: number(row[8])))),
      LossStep("sentinel", .cells(try CellCount(number(row[6]).numerator))),
    ]
    let window = try DoseCalculation(request).figures
    guard window.minimum == Int(row[2]), window.target == Int(row[3]),
      window.maximum == Int(row[4]), window.harvest == Int(row[10])
    else { return false }
    // A rule that counts something else is recomputed with the same arithmetic on its own words.
    request.product.counted = .carPositiveViableT
    request.supplies = [
      try bag(String(row[11]), String(row[12]), String(row[13]), String(row[14]))
    ]
    switch row[15] {
    case "short": return refusal(request)?.code == .notEnoughCells
    case "coarse": return refusal(request)?.code == .resolutionTooCoarse
    default:
      let figures = try DoseCalculation(request).figures
      try requireAgreement(of: figures, with: request.sheet)
      return try figures.portions.first?.volume == number(row[15]) && figures.dose == Int(row[16])
    }
  }
}
