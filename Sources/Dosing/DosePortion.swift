import Quantities

/// What is given at one time, or as one component, of a planned dose.
public struct DosePortion: Hashable, Sendable {
  /// `whole dose`, `fraction 1 of 3`, the name of a component, or `day 10`.
  public var name: String
  /// How many cells are planned for it.
  public var cells: CellCount
  /// Its share of the planned dose; nil when the source states cells.
  public var share: Rational?
  /// What must hold before it is given, in words.
  public var gate: String?
  /// Least time after the portion before.
  public var after: TimeSpan?
  /// The day it is due, the first dose being on day 1.
  public var day: Int?
  /// Days by which it may be earlier or later.
  public var dayTolerance: Int?
  /// Last day on which it may be given.
  public var latestDay: Int?

  /// A portion of which no more than its name and its cells is known.
  public init(_ name: String, _ cells: CellCount) {
    self.name = name
    self.cells = cells
  }
}

extension DoseWindow {
  /// The planned dose as it is given: whole cells that sum to it.
  ///
  /// With cumulative shares F, portion k = floor(F_k x D) - floor(F_(k-1) x D). *blasts:* share of
  /// blasts in the bone marrow, needed for a split alone. *Refuses* a dose outside the window, a
  /// missing share of blasts, a regimen that is unverified, and for a split anything but the target.
  public func portions(
    of planned: CellCount, blasts: Fraction? = nil
  ) throws(Refusal) -> [DosePortion] {
    guard planned > .zero, planned >= minimum ?? .zero, planned <= maximum ?? planned else {
      throw Refusal(
        .outsideWindow, "planned", "The planned dose is outside the window of the rule.",
        remedy: "Choose a number of cells inside the window.")
    }
    switch course {
    case .single: return [whole(planned)]
    case .repeated(let repeats):
      var portion = whole(planned)
      portion.after = repeats.after
      return [portion]
    case .fractions(let fractions):
      return try shared(planned, fractions.map(\.share)).enumerated().map { index, cells in
        var portion = DosePortion("fraction \(index + 1) of \(fractions.count)", cells)
        portion.share = fractions[index].share
        portion.gate = fractions[index].gate
        portion.after = fractions[index].after
        portion.latestDay = fractions[index].latestDay
        return portion
      }
    case .components(let components):
      return try zip(components, shared(planned, components.map(\.share))).map { component, cells in
        var portion = DosePortion(component.name, cells)
        portion.share = component.share
        return portion
      }
    case .split(let split): return try portions(of: planned, split, blasts)
    }
  }

  /// Refuses cells of components whose sum is outside the window, or one of which has a share that
  /// its source does not allow. *cells:* what each component's container gives, in their order.
  public func checkComponents(_ cells: [CellCount]) throws(Refusal) {
    guard case .components(let components) = course else { return }
    guard cells.count == components.count else {
      throw .missing("components", "The cells of \(components.count) components")
    }
    var total = Rational.zero
    for part in cells { total = try exact("components") { try total.plus(part.rational) } }
    guard total > .zero, total >= (minimum ?? .zero).rational,
      maximum.map({ total <= $0.rational }) ?? true
    else {
      throw Refusal(
        .outsideWindow, "components", "The components together are outside the window of the rule.",
        remedy: "Check the volume and the certificate of each component.")
    }
    for (component, part) in zip(components, cells) {
      guard let allowed = component.allowed else { continue }
      let share = try exact("components") { try part.rational.divided(by: total) }
      guard allowed.contains(share) else {
        throw Refusal(
          .outsideWindow, "components",
          "The share of \(component.name) is outside what its source allows.",
          remedy: "Check the volume and the certificate of each component.")
      }
    }
  }

  /// Refuses a share of blasts that the rule does not use: it may be another product that was meant.
  func check(_ blasts: Fraction?) throws(Refusal) {
    guard blasts == nil || course.requiresTarget else {
      throw Refusal(
        .badValue, "blasts", "The rule does not use blasts.",
        remedy: "Leave the share of blasts out, or check that this is the product that was meant.")
    }
  }

  private func whole(_ planned: CellCount) -> DosePortion {
    var portion = DosePortion("whole dose", planned)
    portion.share = .one
    return portion
  }

  private func shared(_ planned: CellCount, _ shares: [Rational]) throws(Refusal) -> [CellCount] {
    var portions: [CellCount] = []
    var cumulative = Rational.zero
    var before: Int128 = 0
    for share in shares {
      cumulative = try exact("fractions") { try cumulative.plus(share) }
      let given = try exact("fractions") { try cumulative.times(planned.rational).floor }
      portions.append(try count(given - before, "fractions"))
      before = given
    }
    return portions
  }

  private func portions(
    of planned: CellCount, _ split: BlastSplit, _ blasts: Fraction?
  ) throws(Refusal) -> [DosePortion] {
    guard let blasts else {
      throw .missing("blasts", "The share of blasts in the bone marrow")
    }
    let regimens = split.regimens.filter { $0.contains(blasts) }
    guard regimens.count == 1, let regimen = regimens.first else {
      throw Refusal(
        .noBand, "blasts", "\(regimens.count) regimens of the rule hold this share, not one.",
        remedy: "Check the edges of the regimens in the product file.")
    }
    guard regimen.state != .unverified else {
      throw Refusal(
        .unverified, "product.dose.blasts",
        "The regimen for \(regimen) has not been read from the source.",
        remedy: "Read it in the approved label, complete the product file and mark it 'read'.")
    }
    guard planned == target else {
      throw Refusal(
        .outsideWindow, "planned", "Portions by blasts are stated for the target dose alone.",
        remedy: "Plan for the target.")
    }
    return regimen.portions.flatMap(\.byBag)
  }
}

extension BlastSplit.Portion {
  /// What is drawn from each bag for this day, in order; the day's cells where it has one bag.
  var byBag: [DosePortion] {
    func portion(_ name: String, _ cells: CellCount) -> DosePortion {
      var portion = DosePortion(name, cells)
      portion.gate = gate
      portion.day = day
      portion.dayTolerance = tolerance
      portion.latestDay = latestDay
      return portion
    }
    if bags.isEmpty { return [portion("day \(day)", cells)] }
    return bags.enumerated().map { index, bag in
      portion("day \(day), \(bag.name ?? "bag \(index + 1)")", bag.cells)
    }
  }
}
