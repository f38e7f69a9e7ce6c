import Dosing
import Quantities
import Testing

/// The chain from a density to the counted cells closes, and no share is taken twice.
@Suite struct BagCertificateTests {
  private func counted(
    _ change: (inout Certificate) throws -> Void, as wanted: CountedPopulation = .carPositiveViableT
  ) throws -> CountedDensity {
    var certificate = try BagCases.certificate()
    certificate.counted = wanted
    try change(&certificate)
    return try certificate.countedDensity(for: wanted)
  }

  private func refused(
    _ change: (inout Certificate) throws -> Void, as wanted: CountedPopulation = .carPositiveViableT
  ) throws -> String {
    do {
      _ = try counted(change, as: wanted)
      return "answered"
    } catch let refusal as Refusal {
      return "\(refusal.code) \(refusal.field)"
    }
  }

  /// The same cells on four ways: FDA's form, viability first, viability among T cells (the Prodigy
  /// gates), and percentages in any order. Would catch a viability or a CD3+ share that is lost.
  @Test func fourWays() throws {
    let wanted = try BagCases.number("3365400")
    #expect(try counted { _ in }.perMilliliter == wanted)
    let total = try TotalDensity(cellsPerMilliliter: BagCases.number("17.75e6"))
    let way2 = try counted {
      $0.viableDensity = nil
      $0.totalDensity = total
      $0.percentages = [
        try BagCases.share(.viableCarPositiveT, of: .viableTCells, "47.4"),
        try BagCases.share(.viableTCells, of: .viableCells, "50"),
        try BagCases.share(.viableCells, of: .allCells, "80"),
      ]
    }
    #expect(way2.perMilliliter == wanted)
    #expect(way2.shares.map(\.description) == ["80 %", "50 %", "47.4 %"])
    let way3 = try counted {
      $0.viableDensity = nil
      $0.totalDensity = total
      $0.percentages = [
        try BagCases.share(.leukocytes, of: .allCells, "80"),
        try BagCases.share(.tCells, of: .leukocytes, "50"),
        try BagCases.share(.viableTCells, of: .tCells, "79"),
        try BagCases.share(.viableCarPositiveT, of: .viableTCells, "60"),
      ]
    }
    #expect(way3.perMilliliter == (try BagCases.number("3365400")))
    let way4 = try counted(
      {
        $0.viableDensity = nil
        $0.totalDensity = total
        $0.percentages = [try BagCases.share(.carPositiveT, of: .allCells, "23.7")]
      }, as: .carPositiveT)
    #expect(way4.perMilliliter == (try BagCases.number("4206750")))
  }

