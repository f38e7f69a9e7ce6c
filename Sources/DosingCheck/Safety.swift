import Quantities

/// What comes with the volume, per kg: the worst day of each column.
func safetyFigures(
  _ safety: DoseSheet.Safety, kilograms: Rational?, days: [[Ratio]]
) throws(CheckFault) -> DoseFigures.Safety {
  var figures = DoseFigures.Safety()
  if let copies = safety.copies, let share = safety.copiesCarShare {
    figures.copiesPerCarPositive = try (Ratio(copies) / Ratio(share)).rational()
  }
  guard let kilograms, !days.isEmpty else { return figures }
  let mass = try Ratio(kilograms)
  let daily = worst(days)
  figures.volumePerKilogram = try (daily / mass).rational()
  if let dmso = safety.dmso {
    let grams = try daily * Ratio(dmso) / Ratio(BigNatural(UInt(1000)))
    figures.dmsoPerKilogram = try (grams / mass).rational()
  }
  if let endotoxin = safety.endotoxin {
    let count = safety.containersPerHour
    if let count, count < 1 { throw CheckFault("an hour without a container") }
    let hourly = worst(days.map { day in day.sorted { $1 < $0 }.prefix(count ?? day.count) })
    figures.endotoxinPerKilogram = try (hourly * Ratio(endotoxin) / mass).rational()
  }
  return figures
}

/// The largest sum.
private func worst(_ days: [some Sequence<Ratio>]) -> Ratio {
  var most = Ratio.zero
  for day in days {
    let sum = day.reduce(Ratio.zero, +)
    if most < sum { most = sum }
  }
  return most
}
