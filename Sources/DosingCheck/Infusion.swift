import Quantities

/// Everything that is drawn up: a row of figures for each portion, and what each day brings.
struct Infusion {
  var portions: [DoseFigures.Portion] = []
  /// Cells in all volumes.
  var dose = 0
  /// Infused volumes of the containers of each day, mL.
  var days: [[Ratio]] = []
  /// The day of the last row; rows come in the order of their days.
  private var today: Int?

  init(_ portions: Portions, from bags: [DoseSheet.Bag], in window: Window) throws(CheckFault) {
    if bags.count == portions.rows.count {
      try drawEach(portions, bags)
    } else if bags.count == 1, portions.mayShareBag {
      try drawInTurn(portions, Syringe(bags[0]), window)
    } else {
      throw CheckFault("a number of bags that does not fit the portions")
    }
  }

  /// Each portion from its own bag.
  private mutating func drawEach(
    _ portions: Portions, _ bags: [DoseSheet.Bag]
  ) throws(CheckFault) {
    for (row, bag) in zip(portions.rows, bags) {
      let syringe = try Syringe(bag)
      let draw = try syringe.draw(row.cells, in: row.window)
      var fills: [Rational] = []
      for steps in draw.containers { fills.append(try syringe.fill(steps).rational()) }
      try append(row, syringe, draw.steps, fills)
      infuse(draw.containers.map(syringe.volume), on: row.day)
      dose = try Infusion.sum(dose, self.portions.last?.dose)
    }
  }

  /// All portions from one bag: the steps of the whole dose, cut at the cumulative shares.
  private mutating func drawInTurn(
    _ portions: Portions, _ syringe: Syringe, _ window: Window
  ) throws(CheckFault) {
    if syringe.hasSizes { throw CheckFault("containers for fractions of one bag") }
    let planned = portions.rows.reduce(BigNatural.zero) { $0 + $1.cells }
    let whole = try syringe.steps(for: planned, in: window, containers: 1)
    var passed = 0
    for (index, row) in portions.rows.enumerated() {
      var cut = whole
      if index + 1 < portions.rows.count, let share = row.cumulative {
        let aim = try (share * Ratio(planned) / syringe.cellsPerStep).rounded(.nearest)
        cut = try max(passed, aim.clipped(from: nil, to: BigNatural(whole.magnitude)).asInt())
      }
      if cut == passed { throw CheckFault("a portion of no volume") }
      try append(row, syringe, cut - passed, [])
      infuse([syringe.volume(cut - passed)], on: row.day)
      passed = cut
    }
    dose = try syringe.dose(whole)
  }

  private mutating func infuse(_ volumes: [Ratio], on day: Int) {
    if day == today { days[days.count - 1] += volumes } else { days.append(volumes) }
    today = day
  }

  private mutating func append(
    _ row: Portions.Row, _ syringe: Syringe, _ steps: Int, _ fills: [Rational]
  ) throws(CheckFault) {
    portions.append(
      DoseFigures.Portion(
        cells: try row.cells.asInt(), volume: try syringe.volume(steps).rational(),
        dose: try syringe.dose(steps), containers: fills))
  }

  private static func sum(_ a: Int, _ b: Int?) throws(CheckFault) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b ?? 0)
    if overflow { throw CheckFault("a number above 9.2E18") }
    return sum
  }
}
