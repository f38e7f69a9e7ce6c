import Capacity
import Quantities
import Yams

/// What no single value can show: names that lead nowhere, work that fits into no shift, stock that
/// expires before it is used.
extension FacilityReader {
  mutating func check(_ facility: Facility) {
    names(facility)
    guard yaml.findings.isEmpty else { return }
    skills(facility)
    places(facility)
    for product in facility.products { work(product, facility) }
    for product in facility.products { journeys(product, facility) }
    for product in facility.products { chances(product, facility) }
    guard yaml.findings.isEmpty else { return }
    demand(facility)
  }

  private mutating func names(_ facility: Facility) {
    let known: [Kind: [String]] = [
      .calendars: facility.calendars.map(\.name), .suites: facility.suites.map(\.name),
      .instruments: facility.instruments.map(\.name), .skills: facility.teams.flatMap(\.skills),
      .laboratories: facility.laboratories.map(\.name), .vectors: facility.vectors.map(\.name),
      .couriers: facility.couriers.map(\.name), .centres: facility.centres.map(\.name),
      .diseases: facility.diseases.map(\.name), .products: facility.products.map(\.name),
    ]
    for reference in references {
      let names = known[reference.kind] ?? []
      if names.contains(reference.name) { continue }
      let what =
        reference.kind == .skills
        ? "No team has the skill '\(Shown.text(reference.name))'."
        : "'\(reference.kind.rawValue)' has no '\(Shown.text(reference.name))'."
      yaml.report(
        "E_FACILITY_NAME", reference.node,
        what + Suggestion.phrase(for: reference.name, among: names),
        names.isEmpty
          ? "Add it to the file." : "Use one of: \(names.joined(separator: ", ")), or add it.")
    }
  }

  /// A skill belongs to one team: who does an operation must not be a matter of chance.
  private mutating func skills(_ facility: Facility) {
    var owners: [String: String] = [:]
    for team in facility.teams {
      for skill in team.skills {
        if let other = owners[skill], other != team.name {
          yaml.report(
            "E_FACILITY_SKILL", nodes["teams." + team.name],
            "The skill '\(Shown.text(skill))' belongs to '\(Shown.text(other))' too.",
            "Give each skill to one team; people who can do both are one team with both skills.")
        }
        owners[skill] = team.name
      }
    }
  }

  private mutating func places(_ facility: Facility) {
    for suite in facility.suites {
      guard let places = suite.places else { continue }
      let inside = facility.instruments.filter { $0.suite == suite.name }
      let instruments = inside.reduce(0) { $0 + $1.count }
      if instruments > places * suite.count {
        yaml.report(
          "E_FACILITY_PLACES", nodes["suites.\(suite.name).places"],
          "\(instruments) instruments stand in places for \(places * suite.count).",
          "Add rooms or places, or take instruments away.")
      }
    }
  }

  /// Work that is longer than every open stretch can never begin.
  private mutating func work(_ product: Facility.Product, _ facility: Facility) {
    let path = "products.\(product.name)"
    func team(_ skill: String) -> String? {
      facility.teams.first { $0.skills.contains(skill) }?.calendar
    }
    var work: [(String, Law, String?)] = [
      (path + ".start.takes", product.start.takes, team(product.start.skill)),
      (path + ".harvest.takes", product.harvest.takes, team(product.harvest.skill)),
    ]
    if let review = product.review {
      work.append((path + ".review.takes", review.takes, team(review.skill)))
    }
    if let quality = product.quality {
      let laboratory = facility.laboratories.first { $0.name == quality.laboratory }
      work.append((path + ".quality.work", quality.work, laboratory?.calendar))
    }
    for (path, takes, calendarName) in work {
      guard let calendar = facility.calendars.first(where: { $0.name == calendarName }) else {
        continue
      }
      let longest = calendar.longestStretch
      if takes.usual > longest + 1e-9 {
        yaml.report(
          "E_FACILITY_CLOSED", nodes[path],
          "The work takes \(NumberText.significant(takes.usual * 24, 3)) h, and the calendar "
            + "'\(Shown.text(calendar.name))' is open for "
            + "\(NumberText.significant(longest * 24, 3)) h at most: it could never begin.",
          "Open longer, let shifts touch, or split the work.")
      }
    }
  }