  /// Each way to count a share twice, to break the chain or to leave a share over.
  /// Would catch viability multiplied in twice, two densities of which one is quietly preferred, a
  /// parent gate that is ignored, a percentage that is skipped.
  @Test func contradictions() throws {
    let total = try TotalDensity(cellsPerMilliliter: BagCases.number("20e6"))
    let viability = try BagCases.share(.viableCells, of: .allCells, "80")
    let tCells = try BagCases.share(.viableTCells, of: .viableCells, "95")
    let carOfT = try BagCases.share(.viableCarPositiveT, of: .viableTCells, "30")
    let carOfAll = try BagCases.share(.carPositiveT, of: .allCells, "30")
    #expect(try refused { $0.percentages?.append(viability) } == "appliedTwice percentages[1]")
    #expect(try refused { $0.percentages?.append(tCells) } == "appliedTwice percentages[1]")
    #expect(
      try refused { $0.percentages = ($0.percentages ?? []) + ($0.percentages ?? []) }
        == "ambiguous percentages[1]")
    #expect(try refused { $0.totalDensity = total } == "ambiguous viableDensity")
    #expect(try refused { $0.percentages = [carOfT] } == "missing tCellShare")
    #expect(try refused { $0.percentages = [tCells] } == "missing carPositive")
    #expect(try refused { $0.percentages = [] } == "missing carPositive")
    #expect(
      try refused { $0.percentages = [carOfAll] } == "otherPopulation percentages[0].parent")
    #expect(
      try refused {
        $0.viableDensity = nil
        $0.totalDensity = total
      } == "missing viability")
    #expect(
      try refused {
        $0.viableDensity = nil
        $0.totalDensity = total
        $0.percentages = [carOfAll]
      } == "missing viability")
    #expect(
      try refused {
        $0.viableDensity = nil
        $0.totalDensity = total
        $0.percentages = [viability, tCells]
      } == "missing carPositive")
    #expect(try refused({ _ in }, as: .carPositiveT) == "otherPopulation viableDensity")
    #expect(try refused({ _ in }, as: .carTAsStated) == "otherPopulation product.counted")
    #expect(try refused { $0.counted = .carPositiveT } == "otherPopulation counted")
    #expect(
      try refused { $0.percentages?[0].value = .zero } == "badValue percentages[0].value")
    #expect(
      try refused {
        $0.percentages?[0].child = .allCells
      } == "badValue percentages[0].child")
  }

  /// Every required field of a request deleted, one at a time and over 20 weights: each refusal names
  /// it. Would catch a default in place of a missing fact.
  @Test func deletions() throws {
    typealias Delete = @Sendable (inout DoseRequest) -> Void
    let cases: [(String, Delete)] = [
      ("bodyMass", { $0.weight = nil }),
      ("bodyMass", { $0.weight?.mass = nil }),
      ("weight.measured", { $0.weight?.isMeasured = nil }),
      ("weight.date", { $0.weight?.date = nil }),
      ("weight.reference", { $0.weight?.reference = nil }),
      ("weight.referenceDate", { $0.weight?.referenceDate = nil }),
      ("weight.earlierDate", { $0.weight?.earlierDate = nil }),
      ("planned", { $0.planned = nil }),
      ("certificate", { $0.supplies[0].certificate = nil }),
      ("number", { $0.supplies[0].certificate?.number = nil }),
      ("counted", { $0.supplies[0].certificate?.counted = nil }),
      ("viableDensity", { $0.supplies[0].certificate?.viableDensity = nil }),
      ("densityMethod", { $0.supplies[0].certificate?.densityMethod = nil }),
      ("densitySample", { $0.supplies[0].certificate?.densitySample = nil }),
      ("densityTaken", { $0.supplies[0].certificate?.densityTaken = nil }),
      ("percentages", { $0.supplies[0].certificate?.percentages = nil }),
      ("carPositive", { $0.supplies[0].certificate?.percentages = [] }),
      ("percentages[0].child", { $0.supplies[0].certificate?.percentages?[0].child = nil }),
      ("percentages[0].parent", { $0.supplies[0].certificate?.percentages?[0].parent = nil }),
      ("percentages[0].value", { $0.supplies[0].certificate?.percentages?[0].value = nil }),
      ("percentages[0].form", { $0.supplies[0].certificate?.percentages?[0].form = nil }),
      ("percentages[0].method", { $0.supplies[0].certificate?.percentages?[0].method = nil }),
      ("percentages[0].sample", { $0.supplies[0].certificate?.percentages?[0].sample = nil }),
      ("percentages[0].taken", { $0.supplies[0].certificate?.percentages?[0].taken = nil }),
      ("volume", { $0.supplies[0].certificate?.volume = nil }),
      ("resolution", { $0.supplies[0].resolution = nil }),
      ("deadVolume", { $0.supplies[0].deadVolume = nil }),
      ("overfill", { $0.supplies[0].overfill = nil }),
      ("containers", { $0.supplies[0].containers = nil }),
      ("results.copiesCarShare", { $0.results?.copies = .one }),
    ]
    var silent: [String] = []
    for (field, delete) in cases {
      for step in 0..<20 {
        var request = try BagCases.complete("\(60 + step).\(step % 9)")
        if BagCases.refusal(request) != nil { silent.append("complete \(step)") }
        delete(&request)
        let refused = BagCases.refusal(request)
        if refused?.code != .missing || refused?.field != field {
          silent.append("\(field): \(refused?.description ?? "answered")")
        }
      }
    }
    #expect(silent.prefix(3).isEmpty)
  }

  /// With two supplies the field names say which. Would catch a refusal that leaves it open.
  @Test func paths() throws {
    var request = try BagCases.complete()
    request.supplies.append(request.supplies[0])
    request.supplies[1].certificate?.viableDensity = nil
    #expect(BagCases.refusal(request)?.field == "supplies[1].viableDensity")
  }
}
