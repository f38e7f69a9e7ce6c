/// Writes the way of one product, centre and disease as steps.
///
/// Attempts are written one after the other, because a batch made again has other chances; without a
/// limit of attempts the last one repeats. An apheresis that expires is collected again.
struct RouteBuilder {
  let facility: Facility
  let table: Process
  let product: Facility.Product
  let centre: Facility.Centre?
  let disease: Facility.Disease?
  let patient: Facility.Arrivals.Patient?
  /// The companion that waits for the late results of a conditional release.
  private(set) var late: Process.Route?
  private var out: [Process.Step] = []

  init(
    _ facility: Facility, _ table: Process, _ product: Facility.Product,
    _ centre: Facility.Centre?, _ disease: Facility.Disease?,
    patient: Facility.Arrivals.Patient? = nil
  ) {
    self.patient = patient
    self.facility = facility
    self.table = table
    self.product = product
    self.centre = centre
    self.disease = disease
    if let quality = product.quality, quality.release == .conditional, quality.latePositive > 0 {
      late = Process.Route(
        name: [product.name, centre?.name, disease?.name, patient?.id, "late results"].compactMap {
          $0
        }
        .joined(separator: " · "),
        steps: [
          .delay(.fixed(quality.lateAfter), purpose: "late results"),
          .chance([1 - quality.latePositive], purpose: "late positive", to: "negative"),
          .tally("late positive"), .label("negative"), .finish("late results"),
        ])
    }
  }

  private var lateRoute: Int { table.routes.count + 1 }
  private var courier: Facility.Courier? {
    facility.couriers.first { $0.name == centre?.courier }
  }
  private var isCollected: Bool { product.inbound != nil || centre != nil }

  /// Attempts that are written out.
  private var written: Int {
    if let attempts = product.failure.attempts { return min(attempts, 12) }
    return product.failure.again == 1 ? 1 : 2
  }

  /// The forecast of this patient's own culture.
  private var forecast: CultureEvidence? { patient.flatMap { facility.forecasts[$0.id] } }
  private var endsEarly: Bool { product.failure.culture > 0 || forecast?.failure ?? 0 > 0 }
  private var culture: Law { forecast?.law ?? product.culture }

  // MARK: Parts

  private func pool(_ kind: ResourceLoad.Kind, _ name: String) -> Process.Claim? {
    let title = ResourceLoad.Kind.pool(kind, name)
    return table.pools.firstIndex { $0.name == title }.map { Process.Claim(pool: $0) }
  }
  private func calendar(_ name: String?) -> Int? {
    name.flatMap { name in table.calendars.firstIndex { $0.name == name } }
  }
  private var instrument: Facility.Instrument? {
    facility.instruments.first { $0.name == product.instrument }
  }
  private var device: [Process.Claim] {
    [pool(.instruments, product.instrument)].compactMap { $0 }
  }
  private func chance(_ value: Double, _ purpose: String, _ to: String) -> Process.Step {
    .chance([min(1, max(0, value))], purpose: purpose, to: to)
  }

  /// Work by a team, in the suite of the instrument where there is one.
  private mutating func work(_ name: String, _ operation: Facility.Operation, inSuite: Bool) {
    let team = facility.teams.first { $0.skills.contains(operation.skill) }
    let people = team.flatMap { pool(.teams, $0.name) }
    let suite = facility.suites.first { inSuite && $0.name == instrument?.suite }
    let room = suite.flatMap { pool(.suites, $0.name) }
    let claims = [people].compactMap { $0 }
    if let room { out.append(.seize([room])) }
    out.append(.operation(.init(name, claims: claims, duration: operation.takes)))
    if let room { out.append(.release([room], after: suite?.clearance ?? 0)) }
  }

  private mutating func journey(_ purpose: String) {
    guard let courier else { return }
    if let calendar = calendar(courier.calendar) { out.append(.awaitOpening(calendar: calendar)) }
    let van = pool(.couriers, courier.name)
    if let van { out.append(.seize([van])) }
    out.append(.delay(courier.takes, purpose: purpose))
    if let van { out.append(.release([van])) }
  }

  // MARK: The route

  mutating func steps() -> [Process.Step] {
    let drop = disease?.dropOutFactor ?? 1
    if product.dropOutBeforeStart > 0 {
      out.append(chance(product.dropOutBeforeStart * drop, "drop-out before start", "left"))
    }
    for attempt in 1...written { self.attempt(attempt) }
    for attempt in 1...written { failures(attempt) }
    delivery(drop)
    if product.dropOutBeforeStart > 0 { out += [.label("left"), .finish("left before the start")] }
    return out
  }

