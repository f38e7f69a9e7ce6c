import Quantities

/// The dose of a sheet, calculated a second time from the plain numbers.
///
/// Shares no code with the first calculation: fractions are multiplied out in whole numbers of any
/// size and never cancelled, the band is found by counting passed edges, volumes are counted in
/// steps of cells. Throws `CheckFault` where no dose follows from the sheet.
public func recalculate(_ sheet: DoseSheet) throws(CheckFault) -> DoseFigures {
  let band = try heldBand(sheet)
  let mass = try sheet.kilograms.map(ratio)
  var most = try greatest(band, mass)
  if let cap = band.cap { most = .least(most, Ratio(cells: cap)) }
  let maximum = try most.rounded(.down)
  let minimum = try band.minimum.map { amount throws(CheckFault) in
    try cells(amount, mass).rounded(.up)
  }
  if maximum.isZero || maximum < minimum ?? .zero { throw CheckFault("an empty range of doses") }
  let target = try band.target.map { amount throws(CheckFault) in
    let aim = try Ratio.least(cells(amount, mass), most).rounded(.down)
    return aim < minimum ?? .zero ? minimum ?? .zero : aim
  }
  var figures = try DoseFigures(
    minimum: minimum?.asInt(), target: target?.asInt(), maximum: maximum.asInt())
  let planned = try plannedDose(sheet.choice, minimum: minimum, target: target, maximum: maximum)
  figures.planned = try (planned ?? target)?.asInt()
  if let harvest = sheet.harvest, let planned {
    figures.harvest = try cellsToHarvest(Ratio(planned), harvest)
  }
  if let bag = sheet.bag, let planned {
    (figures.volume, figures.dose) = try drawn(bag, planned, from: minimum, to: maximum)
  }
  return figures
}

/// The band is the one behind the last edge that the weight has passed, counted from both sides.
private func heldBand(_ sheet: DoseSheet) throws(CheckFault) -> DoseSheet.Band {
  guard let first = sheet.bands.first else { throw CheckFault("a rule without a dose") }
  guard sheet.bands.count > 1 else { return first }
  guard let kilograms = sheet.kilograms else { throw CheckFault("a missing weight") }
  let mass = try ratio(kilograms)
  var entered = 0
  var left = 0
  for band in sheet.bands {
    if let lower = band.lower {
      let edge = try ratio(lower.kilograms)
      if Ratio.isLess(edge, mass) || (lower.inclusive && Ratio.isEqual(edge, mass)) {
        entered += 1
      }
    }
    if let upper = band.upper {
      let edge = try ratio(upper.kilograms)
      if Ratio.isLess(edge, mass) || (!upper.inclusive && Ratio.isEqual(edge, mass)) { left += 1 }
    }
  }
  guard entered == left, sheet.bands.indices.contains(entered) else {
    throw CheckFault("a weight that not exactly one band holds")
  }
  return sheet.bands[entered]
}

private func greatest(_ band: DoseSheet.Band, _ mass: Ratio?) throws(CheckFault) -> Ratio {
  guard let amount = band.maximum ?? band.target else {
    throw CheckFault("a rule without a greatest dose")
  }
  return try cells(amount, mass)
}

private func cells(_ amount: DoseSheet.Amount, _ mass: Ratio?) throws(CheckFault) -> Ratio {
  let value = try ratio(amount.value)
  if !amount.perKilogram { return value }
  guard let mass else { throw CheckFault("a missing weight") }
  return mass * value
}

private func plannedDose(
  _ choice: DoseSheet.Choice?, minimum: BigNatural?, target: BigNatural?, maximum: BigNatural
) throws(CheckFault) -> BigNatural? {
  guard let choice else { return nil }
  let dose: BigNatural?
  switch choice {
  case .target: dose = target
  case .minimum: dose = minimum
  case .maximum: dose = maximum
  case .amount(let count): dose = BigNatural(count.cells.magnitude)
  }
  guard let dose, !dose.isZero, dose <= maximum, dose >= minimum ?? .zero else {
    throw CheckFault("a planned dose outside the range")
  }
  return dose
}

/// All that is wanted, divided by each share in turn.
private func cellsToHarvest(
  _ dose: Ratio, _ harvest: DoseSheet.Harvest
) throws(CheckFault) -> Int {
  var wanted = dose
  for retain in harvest.retains { wanted = wanted + Ratio(cells: retain) }
  for recovery in harvest.recoveries { wanted = try wanted / ratio(recovery.value) }
  let qc = try ratio(harvest.qcFraction.value)
  return try (wanted / Ratio(qc.under - qc.over, qc.under)).rounded(.up).asInt()
}

/// Counts steps of the syringe, each holding the same number of cells.
private func drawn(
  _ bag: DoseSheet.Bag, _ planned: BigNatural, from minimum: BigNatural?, to maximum: BigNatural
) throws(CheckFault) -> (Rational, Int) {
  guard let density = bag.viableDensity ?? bag.totalDensity,
    bag.viableDensity == nil || bag.totalDensity == nil
  else { throw CheckFault("not exactly one density") }
  let resolution = try ratio(bag.resolution)
  var step = try resolution * ratio(density)
  for share in bag.shares { step = try step * ratio(share.value) }
  let existing = try (ratio(bag.available) / resolution).rounded(.down)
  let inBag = try step * ratio(bag.available) / resolution
  if Ratio.isLess(inBag, Ratio(minimum ?? planned)) { throw CheckFault("too few cells") }
  let most = try (Ratio(maximum) / step).rounded(.down)
  let least = try (Ratio(minimum ?? .one) / step).rounded(.up)
  var count = try (Ratio(planned) / step).rounded(.toNearestOrEven)
  if count < least { count = least }
  if most < count { count = most }
  if existing < count { count = existing }
  if count < least || count.isZero { throw CheckFault("no volume step inside the range") }
  let volume = try Int128(count.asInt()).multipliedReportingOverflow(by: bag.resolution.numerator)
  guard !volume.overflow,
    let exact = try? Rational(volume.partialValue, over: bag.resolution.denominator)
  else { throw CheckFault("a volume of too many digits") }
  return try (exact, (Ratio(count) * step).rounded(.down).asInt())
}

private func ratio(_ value: Rational) throws(CheckFault) -> Ratio {
  guard let ratio = Ratio(value) else { throw CheckFault("a negative number") }
  return ratio
}
