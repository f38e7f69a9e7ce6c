import Dosing
import DosingCheck
import Quantities
import Testing

/// Certificates against shipped products: what their files say about samples, densities and limits.
@Suite struct CertificateProductTests {
  /// FDA counts tisagenlecleucel in a post-thaw sample. Would catch a file whose sample is not read.
  @Test func postThaw() throws {
    let product = try shipped("kymriah-us-ball")
    #expect(product.countedFrom == .postThaw)
    var request = DoseRequest(
      product: product, weight: try BagCases.weight("20"), planned: .maximum)
    request.weight?.reference = .leukapheresis
    request.weight?.date = try BagCases.day("2026-11-01")
    request.weight?.referenceDate = try BagCases.day("2026-11-01")
    request.supplies = [try bag("14.2e6", "23.7", "0.1", "50")]
    request.results = try BagCases.results()
    request.results?.beads = Rational(50)
    let calculation = try DoseCalculation(request)
    #expect(calculation.verdict == .forTwoSignatures)
    try requireAgreement(of: calculation.figures, with: request.sheet)
    request.results?.beads = Rational(51)
    #expect(try DoseCalculation(request).verdict.code == "out of specification")
    request.supplies[0].certificate?.densitySample = .finalFormulation
    request.supplies[0].certificate?.percentages?[0].sample = .finalFormulation
    #expect(try BagCases.holds(request) == [.samplePoint])
  }

  /// The range of Breyanzi US, 1.5e6 to 70e6 cells/mL, does not say of which cells, so it vouches
  /// for nothing; were it CAR+ viable T cells, only where a slip of ten would leave it.
  /// Would catch a range of other cells compared.
  @Test func rangeOfTheProduct() throws {
    var request = DoseRequest(
      product: try shipped("breyanzi-us-lbcl"), weight: try BagCases.weight(),
      planned: .amount(try CellCount(60_000_000)))
    func codes(_ viable: String) throws -> [Hold.Code] {
      var supply = try bag(viable, "50", "0.1", "4.6")
      supply.certificate?.statedCells = nil
      supply.certificate?.densitySample = .finalFormulation
      supply.certificate?.percentages?[0].sample = .finalFormulation
      request.supplies = [supply, supply]
      return Array(
        Set(
          try BagCases.holds(request).filter {
            [.densityAlone, .densityRange, .densityMismatch].contains($0)
          }))
    }
    #expect(try codes("28e6") == [.densityAlone])
    let range = try #require(request.product.presentation.density).range
    request.product.presentation.density = Presentation.Density(
      range, of: "CAR-positive viable T cells of the component")
    #expect(try codes("28e6") == [])
    #expect(try codes("29.9e6") == [])
    #expect(try codes("30e6") == [.densityAlone])
    #expect(Set(try codes("140.2e6")) == [.densityAlone, .densityRange])
  }
}
