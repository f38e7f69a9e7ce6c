import Dosing
import Quantities
import Testing

extension IndependentRow {
  /// The row as a site would ask it; a single fraction is a whole dose.
  func request() throws -> DoseRequest {
    let isSplit = if case .split = sheet.course { true } else { false }
    let bands = try sheet.bands.map { band in
      WeightBand(
        lower: try band.lower.map {
          try WeightEdge(BodyMass(kilograms: $0.at), inclusive: $0.inclusive)
        },
        upper: try band.upper.map {
          try WeightEdge(BodyMass(kilograms: $0.at), inclusive: $0.inclusive)
        },
        minimum: try band.minimum.map(amount), target: try band.target.map(amount),
        maximum: try band.maximum.map(amount), cap: band.cap, tolerance: band.tolerance)
    }
    let rule = try DoseRule(isSplit ? .flatFixed : .bandedByWeight, bands: bands, course: course())
    let product = Product(
      id: "recorded", name: "Recorded", inn: "recorded", indication: "none", jurisdiction: "none",
      labelVersion: nil, status: .trial, counted: .carPositiveViableT,
      wording: "CAR-positive viable T cells", origin: .trial("recorded"), dose: rule,
      sources: [Product.Source(cite: "recorded", dated: nil, read: "2026-11-21")])
    var request = DoseRequest(product: product, weight: try weight(), planned: nil)
    request.planned =
      switch sheet.choice {
      case .target?: .target
      case .minimum?: .minimum
      case .maximum?: .maximum
      case .amount(let count)?: .amount(count)
      case nil: nil
      }
    request.blasts = sheet.blasts
    request.losses = sheet.harvest?.map { step in
      switch step {
      case .recovery(let share): LossStep("recovery", .recovery(share))
      case .share(let share): LossStep("share", .share(share))
      case .cells(let count): LossStep("cells", .cells(count))
      }
    }
    request.supplies = try sheet.bags.map(supply)
    if let safety = sheet.safety {
      var results = ReleaseResults()
      results.dmso = try safety.dmso.map { try MilligramsPerMilliliter($0) }
      results.endotoxin = try safety.endotoxin.map { try EndotoxinPerMilliliter($0) }
      results.containersPerHour = safety.containersPerHour
      results.copies = safety.copies
      results.copiesCarShare = safety.copiesCarShare
      request.results = results
    }
    request.errors = sheet.errors.map { RelativeError("error", $0, source: "recorded") }
    return request
  }

  /// True when safety per kg is asked for without a weight: the first calculation refuses that, a
  /// spreadsheet leaves the cells empty.
  var asksPerKilogramWithoutWeight: Bool {
    sheet.kilograms == nil && sheet.safety != nil && !sheet.bags.isEmpty
  }

  private func amount(_ amount: DoseSheet.Amount) throws -> DoseAmount {
    amount.perKilogram
      ? .perKilogram(try CellsPerKilogram(amount.value))
      : .cells(try CellCount(amount.value.numerator))
  }

  private func course() throws -> DoseCourse {
    switch sheet.course {
    case .single: .single
    case .fractions(let shares) where shares.count == 1: .single
    case .fractions(let shares): .fractions(shares.map { DoseFraction(share: $0) })
    case .components(let shares):
      .components(shares.enumerated().map { DoseComponent(name: "\($0)", share: $1) })
    case .split(let regimens):
      .split(
        BlastSplit(
          sample: "bone marrow",
          regimens: try regimens.map { regimen in
            BlastSplit.Regimen(
              lower: try regimen.lower.map {
                BlastSplit.Edge(try Fraction($0.at), inclusive: $0.inclusive)
              },
              upper: try regimen.upper.map {
                BlastSplit.Edge(try Fraction($0.at), inclusive: $0.inclusive)
              },
              portions: regimen.portions.enumerated().map {
                BlastSplit.Portion(cells: $1, day: 1 + 9 * $0)
              }, state: .read)
          }))
    }
  }

  private func weight() throws -> WeightRecord? {
    guard let kilograms = sheet.kilograms else { return nil }
    var record = WeightRecord()
    record.mass = try BodyMass(kilograms: kilograms)
    record.isMeasured = true
    record.reference = .infusion
    record.date = CivilDate(year: 2026, month: 3, day: 1)
    record.referenceDate = record.date
    return record
  }

  private func supply(_ bag: DoseSheet.Bag) throws -> ProductSupply {
    let taken = try #require(CivilTime(minutes: 29_000_000, offset: 0))
    var certificate = Certificate()
    certificate.number = "1"
    certificate.counted = .carPositiveViableT
    certificate.viableDensity = try bag.viableDensity.map {
      try ViableDensity(cellsPerMilliliter: $0)
    }
    certificate.totalDensity = try bag.totalDensity.map { try TotalDensity(cellsPerMilliliter: $0) }
    certificate.densityMethod = "image cytometry"
    certificate.densitySample = .postThaw
    certificate.densityTaken = taken
    var chain: [CellPopulation] = bag.totalDensity == nil ? [] : [.allCells]
    chain.append(.viableCells)
    if bag.shares.count == chain.count + 1 { chain.append(.viableTCells) }
    chain.append(.viableCarPositiveT)
    try #require(bag.shares.count == chain.count - 1)
    certificate.percentages = zip(zip(chain, chain.dropFirst()), bag.shares).map { gates, share in
      Percentage(
        gates.1, of: gates.0, share, form: .percent, method: "flow cytometry", sample: .postThaw,
        taken: taken)
    }
    certificate.volume = try Volume(milliliters: bag.available)
    var supply = ProductSupply()
    supply.certificate = certificate
    supply.resolution = try Volume(milliliters: bag.resolution)
    supply.deadVolume = try Volume(milliliters: bag.dead)
    supply.overfill = try Volume(milliliters: bag.overfill)
    supply.containers = .asSupplied
    if !bag.sizes.isEmpty {
      supply.containers = .sizes(
        try bag.sizes.map {
          try Volume(milliliters: $0.lowerBound)...Volume(milliliters: $0.upperBound)
        }, most: bag.mostContainers)
    }
    return supply
  }
}
