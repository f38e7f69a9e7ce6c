import Quantities

extension Certificate {
  /// What is doubtful about a certificate whose chain closed.
  func holds(
    _ product: Product, _ density: CountedDensity, frame: SampleFrame, _ policy: SamplePolicy,
    path: String
  ) -> [Hold] {
    sampleHolds(product, path) + dateHolds(product, frame, policy, path)
      + timeHolds(product, frame, policy, path) + percentageHolds(path)
      + densityHolds(product, density, path)
  }

  private func sampleHolds(_ product: Product, _ path: String) -> [Hold] {
    var holds: [Hold] = []
    func isOf(_ point: SamplePoint) -> Bool {
      densitySample == point || (percentages ?? []).contains { $0.sample == point }
    }
    let points = SamplePoint.allCases.filter(isOf)
    if points.count > 1 {
      let names = points.map(\.rawValue)
      holds.append(
        Hold(
          .sampleMixed, path + "percentages",
          "Measurements of different samples are multiplied: \(NumberText.list(names)).",
          value: ([number ?? ""] + names).joined(separator: "; "),
          action: "Use the results of one sample point.", role: .laboratory))
    }
    if product.presentation.form == .fresh, points.contains(.postThaw) {
      holds.append(
        Hold(
          .samplePoint, path + "densitySample",
          "The product is supplied fresh and is not thawed; a sample is post-thaw.",
          value: "\(number ?? ""); \(SamplePoint.postThaw)",
          action: "Check the sample point on the certificate, and that it is of this product.",
          role: .quality))
      return holds
    }
    guard let point = densitySample else { return holds }
    let isRight: Bool
    let wanted: String
    if let stated = product.countedFrom {
      isRight = point == stated
      wanted = "The dose is counted from the \(stated) sample"
    } else {
      isRight = point == .finalFormulation || point == .postThaw
      wanted = "The dose is in the final formulation"
    }
    if !isRight {
      holds.append(
        Hold(
          .samplePoint, path + "densitySample",
          "\(wanted); the density is of the \(point) sample.",
          value: "\(number ?? ""); \(point)", action: "Give the density of that sample.",
          role: .quality))
    }
    return holds
  }

  private func percentageHolds(_ path: String) -> [Hold] {
    var holds: [Hold] = []
    for (index, percentage) in (percentages ?? []).enumerated() {
      guard let value = percentage.value, let child = percentage.child,
        let parent = percentage.parent
      else { continue }
      func field() -> String { path + "percentages[\(index)].value" }
      if percentage.form == .share {
        holds.append(
          Hold(
            .percentageBare, field(),
            "\(child) among \(parent) is a bare share where percentages are usual.",
            value: "\(value)",
            action: "Check the number on the certificate and write it in per cent.",
            role: .laboratory))
      }
      if let hold = Hold.small(value, field(), "\(child) among \(parent)") { holds.append(hold) }
    }
    return holds
  }

  /// The stated cells vouch for the density, else the product's range; each must then agree.
  private func densityHolds(
    _ product: Product, _ density: CountedDensity, _ path: String
  ) -> [Hold] {
    let field = path + (viableDensity == nil ? "totalDensity" : "viableDensity")
    var holds: [Hold] = []
    if let statedCells, let volume, let check = statedCheck(statedCells, volume), !check.agrees {
      holds.append(
        Hold(
          .densityMismatch, field,
          "The density times the volume is not within 5 % of the cells that the certificate states.",
          value: "\(density.measured); \(volume); \(NumberText.grouped(statedCells.cells)) cells",
          action: "Check density, volume and cells on the certificate.", role: .laboratory))
    }
    let range = rangeCheck(product, density)
    if let range, !range.range.contains(range.value) {
      holds.append(
        Hold(
          .densityRange, field, "The density is outside the range of the product.",
          value: density.measured,
          action: "Check the density and its power of ten on the certificate.", role: .laboratory))
    }
    if statedCells == nil, range.map({ isDecisive($0.value, in: $0.range) }) != true {
      holds.append(
        Hold(
          .densityAlone, field,
          "Nothing vouches for the density: the certificate states no cells, and the product "
            + "no range that a slip of ten would leave.",
          value: density.measured,
          action: "Have a second person read the density from the certificate.",
          role: .laboratory))
    }
    return holds
  }

  /// Density x volume beside the stated cells: they agree within 5 % of the stated. Numbers too long
  /// to compare do not agree; nil without a density.
  func statedCheck(
    _ cells: CellCount, _ volume: Volume
  ) -> (counted: Rational?, off: Rational?, agrees: Bool)? {
    let density = viableDensity?.cellsPerMilliliter ?? totalDensity?.cellsPerMilliliter
    guard let density else { return nil }
    guard let counted = try? density.times(volume.milliliters),
      let off = try? counted.minus(cells.rational),
      let margin = try? cells.rational.times(Rational(5, over: 100))
    else { return (nil, nil, false) }
    let share = try? max(off, off.negated).divided(by: cells.rational)
    return (counted, share, max(off, off.negated) <= margin)
  }

  /// The density of the cells that the product's range counts, and that range; nil without either.
  func rangeCheck(
    _ product: Product, _ density: CountedDensity
  ) -> (value: Rational, range: ClosedRange<Rational>)? {
    product.presentation.density.flatMap { stated in
      comparable(density, to: stated).map { (value: $0, range: stated.range) }
    }
  }

  /// The density of the cells that the product's range counts; nil when its words do not tell.
  private func comparable(
    _ density: CountedDensity, to stated: Presentation.Density
  ) -> Rational? {
    let words = stated.cells.lowercased()
    if words.contains("car-") || words.contains("car+") { return density.perMilliliter }
    if words.contains("viable") {
      if let viableDensity { return viableDensity.cellsPerMilliliter }
      guard let total = totalDensity, let first = density.chain.first,
        first.child == .viableCells, let share = first.value
      else { return nil }
      return try? total.cellsPerMilliliter.times(share.value)
    }
    if words.contains("total") || words.contains("all cells") {
      return totalDensity?.cellsPerMilliliter
    }
    return nil
  }

  /// True when neither a tenth nor ten times the value would be inside the range as well.
  private func isDecisive(_ value: Rational, in range: ClosedRange<Rational>) -> Bool {
    guard range.contains(value), let tenth = try? value.divided(by: Rational(10)),
      let tenfold = try? value.times(Rational(10))
    else { return false }
    return !range.contains(tenth) && !range.contains(tenfold)
  }
}

extension Hold {
  /// A share below 2 % is more likely a share that was written as per cent.
  static func small(
    _ share: Fraction, _ field: @autoclosure () -> String, _ name: @autoclosure () -> String
  ) -> Hold? {
    // share < 2 %, in whole numbers.
    let value = share.value
    let (fiftyfold, overflow) = value.numerator.multipliedReportingOverflow(by: 50)
    guard !overflow, fiftyfold < value.denominator else { return nil }
    return Hold(
      .percentageSmall, field(),
      "\(name()) is below 2 %, as when a share is written as per cent.", value: "\(share)",
      action: "Check the number on the certificate.", role: .laboratory)
  }
}
