import Quantities

/// One bag, seen as steps of a syringe that hold the same number of cells each.
struct Syringe {
  /// What is drawn for one portion.
  struct Draw {
    /// Steps in each container, in order of filling.
    var containers: [Int]
    /// Steps in all of them.
    var steps: Int
  }

  /// mL in a step.
  let step: Ratio
  /// Counted cells in a step.
  let cellsPerStep: Ratio
  /// mL that there are.
  private let available: Ratio
  /// mL that each container needs beyond the dose.
  private let beyond: Ratio
  private let sizes: [ClosedRange<Rational>]
  private let mostContainers: Int

  init(_ bag: DoseSheet.Bag) throws(CheckFault) {
    let densities = [bag.viableDensity, bag.totalDensity].compactMap(\.self)
    guard let density = densities.first, densities.count == 1 else {
      throw CheckFault("not exactly one density")
    }
    step = try Ratio(bag.resolution)
    var cells = try step * Ratio(density)
    for share in bag.shares { cells = try cells * Ratio(share) }
    cellsPerStep = cells
    available = try Ratio(bag.available)
    beyond = try Ratio(bag.dead) + Ratio(bag.overfill)
    sizes = bag.sizes
    mostContainers = bag.mostContainers
  }

  var hasSizes: Bool { !sizes.isEmpty }

  /// The draw for a number of cells inside a window, into as few containers as it fits.
  func draw(_ cells: BigNatural, in window: Window) throws(CheckFault) -> Draw {
    if sizes.isEmpty {
      let steps = try steps(for: cells, in: window, containers: 1)
      return Draw(containers: [steps], steps: steps)
    }
    var last = CheckFault("no container that takes the volume")
    var count = 1
    while count <= mostContainers {
      do throws(CheckFault) {
        let steps = try steps(for: cells, in: window, containers: count)
        let filled = (0..<count).map { steps / count + ($0 < steps % count ? 1 : 0) }
        if try fits(filled) { return Draw(containers: filled, steps: steps) }
      } catch {
        // More containers keep back more, so what failed for this many fails for all the rest.
        last = error
        break
      }
      count += 1
    }
    throw last
  }

  /// Steps of the dose nearest to a number of cells, ties down, inside the window and the bag.
  func steps(
    for cells: BigNatural, in window: Window, containers: Int
  ) throws(CheckFault) -> Int {
    guard let drawable = Ratio.difference(available, Ratio(steps: containers) * beyond) else {
      throw CheckFault("a bag smaller than what stays behind")
    }
    if drawable * cellsPerStep < Ratio(window.minimum ?? cells) * step {
      throw CheckFault("too few cells")
    }
    let least = try window.minimum.map { cells throws(CheckFault) in
      try (Ratio(cells) / cellsPerStep).rounded(.up)
    }
    let most = try window.maximum.map { cells throws(CheckFault) in
      try (Ratio(cells) / cellsPerStep).rounded(.down)
    }
    let count = try (Ratio(cells) / cellsPerStep).rounded(.nearest)
      .clipped(from: least, to: most)
      .clipped(from: nil, to: (drawable / step).rounded(.down))
    if count < least ?? .one || count.isZero { throw CheckFault("no step inside the range") }
    return try count.asInt()
  }

  /// Cells in so many steps, whole ones.
  func dose(_ steps: Int) throws(CheckFault) -> Int {
    try (Ratio(steps: steps) * cellsPerStep).rounded(.down).asInt()
  }

  /// Volume of so many steps, mL.
  func volume(_ steps: Int) -> Ratio { Ratio(steps: steps) * step }

  /// Fill of a container that holds so many steps, mL.
  func fill(_ steps: Int) -> Ratio { volume(steps) + beyond }

  /// True when there is one size for every container.
  private func fits(_ filled: [Int]) throws(CheckFault) -> Bool {
    for size in sizes {
      let (low, high) = (try Ratio(size.lowerBound), try Ratio(size.upperBound))
      if filled.allSatisfy({ !(fill($0) < low) && !(high < fill($0)) }) { return true }
    }
    return false
  }
}
