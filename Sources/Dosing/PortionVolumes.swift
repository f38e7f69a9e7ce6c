import Quantities

/// Portions turned into volumes: one supply for all, or one for each.
struct PortionVolumes {
  let window: DoseWindow
  let planned: CellCount
  let portions: [DosePortion]
  let drawings: [Drawing]

  /// The volumes in order, and the dose in all of them.
  func drawn() throws(Refusal) -> (volumes: [DrawnPortion], dose: CellCount) {
    if drawings.count == 1, portions.count > 1 {
      guard case .fractions = window.course else {
        throw .missing("supplies[1]", "The supply of '\(portions[1].name)'")
      }
      return try fractionsOfOne(drawings[0])
    }
    guard drawings.count == portions.count else {
      throw Refusal(
        .badValue, "supplies",
        "\(drawings.count) supplies are given for \(NumberText.counted(portions.count, "portion")).",
        remedy: "Give one supply for all fractions, or one for each portion.")
    }
    var volumes: [DrawnPortion] = []
    var total = Rational.zero
    for (index, (portion, drawing)) in zip(portions, drawings).enumerated() {
      let drawn = try own(portion, drawing, index)
      total = try exact("dose") { try total.plus(drawn.dose.rational) }
      volumes.append(drawn)
    }
    try window.checkComponents(volumes.map(\.dose))
    return (volumes, try Dosing.count(total.floor, "dose"))
  }

  /// [ceil(share x minimum), floor(share x maximum)]; for stated cells nothing and the cells.
  private func bounds(_ portion: DosePortion) throws(Refusal) -> (CellCount?, CellCount?) {
    guard let share = portion.share else { return (nil, portion.cells) }
    if share == .one { return (window.minimum, window.maximum) }
    let low = try exact("minimum") {
      try window.minimum.map { try $0.rational.times(share).ceiling }
    }
    let high = try exact("maximum") {
      try window.maximum.map { try $0.rational.times(share).floor }
    }
    var least: CellCount?
    var most: CellCount?
    if let low { least = try Dosing.count(low, "minimum") }
    if let high { most = try Dosing.count(high, "maximum") }
    return (least, most)
  }

  private func own(
    _ portion: DosePortion, _ drawing: Drawing, _ index: Int
  ) throws(Refusal) -> DrawnPortion {
    let (least, most) = try bounds(portion)
    let filling = try drawing.filling(portion.cells, least: least, most: most)
    let dose = try drawing.cells(filling.steps)
    let fills = try drawing.fills(filling.steps, filling.containers)
    let used = try exact("containers") { try fills.reduce(Rational.zero) { try $0.plus($1) } }
    return try shape(
      portion.cells, least, most, drawing, filling, dose,
      infused: drawing.split(filling.steps, filling.containers), fills: fills, used: used, index)
  }

  /// Cumulative steps, each nearest to its cumulative share of the dose, ties down.
  private func fractionsOfOne(
    _ drawing: Drawing
  ) throws(Refusal) -> (volumes: [DrawnPortion], dose: CellCount) {
    guard drawing.sizes == nil else {
      throw Refusal(
        .badValue, drawing.path + "containers",
        "Containers are not planned for fractions of one bag.",
        remedy: "Give a supply for each fraction, or take the container as supplied.")
    }
    let filling = try drawing.filling(planned, least: window.minimum, most: window.maximum)
    let perStep = try drawing.perStep
    var volumes: [DrawnPortion] = []
    var cumulative = Rational.zero
    var before: Int128 = 0
    let used = try exact("volume") {
      try drawing.milliliters(filling.steps).plus(drawing.loss)
    }
    for (index, portion) in portions.enumerated() {
      let reached = try exact("volume") {
        cumulative = try cumulative.plus(portion.share ?? .zero)
        return try cumulative.times(planned.rational).divided(by: perStep)
          .minus(Rational(1, over: 2)).ceiling
      }
      let isLast = index == portions.count - 1
      let steps = isLast ? filling.steps : max(before, min(reached, filling.steps))
      guard steps > before else {
        throw Refusal(
          .resolutionTooCoarse, drawing.path + "resolution",
          "'\(portion.name)' is smaller than half a step of the syringe.",
          remedy: "Use a finer syringe or pump, or dilute and measure again.")
      }
      let dose = try drawing.cells(steps - before)
      volumes.append(
        try shape(
          portion.cells, nil, nil, drawing, filling, dose, infused: [steps - before], fills: [],
          used: used, 0))
      before = steps
    }
    return (volumes, try drawing.cells(filling.steps))
  }

  private func shape(
    _ cells: CellCount, _ least: CellCount?, _ most: CellCount?, _ drawing: Drawing,
    _ filling: Drawing.Filling, _ dose: CellCount, infused: [Int128], fills: [Rational],
    used: Rational, _ supply: Int
  ) throws(Refusal) -> DrawnPortion {
    // The promise itself, checked on whole numbers once more before anything leaves.
    guard dose <= most ?? dose, dose >= least ?? dose else {
      throw Refusal(
        .tooLarge, drawing.path + "dose",
        "The dose in the rounded volume is not inside its bounds.",
        remedy: "Check the number of digits of the inputs.")
    }
    return try exact(drawing.path + "volume") {
      let each = try infused.map { try Volume(milliliters: drawing.milliliters($0)) }
      let aim = try cells.rational.divided(by: drawing.density)
      return DrawnPortion(
        volume: try Volume(milliliters: drawing.milliliters(infused.reduce(0, +))), dose: dose,
        infused: each, fills: try fills.map { try Volume(milliliters: $0) },
        size: try filling.size.map {
          try Volume(milliliters: $0.lowerBound)...Volume(milliliters: $0.upperBound)
        },
        supply: supply, plannedMilliliters: aim,
        minimumMilliliters: try least?.rational.divided(by: drawing.density),
        maximumMilliliters: try most?.rational.divided(by: drawing.density),
        drawableMilliliters: filling.drawable,
        remainderMilliliters: try drawing.available.minus(used),
        isShort: try filling.drawable.times(drawing.density) < cells.rational)
    }
  }
}
