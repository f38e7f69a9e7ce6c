import Quantities

extension DoseRequest {
  /// The request as plain numbers, for the second calculation; what was asked, nothing computed.
  public var sheet: DoseSheet {
    var sheet = DoseSheet(
      product.dose, level: level, bodyMass: weight?.mass, choice: planned?.sheet, blasts: blasts)
    sheet.harvest = losses?.map(\.sheet)
    sheet.bags = supplies.compactMap { $0.sheet(product) }
    if let results {
      var safety = DoseSheet.Safety()
      safety.dmso = dmso
      safety.endotoxin = results.endotoxin?.value
      safety.containersPerHour = results.containersPerHour
      safety.copies = results.copies
      safety.copiesCarShare = results.copiesCarShare
      sheet.safety = safety
    }
    sheet.errors = errors.map(\.value)
    return sheet
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

extension LossStep {
  fileprivate var sheet: DoseSheet.Step {
    switch kind {
    case .recovery(let share): .recovery(share)
    case .share(let share): .share(share)
    case .cells(let cells): .cells(cells)
    }
  }
}

extension ProductSupply {
  fileprivate func sheet(_ product: Product) -> DoseSheet.Bag? {
    guard let certificate, let resolution, let available = certificate.volume, let containers
    else { return nil }
    var bag = DoseSheet.Bag(
      viableDensity: certificate.viableDensity?.cellsPerMilliliter,
      totalDensity: certificate.totalDensity?.cellsPerMilliliter,
      shares: (certificate.percentages ?? []).compactMap(\.value),
      resolution: resolution.milliliters, available: available.milliliters)
    bag.dead = deadVolume?.milliliters ?? .zero
    bag.overfill = overfill?.milliliters ?? .zero
    switch containers {
    case .asSupplied: break
    case .ofProduct:
      bag.sizes = product.presentation.sizes
      bag.mostContainers = product.presentation.most ?? 0
    case .sizes(let sizes, let most):
      bag.sizes = sizes.map { $0.lowerBound.milliliters...$0.upperBound.milliliters }
      bag.mostContainers = most
    }
    return bag
  }
}
