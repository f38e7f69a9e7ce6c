import Quantities

/// What a facility says about slots: instruments, laws of the harvest day, hours of the team.
public struct SlotFacility: Sendable {
  /// The products that are made on the instruments, with their laws, in the order of the facility.
  public let laws: [(name: String, law: HarvestDayLaw)]
  /// Instruments that are up on average, whole ones, at least one.
  public let devices: Int
  /// Team hours of a Monday to a Sunday; absences taken off.
  public let weekHours: [Double]
  /// Days on which nobody works.
  public let closed: [CivilDate]
  /// Mean team hours of a start and of a harvest; the longest among the products.
  public let startHours: Double
  /// Mean team hours of a harvest; the longest among the products.
  public let harvestHours: Double
  /// Whole days from harvest to release, rounded up; the longest among the products.
  public let qcDays: Int
  /// The first day of the facility's plan.
  public let start: CivilDate
  /// Days of its plan.
  public let horizon: Double
  /// What was taken from the facility, in sentences.
  public let basis: [String]
  /// Places for the instruments in their suites; nil where the facility does not say.
  public let places: Int?
  let facility: Facility
  let products: [Facility.Product]
  let days: SlotDay
  private let failures: [(name: String, chance: Double, endedAfter: Double)]

  /// Reads off what slots need.
  ///
  /// `instrument` names the instruments; nil where there is one kind. Throws `SlotsRefused` when they
  /// or their products are not there, when starts and harvests are not done by the same team, or when
  /// the clean-down takes more than the night after a harvest (12 h).
  public init(_ facility: Facility, instrument name: String? = nil) throws(SlotsRefused) {
    let names = facility.instruments.map(\.name)
    guard let instrument = facility.instruments.first(where: { name == nil || $0.name == name }),
      name != nil || names.count == 1
    else {
      throw .problem(
        "the facility has the instruments \(names.joined(separator: ", ")): name one of them")
    }
    let products = facility.products.filter { $0.instrument == instrument.name }
    (self.facility, self.products) = (facility, products)
    let suite = facility.suites.first { $0.name == instrument.suite }
    places = suite.flatMap { suite in suite.places.map { $0 * suite.count } }
    guard !products.isEmpty else {
      throw .problem("no product is made on the instruments '\(instrument.name)'")
    }
    guard instrument.cleanDown <= 0.5 + 1e-9 else {
      throw .problem(
        "the clean-down of '\(instrument.name)' takes more than 12 h, and slots free an instrument "
          + "on the day after its harvest")
    }
    let skills = products.flatMap { [$0.start.skill, $0.harvest.skill] }
    let teams = skills.map { skill in
      facility.teams.firstIndex { $0.skills.contains(skill) }
    }
    guard let number = teams.first ?? nil, teams.allSatisfy({ $0 == number }) else {
      throw .problem(
        "starts and harvests are not all done by one team, and slots count the hours of one")
    }
    let team = facility.teams[number]
    let calendar = facility.calendars.first { $0.name == team.calendar }
    let starts = products.map(\.start.takes.mean).max() ?? 0
    let harvests = products.map(\.harvest.takes.mean).max() ?? 0
    let day = SlotDay(calendar, start: starts, harvest: harvests)
    days = day
    weekHours = Self.hours(of: team, calendar)
    closed = calendar?.closed ?? []
    startHours = 24 * starts
    harvestHours = 24 * harvests
    let up = Double(instrument.count) * (1 - (instrument.outage?.share ?? 0))
    devices = max(1, Int((up + 1e-9).rounded(.down)))
    let release = products.map { product in
      let tests = product.quality.map { $0.work.mean + $0.incubation.mean } ?? 0
      return tests + (product.review?.takes.mean ?? 0)
    }
    let longest = release.max() ?? 0
    qcDays = Int((longest - 1e-9).rounded(.up))
    start = facility.start
    horizon = facility.horizon
    failures = products.map { ($0.name, $0.failure.culture, $0.failure.cultureAfter) }
    var laws: [(name: String, law: HarvestDayLaw)] = []
    for product in products {
      laws.append(
        (
          product.name,
          try day.law(
            product.culture, failure: product.failure.culture,
            endedAfter: product.failure.cultureAfter)
        ))
    }
    self.laws = laws
    basis = Self.words(instrument, team, products, devices: devices)
  }

