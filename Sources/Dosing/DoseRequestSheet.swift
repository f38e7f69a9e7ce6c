import Quantities

extension DoseRequest {
  /// The request as plain numbers, for the second calculation; what was asked, nothing computed.
  public var sheet: DoseSheet {
    let isAsked = harvest != nil || bag != nil || planned != .target
    return DoseSheet(
      bands: (product.dose?.bands ?? []).map(\.sheet), kilograms: bodyMass?.kilograms,
      choice: isAsked ? planned.sheet : nil, harvest: harvest?.sheet, bag: bag?.sheet)
  }
}

extension WeightBand {
  fileprivate var sheet: DoseSheet.Band {
    DoseSheet.Band(
      lower: lower?.sheet, upper: upper?.sheet, minimum: minimum?.sheet, target: target?.sheet,
      maximum: maximum?.sheet, cap: cap)
  }
}

extension WeightEdge {
  fileprivate var sheet: DoseSheet.Edge {
    DoseSheet.Edge(kilograms: mass.kilograms, inclusive: inclusive)
  }
}

extension DoseAmount {
  fileprivate var sheet: DoseSheet.Amount {
    switch self {
    case .cells(let count): DoseSheet.Amount(count.rational, perKilogram: false)
    case .perKilogram(let dose): DoseSheet.Amount(dose.value, perKilogram: true)
    }
  }
}

extension PlannedDose {
  fileprivate var sheet: DoseSheet.Choice {
    switch self {
    case .target: .target
    case .minimum: .minimum
    case .maximum: .maximum
    case .amount(let cells): .amount(cells)
    }
  }
}

extension HarvestPlan {
  fileprivate var sheet: DoseSheet.Harvest? {
    guard let recoveries, let retains, let qcFraction else { return nil }
    return DoseSheet.Harvest(
      recoveries: recoveries.map(\.fraction), retains: retains.map(\.cells),
      qcFraction: qcFraction)
  }
}

extension BagContent {
  fileprivate var sheet: DoseSheet.Bag? {
    guard let resolution, let available else { return nil }
    return DoseSheet.Bag(
      viableDensity: viableDensity?.cellsPerMilliliter,
      totalDensity: totalDensity?.cellsPerMilliliter,
      shares: [viability, tCellShare, carPositive].compactMap(\.self),
      resolution: resolution.milliliters, available: available.milliliters)
  }
}
