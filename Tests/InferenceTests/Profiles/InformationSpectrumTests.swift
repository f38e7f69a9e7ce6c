import LinearAlgebra
import Testing

@testable import Inference

@Suite("Rank and free directions") struct InformationSpectrumTests {
  private func matrix(_ rows: [[Double]]) -> Matrix {
    Matrix(rows: rows.count, columns: rows[0].count) { rows[$0][$1] }
  }

  // Catches: unit-dependent rank, an unscaled variance, 1/s instead of 1/s^2.
  @Test("full rank gives the variances of the inverse, in any units")
  func full() throws {
    let rows = matrix([[1, 2, 0], [0, 1, 1], [3, 0, 1], [1, 1, 1]])
    let covariance = try StandardErrors(rows: rows).covariance
    for unit in [1.0, 1e9] {
      let spectrum = try InformationSpectrum(
        rows: try rows.selecting([0, 1, 2], scaledBy: [1, unit, 1]))
      #expect(spectrum.rank == 3 && spectrum.condition < 10)
      let scale = [1, unit, 1]
      for j in 0..<3 {
        let variance = try #require(spectrum.variances[j])
        #expect(abs(variance * scale[j] * scale[j] / covariance[j, j] - 1) < 1e-12)
      }
    }
  }

  // a + b is measured with sd 0.1 and c with sd 0.2: c has its variance, a and b have none.
  // Catches: a pseudo-inverse (it gives a and b 0.0025), everything refused with the pair.
  @Test("a pair that trades off leaves the third estimable")
  func pair() throws {
    let spectrum = try InformationSpectrum(rows: matrix([[10, 10, 0], [10, 10, 0], [0, 0, 5]]))
    #expect(spectrum.rank == 2 && spectrum.condition == .infinity)
    #expect(spectrum.variances[0] == nil && spectrum.variances[1] == nil)
    #expect(abs((spectrum.variances[2] ?? 0) - 0.04) < 1e-12)
    #expect(spectrum.partner(of: 0)?.index == 1 && spectrum.partner(of: 0)?.sign == -1)
    #expect(spectrum.partner(of: 2) == nil)
  }

  // Catches: fewer rows than parameters read as full rank; a zero column taken for information.
  @Test("missing rows and zero columns are free directions")
  func missing() throws {
    let spectrum = try InformationSpectrum(rows: matrix([[2, 0, 0]]))
    #expect(spectrum.rank == 1 && spectrum.freeDirections.columns == 2)
    #expect(spectrum.variances[0] == 0.25)
    #expect(spectrum.variances[1] == nil && spectrum.variances[2] == nil)
  }
}