  private mutating func attempt(_ k: Int) {
    let factor = (disease?.failureFactor ?? 1) * (k > 1 ? product.failure.again : 1)
    let failure = product.failure
    let isForecast = k == 1 && forecast != nil
    let early =
      isForecast ? forecast?.failure ?? failure.culture * factor : failure.culture * factor
    let vector = facility.vectors.firstIndex { $0.name == product.vector }
    out.append(.label("collect \(k)"))
    if isCollected {
      if product.isReservedFirst {
        if let vector { out.append(.consume(stock: vector)) }
        out.append(.seize(device))
      }
      collection(k)
      if product.isReservedFirst { out.append(.goto("run \(k)")) }
    }
    out.append(.label("make \(k)"))
    if let vector { out.append(.consume(stock: vector)) }
    out += [.seize(device), .label("run \(k)")]
    work("start", product.start, inSuite: true)
    if isCollected, product.inbound?.limit != nil { out.append(.endLimit("apheresis age \(k)")) }
    out += [.tally("starts"), .mark("start")]
    if let booking = product.booking {
      out.append(
        .book(
          after: product.bookedAfter(
            culture.quantile(booking), courier: courier),
          calendar: calendar(centre?.infusionCalendar)))
    }
    if endsEarly {
      out.append(chance(early, "failure in culture", "ended \(k)"))
    }
    out.append(.delay(isForecast ? culture : product.culture, purpose: "culture"))
    harvest(k, factor: factor, held: true)
    out.append(.goto("released"))
  }

  /// The way of a batch that does not fail, from its harvest on.
  mutating func stepsFromHarvest() -> [Process.Step] {
    harvest(1, factor: 1, held: false)
    delivery(1)
    return out
  }

  /// From the harvest to the end of the review; `held` where the batch has an instrument.
  private mutating func harvest(_ k: Int, factor: Double, held: Bool) {
    let failure = product.failure
    work("harvest", product.harvest, inSuite: true)
    if held { out.append(.release(device, after: instrument?.cleanDown ?? 0)) }
    if failure.harvest > 0 {
      out.append(chance(failure.harvest * factor, "failure at harvest", "out \(k)"))
    }
    tests()
    if failure.quality > 0 {
      out.append(chance(failure.quality * factor, "failure in tests", "out \(k)"))
    }
    if let review = product.review { work("review", review, inSuite: false) }
  }

  private mutating func collection(_ k: Int) {
    if let centre {
      let machine = [pool(.aphereses, centre.name)].compactMap { $0 }
      if !machine.isEmpty || centre.collectionCalendar != nil || centre.apheresis.mean > 0 {
        out.append(
          .operation(
            .init(
              "apheresis", claims: machine, duration: centre.apheresis,
              calendar: calendar(centre.collectionCalendar))))
      }
    }
    out.append(.mark("vein"))
    guard let inbound = product.inbound else { return }
    if let limit = inbound.limit {
      out.append(
        .startLimit(
          "apheresis age \(k)", .fixed(limit), purpose: "limit", exceeded: "expired \(k)"))
    }
    if inbound.handling.mean > 0 { out.append(.delay(inbound.handling, purpose: "handling in")) }
    journey("journey in")
  }

  private mutating func tests() {
    guard let quality = product.quality else { return }
    let line = [pool(.laboratories, quality.laboratory)].compactMap { $0 }
    if quality.lineHeld {
      let laboratory = facility.laboratories.first { $0.name == quality.laboratory }
      out += [
        .seize(line),
        .operation(
          .init(
            "tests", claims: [], duration: quality.work, calendar: calendar(laboratory?.calendar))),
        .delay(quality.incubation, purpose: "incubation"), .release(line),
      ]
    } else {
      out.append(.operation(.init("tests", claims: line, duration: quality.work)))
      if quality.incubation.mean > 0 {
        out.append(.delay(quality.incubation, purpose: "incubation"))
      }
    }
  }

