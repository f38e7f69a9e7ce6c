import Dosing
import DosingCheck
import Quantities
import Testing

/// Requests from which one needed field was taken: nothing is assumed in its place.
@Suite struct MissingFieldTests {
  /// Would catch a default for any field that a dose needs, and a refusal that names another one.
  @Test func tenThousandRefusals() throws {
    var source = RandomRequest(seed: 20_261_124, products: RandomRequestTests.usable)
    var (removed, wrong) = (0, [String]())
    var seen: Set<String> = []
    while removed < 10_000 {
      let request = try source.next()
      guard (try? DoseCalculation(request)) != nil else { continue }
      let fields = Removal.all(request)
      let field = fields[source.random.pick(0...fields.count - 1)]
      var poorer = request
      field.remove(&poorer)
      removed += 1
      seen.insert(field.kind)
      do throws(Refusal) {
        _ = try DoseCalculation(poorer)
        wrong.append("\(field.name): answered")
      } catch {
        let isMissing = error.code == .missing || error.code == .noDose
        if !isMissing || error.field != field.name { wrong.append("\(field.name): \(error)") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(5).joined(separator: "\n"))")
    // Every kind of field was taken away at least once.
    #expect(seen.count == 37, "\(seen.sorted().joined(separator: " "))")
  }
}

/// Cells that stand in a record and that nobody has verified.
@Suite struct UnverifiedRegimenTests {
  /// Would catch a regimen that is used because its cells are there, though it is unverified; the
  /// second calculation must not find a dose either.
  @Test func isRefused() throws {
    let edge = try Fraction(exactly("0.2"))
    func regimens(_ state: Product.FactState) throws -> [BlastSplit.Regimen] {
      [
        BlastSplit.Regimen(
          upper: BlastSplit.Edge(edge, inclusive: true),
          portions: [
            BlastSplit.Portion(cells: try CellCount(100), day: 1),
            BlastSplit.Portion(cells: try CellCount(310), day: 10),
          ], state: .read),
        BlastSplit.Regimen(
          lower: BlastSplit.Edge(edge, inclusive: false),
          portions: [
            BlastSplit.Portion(cells: try CellCount(10), day: 1),
            BlastSplit.Portion(cells: try CellCount(400), day: 10),
          ], state: state),
      ]
    }
    var source = RandomRequest(seed: 1)
    var request = try source.next(withBag: false)
    request.level = nil
    request.planned = .target
    request.blasts = try Fraction(exactly("0.3"))
    for state in [Product.FactState.read, .unverified] {
      request.product.dose = try DoseRule(
        .flatFixed, bands: [WeightBand(target: .cells(CellCount(410)))],
        course: .split(BlastSplit(sample: "bone marrow", regimens: regimens(state))))
      let isRead = state == .read
      #expect(
        (try? DoseCalculation(request))?.portions.map(\.portion.cells.cells)
          == (isRead ? [10, 400] : nil))
      #expect(((try? recalculate(request.sheet)) != nil) == isRead)
      #expect(refusal(request)?.code == (isRead ? nil : .unverified))
    }
  }
}

/// One field of a request that cannot be done without.
struct Removal {
  /// As a refusal names it.
  let name: String
  /// The same without its index.
  let kind: String
  let remove: (inout DoseRequest) -> Void

  private init(
    _ name: String, kind: String? = nil, _ remove: @escaping (inout DoseRequest) -> Void
  ) {
    self.name = name
    self.kind = kind ?? name
    self.remove = remove
  }

  /// All of them for a request.
  static func all(_ request: DoseRequest) -> [Removal] {
    var all = ofRequest(request)
    for index in request.supplies.indices {
      let path = request.supplies.count == 1 ? "" : "supplies[\(index)]."
      all += ofSupply(request, index, path)
    }
    return all
  }

