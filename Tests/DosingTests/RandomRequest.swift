import Dosing
import DosingCheck
import Quantities
import Testing

/// Random rules of all kinds and courses with odd decimals, and requests as a careful site sends
/// them: complete, measured, consistent.
///
/// What a dose is big enough to need is taken from the second calculation, so that bags and windows
/// come from no code under test.
struct RandomRequest {
  var random: Seeded
  /// Products to draw from beside random rules.
  var products: [Product]
  private var infusionDay = 735_000
  /// True for bags that hold all of the planned dose, drawn finely, and results inside every limit.
  var isCareful = false

  init(seed: UInt64, products: [Product] = []) {
    random = Seeded(state: seed)
    self.products = products
  }

  /// A request; with a bag unless it says otherwise.
  mutating func next(withBag: Bool? = nil) throws -> DoseRequest {
    let useShipped = !products.isEmpty && random.pick(0...1) == 0
    let product = useShipped ? products[random.pick(0...products.count - 1)] : try self.product()
    let rule = try #require(product.dose)
    var request = DoseRequest(product: product, weight: try weight(for: product), planned: nil)
    if !rule.levels.isEmpty {
      request.level = rule.levels[random.pick(0...rule.levels.count - 1)].name
    }
    // On an edge of the rule every eighth time.
    let edges = (try? rule.bands(level: request.level).compactMap(\.upper)) ?? []
    if let edge = edges.first, random.pick(0...7) == 0 { request.weight?.mass = edge.mass }
    try settle(&request)
    if case .split(let split) = rule.course {
      // On an edge of the regimens every second time.
      let edge = split.regimens.compactMap(\.upper).first?.share
      request.blasts = try edge.flatMap { random.pick(0...1) == 0 ? $0 : nil } ?? share(0...100)
    }
    let window = self.window(of: request)
    request.planned = try planned(rule, window)
    if random.pick(0...1) == 0 {
      request.losses = try (0..<random.pick(0...4)).map { try loss(index: $0) }
    }
    if withBag ?? (random.pick(0...3) > 0), let cells = window.flatMap({ cells(request, $0) }) {
      try fill(&request, cells)
    }
    return request
  }

  /// The window by the second calculation; nil where there is none.
  func window(of request: DoseRequest) -> DoseFigures? {
    try? recalculate(
      DoseSheet(request.product.dose, level: request.level, bodyMass: request.weight?.mass))
  }

  private func cells(_ request: DoseRequest, _ window: DoseFigures) -> Int? {
    switch request.planned {
    case .target?: window.target
    case .minimum?: window.minimum
    case .maximum?: window.maximum
    case .amount(let count)?: count.cells
    case nil: nil
    }
  }

  private mutating func planned(_ rule: DoseRule, _ window: DoseFigures?) throws -> PlannedDose? {
    if case .split = rule.course { return .target }
    guard let window else { return .maximum }
    var choices: [PlannedDose] = []
    if window.target != nil { choices += [.target, .target] }
    if window.minimum != nil { choices.append(.minimum) }
    if window.maximum != nil { choices.append(.maximum) }
    // In the upper half of the window, where an amount per kg cannot be meant.
    let least = window.minimum ?? 1
    let most = window.maximum ?? 3 * least
    let middle = least + (most - least) / 2
    if most > least { choices.append(.amount(try CellCount(random.pick(middle...most)))) }
    return choices[random.pick(0...choices.count - 1)]
  }

  private mutating func loss(index: Int) throws -> LossStep {
    switch random.pick(0...2) {
    case 0: LossStep("step \(index)", .recovery(try share(301...1000, over: 1000)))
    case 1: LossStep("step \(index)", .share(try share(0...300, over: 1000)))
    default: LossStep("step \(index)", .cells(try CellCount(random.pick(0...5_000_000))))
    }
  }
}

// MARK: - Weight

extension RandomRequest {
  /// A weight from a scale of 3 to 150 kg, with up to nine decimals.
  mutating func mass() throws -> BodyMass {
    let places = random.pick(0...2) == 0 ? random.pick(2...9) : random.pick(0...1)
    let scale = try #require(Rational.powerOfTen(-places))
    let whole = try #require(Rational.powerOfTen(places)).numerator
    let digits = Int128.random(in: 3 * whole...150 * whole, using: &random)
    return try BodyMass(kilograms: Rational(digits).times(scale))
  }

