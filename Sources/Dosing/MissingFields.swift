import Quantities

extension DoseRequest {
  /// The refusal with everything else that is missing, when it is one for a missing field.
  func completed(_ refusal: Refusal) -> Refusal {
    guard refusal.code == .missing else { return refusal }
    var whole = refusal
    whole.alsoMissing = missing.filter { $0.field != refusal.field }.map {
      Refusal.Missing(
        field: $0.field, what: $0.cause.replacing(Refusal.missingEnding, with: ""))
    }
    return whole
  }

  /// Every field that is missing, in the order of the request.
  private var missing: [Refusal] {
    var missing: [Refusal] = []
    let bands: [WeightBand]
    if let rule = product.dose, !rule.levels.isEmpty, level == nil {
      missing.append(.missing("level", "The dose level"))
      bands = rule.levels.flatMap(\.bands)
    } else {
      bands = (try? product.dose?.bands(level: level)) ?? []
    }
    if let weight {
      missing += weight.missing
    } else if bands.contains(where: \.needsWeight) || results != nil && !supplies.isEmpty {
      missing += WeightRecord().missing
    }
    if planned == nil, losses != nil || !supplies.isEmpty {
      missing.append(.missing("planned", "The dose that is planned for"))
    }
    if product.dose?.course.requiresTarget == true, blasts == nil, planned != nil {
      missing.append(.missing("blasts", "The share of blasts in the bone marrow"))
    }
    if let noInfusion { missing.append(noInfusion) }
    for (index, supply) in supplies.enumerated() {
      missing += supply.missing(product, path(index))
    }
    if results?.copies != nil, results?.copiesCarShare == nil {
      missing.append(
        .missing("results.copiesCarShare", "The CAR+ share of the cells of the copy number"))
    }
    return missing
  }
}

extension ProductSupply {
  /// What is missing of the certificate and for drawing up.
  fileprivate func missing(_ product: Product, _ path: String) -> [Refusal] {
    guard let certificate else { return [.missing(path + "certificate", "The certificate")] }
    return certificate.missing(product, path) + undrawn(path)
  }

  /// What is missing for drawing up, in order.
  func undrawn(_ path: String) -> [Refusal] {
    var missing: [Refusal] = []
    func need(_ isThere: Bool, _ field: String, _ what: String) {
      if !isThere { missing.append(.missing(path + field, what)) }
    }
    need(resolution != nil, "resolution", "The step of the syringe or pump")
    need(certificate?.volume != nil, "volume", "The volume in the bag")
    need(deadVolume != nil, "deadVolume", "The dead volume")
    need(overfill != nil, "overfill", "The overfill")
    need(containers != nil, "containers", "The choice of containers")
    return missing
  }
}

extension Certificate {
  /// The refusal of a certificate without a number.
  func unnamed(_ path: String) -> Refusal? {
    number == nil ? .missing(path + "number", "The number of the certificate") : nil
  }

  /// What is missing but for the volume, in order.
  fileprivate func missing(_ product: Product, _ path: String) -> [Refusal] {
    var missing = [unnamed(path), unstated(path)].compactMap(\.self)
    if viableDensity == nil, totalDensity == nil, let goal = product.counted.gate {
      missing.append(noDensity(goal, path))
    }
    missing += unmeasured(path)
    for (index, percentage) in (percentages ?? []).enumerated() {
      missing += percentage.missing(path + "percentages[\(index)]")
    }
    return missing
  }

  /// The refusal of a certificate that does not say what it counts.
  func unstated(_ path: String) -> Refusal? {
    counted == nil ? .missing(path + "counted", "The statement of what was counted") : nil
  }

  /// The refusal of a certificate without a density.
  func noDensity(_ goal: CellPopulation, _ path: String) -> Refusal {
    .missing(path + (goal.isViable ? "viableDensity" : "totalDensity"), "The cell density")
  }

  /// What is missing of the measurement of the density, and the percentages, in order.
  func unmeasured(_ path: String) -> [Refusal] {
    var missing: [Refusal] = []
    func need(_ isThere: Bool, _ field: String, _ what: String) {
      if !isThere { missing.append(.missing(path + field, what)) }
    }
    need(densityMethod != nil, "densityMethod", "The method of the density")
    need(densitySample != nil, "densitySample", "The sample point of the density")
    need(densityTaken != nil, "densityTaken", "The time at which the density was sampled")
    need(percentages != nil, "percentages", "The list of percentages")
    return missing
  }
}

extension Percentage {
  /// What is missing, in order. *field:* the percentage as `DoseRequest` names it.
  func missing(_ field: @autoclosure () -> String) -> [Refusal] {
    guard
      child == nil || parent == nil || value == nil || form == nil || method == nil
        || sample == nil || taken == nil
    else { return [] }
    var missing: [Refusal] = []
    func need(_ isThere: Bool, _ name: String, _ what: String) {
      if !isThere { missing.append(.missing(field() + name, what)) }
    }
    let ofWhat = child.map(\.description) ?? "the cells"
    need(child != nil, ".child", "The population that was counted")
    need(parent != nil, ".parent", "The parent population of \(ofWhat)")
    need(
      value != nil, ".value",
      "The share of \(ofWhat)" + (parent.map { " among \($0)" } ?? ""))
    need(form != nil, ".form", "Whether the number was per cent or a bare share")
    need(method != nil, ".method", "The method")
    need(sample != nil, ".sample", "The sample point")
    need(taken != nil, ".taken", "The time of sampling")
    return missing
  }
}
