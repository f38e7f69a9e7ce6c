import Quantities

/// The arithmetic of one supply: from cells to steps of the syringe and to containers.
struct Drawing {
  /// Counted cells/mL.
  let density: Rational
  /// Step of the syringe, mL.
  let step: Rational
  /// Product that there is, mL.
  let available: Rational
  /// Dead volume and overfill of one container, mL.
  let loss: Rational
  /// Container sizes, smallest first; nil where none are planned.
  let sizes: [ClosedRange<Rational>]?
  /// Most containers.
  let most: Int
  /// Put before the names of fields.
  let path: String

  /// Cells in one step, exact.
  var perStep: Rational {
    get throws(Refusal) { try exact(path + "volume") { try density.times(step) } }
  }

  /// A number of steps, and the containers that take them.
  struct Filling {
    let steps: Int128
    let containers: Int
    let size: ClosedRange<Rational>?
    let drawable: Rational
  }

  /// Steps nearest to the planned cells inside [least, most] and inside what can be drawn, in the
  /// fewest containers that take them.
  ///
  /// Each container keeps back its dead volume and overfill, so that n containers can leave less to
  /// draw than one. *Refuses* too few cells, too coarse a step, and containers that take nothing.
  func filling(
    _ planned: CellCount, least: CellCount?, most greatest: CellCount?
  ) throws(Refusal) -> Filling {
    guard let sizes else {
      let (steps, drawable) = try steps(planned, least, greatest, containers: 1)
      return Filling(steps: steps, containers: 1, size: nil, drawable: drawable)
    }
    for containers in 1...max(1, most) {
      let steps: Int128
      let drawable: Rational
      do {
        (steps, drawable) = try self.steps(planned, least, greatest, containers: containers)
      } catch {
        // More containers only leave less to draw.
        if containers == 1 { throw error }
        break
      }
      for size in sizes {
        let fills = try fills(steps, containers)
        if fills.allSatisfy({ size.contains($0) }) {
          return Filling(steps: steps, containers: containers, size: size, drawable: drawable)
        }
      }
    }
    throw Refusal(
      .noContainer, path + "containers",
      "No container size, nor several of one size, takes the volume to fill.",
      remedy: "Choose other containers, or another planned dose inside the window.")
  }

  private func steps(
    _ planned: CellCount, _ least: CellCount?, _ greatest: CellCount?, containers: Int
  ) throws(Refusal) -> (Int128, Rational) {
    let perStep = try perStep
    let found = try exact(path + "volume") {
      let drawable = try available.minus(Rational(containers).times(loss))
      let aim = try planned.rational.divided(by: perStep).minus(Rational(1, over: 2)).ceiling
      let low = try least.map { try $0.rational.divided(by: perStep).ceiling }
      let high = try greatest.map { try $0.rational.divided(by: perStep).floor }
      let exists = try drawable.divided(by: step).floor
      let wanted = min(max(aim, low ?? aim), high ?? .max, exists)
      let needed = (least ?? planned).rational
      let isEnough = try drawable.times(density) >= needed
      return (drawable: drawable, steps: wanted, low: max(low ?? 1, 1), isEnough: isEnough)
    }
    guard found.isEnough else {
      throw Refusal(
        .notEnoughCells, path + "volume",
        "The bag holds fewer counted cells than "
          + (least == nil ? "planned." : "the least dose."),
        remedy: "The dose cannot be met from this bag; ask the manufacturer and the physician.")
    }
    guard found.steps >= found.low else {
      throw Refusal(
        .resolutionTooCoarse, path + "resolution", "No volume on this step lies inside the window.",
        remedy: "Use a finer syringe or pump, or dilute and measure again.")
    }
    return (found.steps, found.drawable)
  }

  /// Steps of each container: floor(K / n), and one more in the first K mod n.
  func split(_ steps: Int128, _ containers: Int) -> [Int128] {
    let count = Int128(max(1, containers))
    let (each, rest) = steps.quotientAndRemainder(dividingBy: count)
    return (0..<count).map { $0 < rest ? each + 1 : each }
  }

  /// Fill volume of each container, mL: infused + dead volume + overfill.
  func fills(_ steps: Int128, _ containers: Int) throws(Refusal) -> [Rational] {
    let parts = split(steps, containers)
    return try exact(path + "containers") {
      try parts.map { try milliliters($0).plus(loss) }
    }
  }

  func milliliters(_ steps: Int128) throws -> Rational { try Rational(steps).times(step) }

  /// Whole cells in steps, rounded down.
  func cells(_ steps: Int128) throws(Refusal) -> CellCount {
    let perStep = try perStep
    return try Dosing.count(
      exact(path + "dose") { try Rational(steps).times(perStep).floor }, path + "dose")
  }
}

extension ProductSupply {
  /// The arithmetic of this supply; refuses what is missing, naming it.
  func drawing(
    _ density: CountedDensity, of product: Product, path: String
  ) throws(Refusal) -> Drawing {
    if let first = undrawn(path).first { throw first }
    guard let resolution, let available = certificate?.volume, let deadVolume, let overfill,
      let containers
    else { throw .missing(path + "supply", "A part of the supply") }
    guard resolution.milliliters > .zero else {
      throw Refusal(
        .badValue, path + "resolution", "The volume step is 0 mL.",
        remedy: "Give the smallest step of the syringe or pump in mL.")
    }
    let loss = try exact(path + "overfill") {
      try deadVolume.milliliters.plus(overfill.milliliters)
    }
    let (sizes, most) = try sizes(containers, product, path)
    return Drawing(
      density: density.perMilliliter, step: resolution.milliliters,
      available: available.milliliters, loss: loss, sizes: sizes, most: most, path: path)
  }

  /// Sizes with the smallest high first, then the smallest low; nil where none are planned.
  func sizes(
    _ choice: ContainerChoice, _ product: Product, _ path: String
  ) throws(Refusal) -> ([ClosedRange<Rational>]?, Int) {
    let sizes: [ClosedRange<Rational>]
    let most: Int
    switch choice {
    case .asSupplied: return (nil, 1)
    case .ofProduct:
      sizes = product.presentation.sizes
      guard !sizes.isEmpty, let stated = product.presentation.most else {
        throw Refusal(
          .missing, path + "containers",
          "The product's record states no container sizes, or not how many containers there may be.",
          remedy: "Give the sizes and the most containers.")
      }
      most = stated
    case .sizes(let given, let stated):
      sizes = given.map { $0.lowerBound.milliliters...$0.upperBound.milliliters }
      most = stated
    }
    guard !sizes.isEmpty, 1...1000 ~= most else {
      throw Refusal(
        .badValue, path + "containers", "There is no container size, or no count from 1 to 1,000.",
        remedy: "Give at least one size and at least one container.")
    }
    return (
      sizes.sorted { ($0.upperBound, $0.lowerBound) < ($1.upperBound, $1.lowerBound) }, most
    )
  }
}