  private mutating func weight(for product: Product) throws -> WeightRecord {
    var record = WeightRecord()
    record.mass = try mass()
    record.isMeasured = true
    record.reference =
      product.weightReference == .leukapheresis ? .leukapheresis : .infusion
    let day = random.pick(730_000...740_000)
    // The patient's own product is sampled days after the leukapheresis.
    infusionDay = record.reference == .leukapheresis ? day + 10 : day
    record.referenceDate = CivilDate(dayNumber: day)
    record.date = CivilDate(dayNumber: day - random.pick(0...3))
    record.earlierDate = CivilDate(dayNumber: day - random.pick(5...90))
    return record
  }

  /// An earlier weight near the weight, to one decimal.
  private mutating func settle(_ request: inout DoseRequest) throws {
    guard let mass = request.weight?.mass else { return }
    let tenths = try mass.kilograms.times(Rational(10)).floor
    let moved = try Rational(tenths).times(Rational(Int128(random.pick(94...106)), over: 100))
    let earlier = try BodyMass(kilograms: Rational(moved.floor + 1, over: 10))
    let bands = try request.product.dose?.bands(level: request.level) ?? []
    // A careful site does not leave two weighings in two bands.
    let isOneBand = bands.contains { $0.contains(mass) && $0.contains(earlier) }
    request.weight?.earlier = isOneBand ? earlier : mass
  }
}

// MARK: - Supplies

extension RandomRequest {
  /// Bags that hold the planned cells, mostly with room to spare, and what comes with them.
  private mutating func fill(_ request: inout DoseRequest, _ cells: Int) throws {
    guard let rule = request.product.dose, request.product.counted.gate != nil else { return }
    var sheet = DoseSheet(
      rule, level: request.level, bodyMass: request.weight?.mass, choice: nil,
      blasts: request.blasts)
    sheet.choice =
      rule.course.requiresTarget ? .target : .amount(try CellCount(cells))
    let portions = (try? recalculate(sheet))?.portions ?? []
    guard let first = portions.first else { return }
    var common = portions.count == 1
    if case .fractions = rule.course { common = common || random.pick(0...1) == 0 }
    request.supplies =
      common
      ? [try supply(request.product, cells, sized: portions.count == 1 && first.cells > 0)]
      : try portions.map { try supply(request.product, $0.cells, sized: true) }
    var results = ReleaseResults()
    results.dmso = try MilligramsPerMilliliter(Rational(Int128(random.pick(0...1100)), over: 10))
    results.endotoxin = try EndotoxinPerMilliliter(
      Rational(Int128(random.pick(1...100)), over: 1000))
    results.containersPerHour = random.pick(0...2) == 0 ? random.pick(1...3) : nil
    results.copies = try Rational(Int128(random.pick(5...24)), over: 10)
    results.copiesCarShare = try share(500...900, over: 1000)
    results.viability = try share(850...990, over: 1000)
    try agree(&results, with: request.supplies)
    results.carPositive = try share(250...600, over: 1000)
    results.tCells = try share(900...990, over: 1000)
    results.beads = Rational(random.pick(0...40))
    request.results = results
    let sizes = request.product.presentation.sizes
    let isOdd = request.supplies.contains { supply in
      guard case .asSupplied = supply.containers, let volume = supply.certificate?.volume else {
        return false
      }
      return !sizes.contains { $0.contains(volume.milliliters) }
    }
    if isOdd { request.product.presentation.sizes = [] }
    if random.pick(0...1) == 0 {
      request.errors = try ["count", "CAR+ share", "volume"].map {
        RelativeError($0, try share(0...200, over: 1000), source: "validation")
      }
    }
  }

  /// Results that say what the certificates say: their viability, and copies of their CAR+ share.
  private func agree(_ results: inout ReleaseResults, with supplies: [ProductSupply]) throws {
    let lists = supplies.map { $0.certificate?.percentages ?? [] }
    let viable = lists.compactMap { list in
      list.first { $0.child == .viableCells && $0.parent == .allCells }?.value
    }
    if viable.count == lists.count, let least = viable.map(\.value).min() {
      results.viability = try Fraction(least)
    }
    if let car = lists.first?.last?.value {
      results.copies = try results.copies?.times(car.value)
      results.copiesCarShare = car
    }
  }