  private mutating func journeys(_ product: Facility.Product, _ facility: Facility) {
    let path = "products.\(product.name)"
    let centres = facility.arrivals.filter { $0.product == product.name }.compactMap { arrival in
      facility.centres.first { $0.name == arrival.centre }
    }
    let longest = centres.compactMap { centre in
      facility.couriers.first { $0.name == centre.courier }?.takes.mean
    }.max()
    for (key, journey) in [("inbound", product.inbound), ("outbound", product.outbound)] {
      guard let journey, let limit = journey.limit else { continue }
      // A frozen product ages from its thawing, a fresh one from its fill.
      var least = journey.handling.mean + (journey.mode == .fresh ? longest ?? 0 : 0)
      if key == "outbound", journey.mode == .fresh {
        if let quality = product.quality { least += quality.work.mean + quality.incubation.mean }
        least += product.review?.takes.mean ?? 0
      }
      if least > limit {
        yaml.report(
          "E_FACILITY_EXPIRY", nodes["\(path).\(key).limit"],
          "The \(key == "inbound" ? "apheresis" : "product") may be "
            + "\(NumberText.significant(limit * 24, 3)) h old, and the way takes "
            + "\(NumberText.significant(least * 24, 3)) h at a mean: it expires before use.",
          key == "inbound"
            ? "Freeze it, or choose a faster courier."
            : "Freeze it, release it conditionally, or choose a faster courier.")
      }
    }
  }

  private mutating func chances(_ product: Facility.Product, _ facility: Facility) {
    let failure = product.failure
    let greatest = facility.diseases.map(\.failureFactor).max() ?? 1
    let chance = max(failure.culture, failure.harvest, failure.quality)
    if chance * max(1, greatest) * max(1, failure.again) > 1 {
      yaml.report(
        "E_FACILITY_VALUE", nodes["products.\(product.name)"],
        "A chance of failure is above 100 % with the factor of a disease or of a repeat.",
        "Lower the chance, 'again', or the factor of the disease.")
    }
    let leave = max(product.dropOutBeforeStart, product.dropOutBeforeInfusion)
    if leave * (facility.diseases.map(\.dropOutFactor).max() ?? 1) > 1 {
      yaml.report(
        "E_FACILITY_VALUE", nodes["products.\(product.name)"],
        "A share of drop-out is above 100 % with the factor of a disease.",
        "Lower the share, or the factor of the disease.")
    }
    if failure.attempts == nil, failure.retained + failure.recollected >= 1,
      (failure.culture + failure.harvest + failure.quality) * failure.again >= 1
    {
      yaml.report(
        "E_FACILITY_VALUE", nodes["products.\(product.name)"],
        "Every batch fails and is made again for ever.", "Limit 'attempts', or correct a chance.")
    }
  }

  private mutating func demand(_ facility: Facility) {
    let total = facility.arrivals.reduce(0) { $0 + $1.meanRate(horizon: facility.horizon) }
    if !(total > 0) {
      yaml.report(
        "E_FACILITY_VALUE", nodes["arrivals." + (facility.arrivals.first?.name ?? "")],
        "Nobody comes.", "Give a rate above 0.")
      return
    }
    for vector in facility.vectors {
      let rate = facility.demand(ofVector: vector.name)
      guard rate > 0, rate * vector.shelfLife < 1 else { continue }
      yaml.report(
        "E_FACILITY_EXPIRY", nodes["vectors.\(vector.name).shelf_life"],
        "A lot lives \(NumberText.significant(vector.shelfLife, 3)) d, and a dose is needed every "
          + "\(NumberText.significant(1 / rate, 3)) d: it expires before use.",
        "Correct the shelf life, or plan one lot for several products.")
    }
    for arrivals in facility.arrivals {
      guard case .patients(let list) = arrivals.source else { continue }
      for patient in list where patient.day < facility.start {
        yaml.report(
          "E_FACILITY_DATE", nodes["arrivals." + arrivals.name],
          "A patient comes on \(patient.day), before the plan begins.",
          "Begin the plan earlier, or remove the patient.")
        break
      }
    }
  }
}

extension Law {
  /// The length that has to fit into a shift: the longest where there is one, else the mean.
  var usual: Double {
    switch self {
    case .triangular(_, _, let most): most
    case .empirical(let values, _): values.max() ?? 0
    default: mean
    }
  }
}
