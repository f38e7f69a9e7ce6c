import Quantities

/// The dose of a sheet, calculated a second time from the plain numbers.
///
/// Shares no code with the first calculation: fractions are multiplied out in whole numbers of any
/// size and never cancelled, the band is found by counting passed edges, volumes are counted in
/// steps of cells, the probability is a power series. Throws `CheckFault` where no dose follows
/// from the sheet. Without a choice of dose there are a window and, where asked for, vector copies
/// only; without a weight nothing is figured per kg.
public func recalculate(_ sheet: DoseSheet) throws(CheckFault) -> DoseFigures {
  let place = try Edges.place(
    of: sheet.kilograms, among: sheet.bands.map { ($0.lower, $0.upper) }, named: "weight")
  let window = try Window(sheet.bands[place], kilograms: sheet.kilograms)
  var figures = try DoseFigures(
    minimum: window.minimum?.asInt(), target: window.target?.asInt(),
    maximum: window.maximum?.asInt())
  var days: [[Ratio]] = []
  if let choice = sheet.choice {
    let planned = try window.dose(choice)
    figures.planned = try planned.asInt()
    if let steps = sheet.harvest { figures.harvest = try cellsToHarvest(planned, steps) }
    let portions = try Portions(planned, sheet, in: window)
    for row in portions.rows { figures.portions.append(.init(cells: try row.cells.asInt())) }
    if !sheet.bags.isEmpty {
      let infusion = try Infusion(portions, from: sheet.bags, in: window)
      figures.portions = infusion.portions
      figures.dose = infusion.dose
      days = infusion.days
      if !sheet.errors.isEmpty {
        figures.within = try Chance.within(window, dose: infusion.dose, errors: sheet.errors)
      }
    }
  }
  if let safety = sheet.safety {
    figures.safety = try safetyFigures(safety, kilograms: sheet.kilograms, days: days)
  }
  return figures
}

/// From the dose back to the harvest, one row of (added, factor) for each step.
private func cellsToHarvest(
  _ planned: BigNatural, _ steps: [DoseSheet.Step]
) throws(CheckFault) -> Int {
  var wanted = Ratio(planned)
  for step in steps.reversed() {
    let row: (added: Ratio, through: Ratio)
    switch step {
    case .recovery(let share): row = (.zero, try Ratio(share))
    case .share(let share):
      let taken = try Ratio(share)
      row = (.zero, Ratio(taken.under - taken.over, taken.under))
    case .cells(let count): row = (Ratio(count), Ratio.one)
    }
    wanted = (wanted + row.added) / row.through
  }
  return try wanted.rounded(.up).asInt()
}
