import Dosing
import DosingCheck
import Quantities
import Testing

/// Dosing against DosingCheck on random rules and requests, and the promises of a dose.
@Suite struct AgreementTests {
  /// Would catch an off-by-one rounding in either path, a dropped cap, a dose above what exists,
  /// a band chosen differently at an edge.
  ///
  /// A debug build, where arithmetic traps, runs a fiftieth of the requests of a release build.
  @Test func randomRequests() throws {
    #if DEBUG
      let requests = 20_000
    #else
      let requests = 1_000_000
    #endif
    var random = Seeded(state: 20_261_121)
    var (answered, infused, broken) = (0, 0, [String]())
    for index in 0..<requests {
      let request = try RandomRequest.make(&random)
      do throws(Refusal) {
        let calculation = try DoseCalculation(request)
        answered += 1
        if calculation.infusion != nil { infused += 1 }
        if let fault = fault(calculation) { broken.append("\(index): \(fault)") }
      } catch {
        // The second calculation must find no dose either.
        if (try? recalculate(request.sheet)) != nil { broken.append("\(index): \(error.code)") }
      }
    }
    #expect(broken.prefix(5).isEmpty)
    #expect(answered > requests * 3 / 4)
    #expect(infused > requests * 3 / 10)
  }

  private func fault(_ calculation: DoseCalculation) -> String? {
    do throws(Disagreement) {
      try requireAgreement(of: calculation.figures, with: calculation.request.sheet)
    } catch {
      return error.description
    }
    let window = calculation.window
    if let cap = window.band.cap, window.maximum > cap { return "maximum above the cap" }
    if let target = window.target, target > window.maximum { return "target above the maximum" }
    if let least = window.minimum, least > window.maximum { return "minimum above the maximum" }
    guard let infusion = calculation.infusion, let bag = calculation.request.bag,
      let available = bag.available
    else { return nil }
    if infusion.dose > window.maximum { return "dose above the maximum" }
    if infusion.dose < window.minimum ?? .zero { return "dose below the minimum" }
    if infusion.dose > infusion.availableCells { return "dose above what exists" }
    if infusion.volume > available { return "volume above what exists" }
    return nil
  }

  /// Would catch a cap or a band that makes a heavier patient's dose smaller inside one band.
  @Test func neverFallsWithWeight() throws {
    var random = Seeded(state: 7)
    var falls = 0
    for _ in 0..<20_000 {
      var request = try RandomRequest.make(&random)
      request.bag = nil
      request.harvest = nil
      request.planned = .target
      var other = request
      other.bodyMass = try RandomRequest.mass(&random)
      guard let a = try? DoseCalculation(request).window,
        let b = try? DoseCalculation(other).window,
        let first = request.bodyMass, let second = other.bodyMass, a.band == b.band
      else { continue }
      let (light, heavy) = first < second ? (a, b) : (b, a)
      let rises =
        (light.minimum ?? .zero) <= (heavy.minimum ?? .zero) && light.maximum <= heavy.maximum
        && (light.target ?? .zero) <= (heavy.target ?? .zero)
      if !rises { falls += 1 }
    }
    #expect(falls == 0)
  }

  /// Would catch a comparison that passes whatever it is given: each figure moved by two cells, or
  /// the volume by one step, must stop the output; one cell is tolerated.
  @Test func forcedDisagreement() throws {
    var request = DoseRequest(product: try shipped("yescarta-eu-lbcl"), bodyMass: try kg("70"))
    request.bag = try bag("14.2e6", "23.7", "0.1", "68")
    request.harvest = HarvestPlan(recoveries: [], retains: [], qcFraction: .zero)
    let right = try DoseCalculation(request).figures
    try requireAgreement(of: right, with: request.sheet)
    let changes: [(String, (inout DoseFigures, Int) -> Void)] = [
      ("minimum", { $0.minimum = ($0.minimum ?? 0) + $1 }),
      ("target", { $0.target = ($0.target ?? 0) + $1 }),
      ("maximum", { $0.maximum += $1 }),
      ("planned", { $0.planned = ($0.planned ?? 0) + $1 }),
      ("harvest", { $0.harvest = ($0.harvest ?? 0) + $1 }),
      ("dose", { $0.dose = ($0.dose ?? 0) + $1 }),
    ]
    for (name, change) in changes {
      for offset in [-2, -1, 1, 2] {
        var figures = right
        change(&figures, offset)
        let thrown = disagreement(figures, request.sheet)
        #expect(thrown?.figures == (abs(offset) == 2 ? [name] : nil))
      }
    }
    var figures = right
    figures.volume = try figures.volume?.plus(number("0.1"))
    #expect(disagreement(figures, request.sheet)?.figures == ["volume"])
    figures.volume = nil
    #expect(disagreement(figures, request.sheet)?.figures == ["volume"])
  }

  private func disagreement(_ figures: DoseFigures, _ sheet: DoseSheet) -> Disagreement? {
    do throws(Disagreement) {
      try requireAgreement(of: figures, with: sheet)
      return nil
    } catch {
      return error
    }
  }
}