  /// The law of a batch of a product (by its place among `laws`) whose culture is as evidence says.
  /// Where that tells a failure, it takes the place of the product's, on the last day of the law.
  public func law(
    _ evidence: CultureEvidence, product: Int
  ) throws(SlotsRefused) -> HarvestDayLaw {
    let own = failures[min(max(0, product), failures.count - 1)]
    guard let failure = evidence.failure else {
      return try days.law(evidence.law, failure: own.chance, endedAfter: own.endedAfter)
    }
    return try days.law(evidence.law, failure: failure, endedAfter: evidence.law.quantile(1))
  }

  private static func hours(
    of team: Facility.Team, _ calendar: Facility.WorkCalendar?
  ) -> [Double] {
    (1...7).map { weekday in
      let teams = weekday >= 6 ? team.weekend ?? team.count : team.count
      guard let calendar else { return 24 * Double(teams) * (1 - team.absence) }
      guard calendar.days.contains(where: { $0.rawValue == weekday }) else { return 0 }
      let open = calendar.shifts.reduce(0) { $0 + 24 * $1.length }
      return open * Double(teams) * (1 - team.absence)
    }
  }

  private static func words(
    _ instrument: Facility.Instrument, _ team: Facility.Team, _ products: [Facility.Product],
    devices: Int
  ) -> [String] {
    var words = [
      "\(NumberText.counted(instrument.count, "instrument")) '\(instrument.name)', of which \(devices) "
        + "\(devices == 1 ? "counts" : "count"): "
        + (instrument.outage == nil
          ? "none is ever down."
          : "the whole number that is up on average, at least one."),
      "Hours of the team '\(team.name)' by its calendar"
        + (team.absence > 0
          ? ", less \(NumberText.percent(team.absence, decimals: 1)) absence" : "")
        + "; queues for suites, laboratories, reviewers, couriers and beds are not counted.",
    ]
    if products.count > 1 {
      words.append(
        "Products: \(products.map(\.name).joined(separator: ", ")); the column 'law' names a "
          + "patient's (empty: the first). Starts and harvests take as long as the longest of "
          + "them.")
    }
    for product in products {
      let all = 1 - (1 - product.failure.harvest) * (1 - product.failure.quality)
      guard product.failure.culture > 0 || all > 0 else { continue }
      words.append(
        "\(product.name): \(NumberText.percent(product.failure.culture, decimals: 1)) of the cultures "
          + "fail and free their instrument early, "
          + "\(NumberText.percent(all, decimals: 1)) of the harvests fail later. A batch that is made "
          + "again is a new row: no second start is kept free.")
    }
    return words
  }
}

extension CultureEvidence {
  /// The law of the harvest day in whole days, for slots whose day has no hours: a culture that is
  /// ready after 9.3 days is harvested on day 10. Throws `SlotsRefused` beyond 399 days.
  public func dayLaw() throws(SlotsRefused) -> HarvestDayLaw {
    var days: [Double] = []
    var before = 0.0
    while before < 1 - 1e-6 {
      guard days.count < 400 else { throw .problem("a culture may take longer than 399 days") }
      let now = law.share(upTo: Double(days.count) + 1e-9)
      days.append(max(0, now - before))
      before = max(before, now)
    }
    days[days.count - 1] += 1 - before
    return try HarvestDayLaw(
      days, failure: failure ?? 0, endedOn: min(399, Int(law.quantile(1).rounded(.up))))
  }
}

extension Law {
  /// P(value <= x), from the quantile function by halving, to 2^-50.
  func share(upTo x: Double) -> Double {
    let table = Quantile(self)
    guard table.value(at: 0) <= x else { return 0 }
    var (low, high) = (0.0, 1 - 0x1p-53)
    guard table.value(at: high) > x else { return 1 }
    for _ in 0..<52 {
      let middle = (low + high) / 2
      if table.value(at: middle) <= x { low = middle } else { high = middle }
    }
    return low
  }
}