  /// What follows a failure of an attempt.
  private mutating func failures(_ k: Int) {
    let failure = product.failure
    let isLast = failure.attempts.map { k >= min($0, written) } ?? false
    let next = failure.attempts == nil ? written : k + 1
    if isCollected, product.inbound?.limit != nil {
      out.append(.label("expired \(k)"))
      if product.isReservedFirst { out.append(.release(device)) }
      out += [.tally("aphereses expired"), .goto("collect \(k)")]
    }
    func again(
      _ retained: Double, _ recollected: Double
    ) -> [Process.Step] {
      guard !isLast else { return [] }
      var steps: [Process.Step] = []
      if retained > 0 { steps.append(chance(retained, "made again", "make \(next)")) }
      if recollected > 0 {
        let rest = max(1e-12, 1 - retained)
        steps.append(chance(recollected / rest, "collected again", "collect \(next)"))
      }
      return steps
    }
    if endsEarly {
      out += [
        .label("ended \(k)"), .delay(.fixed(failure.cultureAfter), purpose: "ended culture"),
        .release(device, after: instrument?.cleanDown ?? 0), .tally("ended in culture"),
      ]
      out += again(failure.retained, failure.recollected)
      out.append(.finish("lost"))
    }
    if failure.harvest > 0 || failure.quality > 0 {
      out += [.label("out \(k)"), .tally("out of specification")]
      let rest = max(1e-12, 1 - failure.infused)
      if failure.infused > 0 {
        out.append(chance(failure.infused, "infused out of specification", "used outside"))
      }
      out += again(failure.retained / rest, failure.recollected / rest)
      out.append(.finish("lost"))
    }
  }

  /// From release to infusion.
  private mutating func delivery(_ drop: Double) {
    let usesOutside =
      product.failure.infused > 0 && product.failure.harvest + product.failure.quality > 0
    if usesOutside {
      out += [.label("used outside"), .tally("infused out of specification"), .goto("on its way")]
    }
    out += [.label("released"), .record("released after")]
    if late != nil { out.append(.spawn(route: lateRoute)) }
    out.append(.label("on its way"))
    if product.dropOutBeforeInfusion > 0 {
      out.append(
        chance(product.dropOutBeforeInfusion * drop, "drop-out before infusion", "left late"))
    }
    let shelf = product.outbound?.limit
    if let shelf {
      out.append(
        .startLimit(
          "product age", .fixed(shelf), purpose: "limit", exceeded: "product expired"))
    }
    if let outbound = product.outbound {
      if outbound.handling.mean > 0 {
        out.append(.delay(outbound.handling, purpose: "handling out"))
      }
      journey("journey out")
    }
    out.append(.mark("at hand"))
    let hospital = calendar(centre?.infusionCalendar)
    if product.booking != nil { out.append(.awaitBooking(rebookAfter: 1, calendar: hospital)) }
    let bed = centre.flatMap { pool(.beds, $0.name) }
    if let bed { out.append(.seize([bed])) }
    if let hospital { out.append(.awaitOpening(calendar: hospital)) }
    if shelf != nil { out.append(.endLimit("product age")) }
    records()
    if let bed {
      if case .fixed(let days) = centre?.stay ?? .fixed(0) {
        out.append(.release([bed], after: days))
      } else {
        out += [.delay(centre?.stay ?? .fixed(0), purpose: "stay"), .release([bed])]
      }
    }
    out.append(.finish("infused"))
    if product.dropOutBeforeInfusion > 0 {
      out += [.label("left late"), .finish("left before the infusion")]
    }
    if shelf != nil {
      out.append(.label("product expired"))
      out.append(.finish("product expired"))
    }
  }

  /// Times of an infused patient, over all and by what tells patients apart.
  private mutating func records() {
    out += [
      .record("product waits", since: "at hand"),
      .record("lead", within: nil),
    ]
    if let patient { out.append(.record(Facility.measure(of: patient))) }
    if isCollected {
      out.append(.record("vein to vein", since: "vein", within: facility.commonPromise))
      let parts = [
        facility.products.count > 1 ? product.name : nil,
        facility.centres.count > 1 ? centre?.name : nil,
        facility.diseases.count > 1 ? disease?.name : nil,
      ]
      for part in parts.compactMap({ $0 }) {
        out.append(.record("vein to vein, \(part)", since: "vein"))
      }
    }
    if let promise = product.promise {
      out.append(
        .record(
          "promised, \(product.name)", since: isCollected ? "vein" : nil, within: promise))
    }
  }
}

extension Facility {
  /// The promise of all products, where it is one.
  var commonPromise: Double? {
    let all = Set(products.map(\.promise))
    return all.count == 1 ? products.first?.promise ?? nil : nil
  }
}