/// Random rules of all four kinds with odd decimals, and requests near and on their edges.
enum RandomRequest {
  static func make(_ random: inout Seeded) throws -> DoseRequest {
    let rule = try rule(&random)
    let product = Product(
      id: "random", name: "Random", inn: "random", indication: "none", jurisdiction: "none",
      labelVersion: nil, status: .trial, counted: .carPositiveViableT,
      wording: "CAR-positive viable T cells", weightReference: nil, origin: .trial("random"),
      dose: rule, sources: [Product.Source(cite: "random", dated: nil, read: "2026-11-21")])
    let choices: [PlannedDose] = [.minimum, .maximum, .target]
    let hasTarget = rule.bands.allSatisfy { $0.target != nil }
    var request = DoseRequest(
      product: product, bodyMass: try mass(&random),
      planned: hasTarget ? .target : choices[random.pick(0...1)])
    if random.pick(0...3) == 0, let edge = rule.bands[0].upper { request.bodyMass = edge.mass }
    if random.pick(0...1) == 0 { request.harvest = try plan(&random) }
    if random.pick(0...1) == 0 { request.bag = try content(&random) }
    return request
  }

  static func mass(_ random: inout Seeded) throws -> BodyMass {
    let places = random.pick(0...9)
    let scale = try #require(Rational.powerOfTen(-places))
    let whole = try #require(Rational.powerOfTen(places)).numerator
    let digits = Int128.random(in: 2 * whole...300 * whole, using: &random)
    return try BodyMass(kilograms: Rational(digits).times(scale))
  }

  private static func rule(_ random: inout Seeded) throws -> DoseRule {
    let low = random.pick(10_000...900_000)
    let high = random.pick(low...3_000_000)
    let aim = random.pick(low...high)
    func perKilogram(_ value: Int) throws -> DoseAmount {
      .perKilogram(try CellsPerKilogram(Rational(value).divided(by: number("1.6"))))
    }
    func cells(_ value: Int) throws -> DoseAmount { .cells(try CellCount(value * 50)) }
    let cap = random.pick(0...2) == 0 ? nil : try CellCount(random.pick(high * 30...high * 150))
    let target = random.pick(0...1) == 0 ? aim : nil
    switch random.pick(0...3) {
    case 0:
      let band = try WeightBand(
        minimum: perKilogram(low), target: perKilogram(aim), maximum: perKilogram(high), cap: cap)
      return try DoseRule(.perKilogramTarget, bands: [band])
    case 1:
      let band = try WeightBand(minimum: perKilogram(low), maximum: perKilogram(high), cap: cap)
      return try DoseRule(.perKilogramRange, bands: [band])
    case 2:
      let band = try WeightBand(
        minimum: cells(low), target: target.map(cells), maximum: cells(high))
      return try DoseRule(.flatRange, bands: [band])
    default:
      let edge = try mass(&random)
      let lowerHas = random.pick(0...1) == 0
      let bands = try [
        WeightBand(
          upper: WeightEdge(edge, inclusive: lowerHas), minimum: perKilogram(low),
          target: target.map(perKilogram), maximum: perKilogram(high), cap: cap),
        WeightBand(
          lower: WeightEdge(edge, inclusive: !lowerHas), minimum: cells(low),
          target: target.map(perKilogram), maximum: cells(high), cap: CellCount(high * 50)),
      ]
      return try DoseRule(.bandedByWeight, bands: bands)
    }
  }

  private static func plan(_ random: inout Seeded) throws -> HarvestPlan {
    try HarvestPlan(
      recoveries: (0..<random.pick(0...3)).map { step in
        Recovery(
          "step \(step)", try Fraction(percent: Rational(Int128(random.pick(301...1000)), over: 10))
        )
      },
      retains: (0..<random.pick(0...2)).map {
        Retain("\($0)", try CellCount(random.pick(0...5_000_000)))
      },
      qcFraction: Fraction(percent: Rational(Int128(random.pick(0...300)), over: 10)))
  }

  private static func content(_ random: inout Seeded) throws -> BagContent {
    var bag = BagContent()
    bag.counted = .carPositiveViableT
    let density = Rational(random.pick(10_000...90_000_000))
    if random.pick(0...1) == 0 {
      bag.viableDensity = try ViableDensity(cellsPerMilliliter: density)
    } else {
      bag.totalDensity = try TotalDensity(cellsPerMilliliter: density)
      bag.viability = try Fraction(percent: Rational(Int128(random.pick(500...1000)), over: 10))
    }
    bag.carPositive = try Fraction(percent: Rational(Int128(random.pick(20...800)), over: 10))
    bag.carParent = .viableCells
    if random.pick(0...2) == 0 {
      bag.carParent = .viableTCells
      bag.tCellShare = try Fraction(percent: Rational(Int128(random.pick(700...1000)), over: 10))
    }
    let steps = try ["0.01", "0.1", "0.5", "1", "0.03"].map(number)
    bag.resolution = try Volume(milliliters: steps[random.pick(0...4)])
    bag.available = try Volume(milliliters: Rational(Int128(random.pick(50...7000)), over: 10))
    return bag
  }
}