  private mutating func supply(
    _ product: Product, _ cells: Int, sized: Bool
  ) throws -> ProductSupply {
    var certificate = try self.certificate(product)
    var counted = try #require(
      certificate.viableDensity?.cellsPerMilliliter ?? certificate.totalDensity?.cellsPerMilliliter)
    for percentage in certificate.percentages ?? [] {
      counted = try counted.times(try #require(percentage.value).value)
    }
    var supply = ProductSupply()
    let steps = try ["0.01", "0.1", "0.1", "0.5", "1", "0.03"].map(exactly)
    supply.resolution = try Volume(milliliters: steps[isCareful ? 0 : random.pick(0...5)])
    let need = try Rational(cells).divided(by: counted)
    // A careful site draws a small volume more finely.
    while isCareful, let step = supply.resolution?.milliliters, try step.times(Rational(20)) > need,
      step > (try exactly("0.000001"))
    {
      supply.resolution = try Volume(milliliters: step.divided(by: Rational(10)))
    }
    let dead = try [.zero, .zero, exactly("0.4"), exactly("1.5")][random.pick(0...3)]
    let over = try [.zero, .zero, .zero, exactly("0.5")][random.pick(0...3)]
    supply.deadVolume = try Volume(milliliters: dead)
    supply.overfill = try Volume(milliliters: over)
    // Tenths of a mL: a half to ten times the need, and enough to lose.
    let tenths = try need.times(Rational(10)).ceiling
    let room = Int128([90, 101, 130, 200, 400, 1000][random.pick(isCareful ? 2...5 : 0...5)])
    let beyond = try dead.plus(over).times(Rational(60)).ceiling
    let volume = try Rational(max(1, tenths * room / 100) + beyond, over: 10)
    certificate.volume = try Volume(milliliters: volume)
    let density = try #require(
      certificate.viableDensity?.cellsPerMilliliter ?? certificate.totalDensity?.cellsPerMilliliter)
    let stated = try density.times(volume).times(Rational(Int128(random.pick(97...103)), over: 100))
    certificate.statedCells = try CellCount(stated.floor)
    supply.certificate = certificate
    supply.containers = .asSupplied
    if sized, random.pick(0...2) == 0 {
      let top = max(2, need.ceiling)
      let sizes = try [(top / 6, top), (top, 2 * top), (top / 3, top / 2 + 1)].map {
        try Volume(milliliters: Rational($0))...Volume(milliliters: Rational($1))
      }
      supply.containers = .sizes(
        Array(sizes.prefix(random.pick(1...3))), most: random.pick(1...5))
    }
    return supply
  }

  private mutating func certificate(_ product: Product) throws -> Certificate {
    let taken = try #require(CivilTime(minutes: 1440 * infusionDay - 600, offset: 0))
    let point = product.countedFrom ?? .finalFormulation
    var certificate = Certificate()
    certificate.number = "B-\(random.pick(1...9999))"
    certificate.counted = product.counted
    certificate.densityMethod = "image cytometry"
    certificate.densitySample = point
    certificate.densityTaken = taken
    let gate = try #require(product.counted.gate)
    var chain: [CellPopulation]
    let density = Rational(random.pick(10...600) * 100_000)
    if gate.isViable, random.pick(0...1) == 0 {
      certificate.viableDensity = try ViableDensity(cellsPerMilliliter: density)
      chain = [.viableCells]
    } else {
      certificate.totalDensity = try TotalDensity(cellsPerMilliliter: density)
      chain = gate.isViable ? [.allCells, .viableCells] : [.allCells]
    }
    if random.pick(0...2) == 0 { chain.append(gate.isViable ? .viableTCells : .tCells) }
    chain.append(gate)
    certificate.percentages = try zip(chain, chain.dropFirst()).map { parent, child in
      Percentage(
        child, of: parent,
        try child == gate ? share(30...750, over: 1000) : share(850...999, over: 1000),
        form: .percent, method: "flow cytometry", sample: point, taken: taken)
    }
    return certificate
  }

  /// A share with both ends in whole parts.
  mutating func share(_ range: ClosedRange<Int>, over parts: Int = 100) throws -> Fraction {
    try Fraction(Rational(Int128(random.pick(range)), over: Int128(parts)))
  }
}

/// An exact number from its digits.
func exactly(_ digits: String) throws -> Rational { try #require(StrictNumber.rational(digits)) }
