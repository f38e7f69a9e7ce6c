import Dosing
import Quantities
import Testing

/// Products, certificates and requests written out in code, complete and free of doubt.
enum BagCases {
  static func number(_ digits: some StringProtocol) throws -> Rational {
    let parts = digits.split(separator: "/")
    let top = try #require(StrictNumber.rational(parts[0]))
    guard parts.count == 2 else { return top }
    return try top.divided(by: #require(StrictNumber.rational(parts[1])))
  }

  static func percent(_ digits: String) throws -> Fraction {
    try Fraction(percent: number(digits))
  }

  static func volume(_ digits: some StringProtocol) throws -> Volume {
    try Volume(milliliters: number(digits))
  }

  static func mass(_ digits: String) throws -> BodyMass { try BodyMass(kilograms: number(digits)) }

  static func time(_ text: String = "2026-11-20 09:00 +08:00") throws -> CivilTime {
    try #require(CivilTime(parsing: text))
  }

  static func day(_ text: String) throws -> CivilDate { try #require(CivilDate(parsing: text)) }

  /// A target of 2e6 cells/kg within 1e6 to 2e6, not above 2e8, counted after thaw.
  static func product() throws -> Product {
    let band = try WeightBand(
      minimum: .perKilogram(CellsPerKilogram(number("1e6"))),
      target: .perKilogram(CellsPerKilogram(number("2e6"))),
      maximum: .perKilogram(CellsPerKilogram(number("2e6"))), cap: CellCount(200_000_000))
    return try product(DoseRule(.perKilogramTarget, bands: [band]))
  }

  static func product(_ rule: DoseRule) -> Product {
    var product = Product(
      id: "case", name: "Case", inn: "casecel", indication: "none", jurisdiction: "EU",
      labelVersion: "1", status: .approved, counted: .carPositiveViableT,
      wording: "CAR-positive viable T cells", weightReference: .infusion, origin: .label,
      dose: rule, sources: [Product.Source(cite: "a label", dated: nil, read: "2026-11-21")])
    product.countedFrom = .postThaw
    return product
  }

  /// One dose for everybody; with a least dose it is a range.
  static func flat(_ least: Int?, _ most: Int, course: DoseCourse = .single) throws -> Product {
    let band: WeightBand
    if let least {
      band = try WeightBand(minimum: .cells(CellCount(least)), maximum: .cells(CellCount(most)))
      return try product(DoseRule(.flatRange, bands: [band], course: course))
    }
    band = try WeightBand(target: .cells(CellCount(most)))
    return try product(DoseRule(.flatFixed, bands: [band], course: course))
  }

  static func weight(_ digits: String = "70") throws -> WeightRecord {
    var record = WeightRecord()
    record.mass = try mass(digits)
    record.isMeasured = true
    record.date = try day("2026-11-18")
    record.reference = .infusion
    record.referenceDate = try day("2026-11-22")
    record.earlier = try mass(digits)
    record.earlierDate = try day("2026-10-01")
    return record
  }

  static func share(
    _ child: CellPopulation, of parent: CellPopulation, _ digits: String,
    sample: SamplePoint = .postThaw
  ) throws -> Percentage {
    try Percentage(
      child, of: parent, percent(digits), form: .percent, method: "flow cytometry", sample: sample,
      taken: time())
  }

  /// Viable density and CAR+ of viable cells, FDA's form.
  static func certificate(
    _ viable: String = "14.2e6", car: String = "23.7", volume: String = "68"
  ) throws -> Certificate {
    var certificate = Certificate()
    certificate.number = "C-1"
    certificate.counted = .carPositiveViableT
    certificate.viableDensity = try ViableDensity(cellsPerMilliliter: number(viable))
    certificate.densityMethod = "image cytometry"
    certificate.densitySample = .postThaw
    certificate.densityTaken = try time()
    certificate.percentages = [try share(.viableCarPositiveT, of: .viableCells, car)]
    certificate.volume = try Self.volume(volume)
    let cells = try number(viable).times(number(volume)).floor
    certificate.statedCells = try CellCount(cells)
    return certificate
  }

  static func supply(_ certificate: Certificate, step: String = "0.1") throws -> ProductSupply {
    var supply = ProductSupply()
    supply.certificate = certificate
    supply.resolution = try volume(step)
    supply.deadVolume = try volume("0")
    supply.overfill = try volume("0")
    supply.containers = .asSupplied
    return supply
  }

  static func results() throws -> ReleaseResults {
    var results = ReleaseResults()
    results.endotoxin = try EndotoxinPerMilliliter(number("0.5"))
    results.viability = try percent("91")
    return results
  }

  /// 70 kg, target, one bag of 68 mL, harvest steps, results, errors: nothing missing or doubtful.
  static func complete(_ weight: String = "70") throws -> DoseRequest {
    var request = DoseRequest(
      product: try product(), weight: try Self.weight(weight), planned: .target)
    request.supplies = [try supply(certificate())]
    request.losses = [
      LossStep("quality control", .share(try percent("2"))),
      LossStep("sentinel vial", .cells(try CellCount(2_000_000))),
      LossStep("thaw", .recovery(try percent("70")), deviation: try percent("10")),
    ]
    request.results = try results()
    request.errors = [
      RelativeError("count", try percent("10"), source: "dilution series of 2026-11-01"),
      RelativeError("CAR+", try percent("8"), source: "validation"),
      RelativeError("volume", try percent("2"), source: "syringe"),
    ]
    return request
  }

  /// The refusal of a request; nil when it is answered.
  static func refusal(_ request: DoseRequest) -> Refusal? {
    do throws(Refusal) {
      _ = try DoseCalculation(request)
      return nil
    } catch {
      return error
    }
  }

  /// Codes of the holds of a request.
  static func holds(_ request: DoseRequest) throws -> [Hold.Code] {
    try DoseCalculation(request).holds.map(\.hold.code)
  }
}