  private static func ofRequest(_ request: DoseRequest) -> [Removal] {
    var all = [
      Removal("product.dose") { $0.product.dose = nil },
      Removal("bodyMass") { $0.weight?.mass = nil },
      Removal("weight.measured") { $0.weight?.isMeasured = nil },
      Removal("weight.date") { $0.weight?.date = nil },
      Removal("weight.reference") { $0.weight?.reference = nil },
      Removal("weight.referenceDate") { $0.weight?.referenceDate = nil },
      Removal("weight.earlierDate") { $0.weight?.earlierDate = nil },
    ]
    guard let rule = request.product.dose else { return all }
    let bands = (try? rule.bands(level: request.level)) ?? []
    let needsWeight = bands.contains { band in
      band.lower != nil || band.upper != nil
        || [band.minimum, band.target, band.maximum].contains { $0?.isPerKilogram ?? false }
    }
    if needsWeight || !request.supplies.isEmpty && request.results != nil {
      all.append(Removal("bodyMass", kind: "weight") { $0.weight = nil })
    }
    if !rule.levels.isEmpty { all.append(Removal("level") { $0.level = nil }) }
    if rule.course.requiresTarget { all.append(Removal("blasts") { $0.blasts = nil }) }
    if request.losses != nil || !request.supplies.isEmpty {
      all.append(Removal("planned") { $0.planned = nil })
    }
    if request.results != nil {
      all.append(Removal("results.copiesCarShare") { $0.results?.copiesCarShare = nil })
    }
    switch rule.course {
    case .components, .split:
      if request.supplies.count == 2 {
        all.append(Removal("supplies[1]") { $0.supplies.removeLast() })
      }
    case .single, .repeated, .fractions: break
    }
    return all
  }

  private static func ofSupply(_ request: DoseRequest, _ index: Int, _ path: String) -> [Removal] {
    func certificate(
      _ name: String, kind: String? = nil, _ remove: @escaping (inout Certificate) -> Void
    ) -> Removal {
      Removal(path + name, kind: kind ?? name) { request in
        if var certificate = request.supplies[index].certificate {
          remove(&certificate)
          request.supplies[index].certificate = certificate
        }
      }
    }
    func supply(_ name: String, _ remove: @escaping (inout ProductSupply) -> Void) -> Removal {
      Removal(path + name, kind: name) { remove(&$0.supplies[index]) }
    }
    let isViable = request.product.counted.gate?.isViable ?? false
    let density = isViable ? "viableDensity" : "totalDensity"
    var all = [
      supply("certificate") { $0.certificate = nil },
      supply("resolution") { $0.resolution = nil },
      supply("deadVolume") { $0.deadVolume = nil },
      supply("overfill") { $0.overfill = nil },
      supply("containers") { $0.containers = nil },
      certificate("number") { $0.number = nil },
      certificate("counted") { $0.counted = nil },
      certificate(density) { ($0.viableDensity, $0.totalDensity) = (nil, nil) },
      certificate("densityMethod") { $0.densityMethod = nil },
      certificate("densitySample") { $0.densitySample = nil },
      certificate("densityTaken") { $0.densityTaken = nil },
      certificate("percentages") { $0.percentages = nil },
      certificate("volume") { $0.volume = nil },
    ]
    for (at, percentage) in (request.supplies[index].certificate?.percentages ?? []).enumerated() {
      let parts: [(String, (inout Percentage) -> Void)] = [
        ("child", { $0.child = nil }), ("parent", { $0.parent = nil }),
        ("value", { $0.value = nil }), ("form", { $0.form = nil }),
        ("method", { $0.method = nil }), ("sample", { $0.sample = nil }),
        ("taken", { $0.taken = nil }),
      ]
      for (name, remove) in parts {
        all.append(
          certificate("percentages[\(at)].\(name)", kind: "percentages.\(name)") {
            var list = $0.percentages ?? []
            remove(&list[at])
            $0.percentages = list
          })
      }
      let share =
        switch percentage.child {
        case .viableCells?: "viability"
        case .tCells?, .viableTCells?: "tCellShare"
        default: "carPositive"
        }
      all.append(certificate(share) { $0.percentages?.remove(at: at) })
    }
    return all
  }
}
