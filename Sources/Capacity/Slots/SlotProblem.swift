/// Patients who need a start day, and what the facility can carry on each day.
///
/// Days are whole numbers from a day 0 that the caller knows the date of. A patient may start on
/// `max(release, earliest) ... release + window`. On every day the mean number of instruments in
/// use stays within `devices` (or P(more in use than there are) within `alpha`), and the mean
/// hours of the teams within the hours of that day.
public struct SlotProblem: Sendable {
  /// One patient.
  public struct Patient: Hashable, Sendable {
    /// As the patient is called in the plan.
    public var name: String
    /// First day on which the cells can be started.
    public var release: Int
    /// Last day on which the product is wanted.
    public var due: Int
    /// Cost of a day late, relative to other patients.
    public var weight: Double
    /// Which of the problem's harvest-day laws holds.
    public var law: Int
    /// A start day that stays as it is, inside a frozen horizon or already running.
    public var committed: Int?
    /// The start day that an earlier plan gave; another one costs `Price.move`.
    public var told: Int?
    /// Which of the problem's deliveries brings the product; nil: `Price.qcDays` after the harvest.
    public var delivery: Int?

    /// A patient; without `law` the first law holds.
    public init(
      name: String, release: Int, due: Int, weight: Double, law: Int = 0,
      committed: Int? = nil, told: Int? = nil
    ) {
      self.name = name
      self.release = release
      self.due = due
      self.weight = weight
      self.law = law
      self.committed = committed
      self.told = told
    }
  }

  /// What holds for the instruments on each day.
  public enum DeviceRule: Hashable, Sendable {
    /// The mean number in use is at most the number there are.
    case meanLoad
    /// P(more in use than there are) is at most alpha.
    case chance(alpha: Double)
  }

  /// What a plan costs: 100 (weight x mean days late + wait x days from release to start), rounded
  /// to a whole number for each patient; a start that was told and is moved adds to it.
  public struct Price: Hashable, Sendable {
    /// Days from the harvest to the release of the product.
    public var qcDays: Int
    /// Cost of a day between release and start.
    public var wait: Double
    /// Units of cost in one day late at weight 1.
    public var scale: Double
    /// Cost of another start day than the one that the patient was told; like a day late.
    public var move: Double

    /// Prices as in the model of the slots; a product is released one day after its harvest.
    public init(qcDays: Int = 1, wait: Double = 0.05, scale: Double = 100, move: Double = 0) {
      self.qcDays = qcDays
      self.wait = wait
      self.scale = scale
      self.move = move
    }
  }

  /// Who needs a start.
  public var patients: [Patient]
  /// The laws that patients refer to.
  public var laws: [HarvestDayLaw]
  /// Instruments there are.
  public var devices: Int
  /// Which rule holds for them.
  public var rule: DeviceRule
  /// Team hours of day 0 to day 6; they repeat every week.
  public var weekHours: [Double]
  /// Team hours of single days that differ, such as holidays.
  public var otherHours: [Int: Double]
  /// Team hours that a start takes.
  public var startHours: Double
  /// Team hours that a harvest takes.
  public var harvestHours: Double
  /// Days after its release on which a patient may start at the latest.
  public var window: Int
  /// No start that is not committed comes before this day.
  public var earliest: Int
  /// What a plan costs.
  public var price: Price
  /// Whether a batch that is ready on a day without team hours keeps its instrument until the next
  /// day that has some; its law then depends on its start day.
  public var waitsForHours: Bool
  /// Ways from the harvest to the infusion that patients refer to.
  public var deliveries: [SlotDelivery] = []

  /// A problem.
  ///
  /// Throws `SlotsRefused` when a number is negative, not finite or far out of reach, when a law
  /// is not there, or when the week has not seven days.
  public init(
    patients: [Patient], laws: [HarvestDayLaw], devices: Int, rule: DeviceRule = .meanLoad,
    weekHours: [Double], otherHours: [Int: Double] = [:], startHours: Double,
    harvestHours: Double, window: Int, earliest: Int = 0, price: Price = .init(),
    waitsForHours: Bool = false
  ) throws(SlotsRefused) {
    self.patients = patients
    self.laws = laws
    self.devices = devices
    self.rule = rule
    self.weekHours = weekHours
    self.otherHours = otherHours
    self.startHours = startHours
    self.harvestHours = harvestHours
    self.window = window
    self.earliest = earliest
    self.price = price
    self.waitsForHours = waitsForHours
    try check()
  }

  /// Team hours on a day.
  public func hours(on day: Int) -> Double {
    otherHours[day] ?? weekHours[((day % 7) + 7) % 7]
  }

  /// The days on which a patient may start; empty when the window has passed.
  public func days(of patient: Patient) -> Range<Int> {
    if let day = patient.committed { return day..<day + 1 }
    let first = max(patient.release, earliest)
    return first..<max(first, patient.release + window + 1)
  }

  /// The law of a batch that starts on a day.
  public func law(_ law: Int, start: Int) -> HarvestDayLaw {
    waitsForHours ? laws[law].waiting { hours(on: start + $0) <= 0 } : laws[law]
  }

  /// The days on which a patient whose batch starts on a day can be infused.
  public func infusion(_ patient: Patient, start: Int) -> InfusionDays {
    let law = law(patient.law, start: start)
    guard let way = patient.delivery, deliveries.indices.contains(way) else {
      return InfusionDays(start: start, law: law, qcDays: price.qcDays)
    }
    return InfusionDays(start: start, law: law, delivery: deliveries[way])
  }

  /// The cost of a start on a day, in whole units; days late are those of a batch that does not fail,
  /// from the due day to the first day on which it can be infused.
  public func cost(_ patient: Patient, start: Int) -> Int {
    let law = law(patient.law, start: start)
    var late = 0.0
    let way = patient.delivery.flatMap { deliveries.indices.contains($0) ? deliveries[$0] : nil }
    for (day, p) in law.probability.enumerated() where p > 0 {
      guard let way else {
        late += p * Double(max(0, start + day + price.qcDays - patient.due))
        continue
      }
      late += p * way.late(law, harvest: day, start: start, due: patient.due)
    }
    let wait = price.wait * Double(start - patient.release)
    let moved = patient.told.map { $0 == start ? 0 : price.move } ?? 0
    return Int((price.scale * (patient.weight * late + wait + moved)).rounded())
  }

  private func check() throws(SlotsRefused) {
    func within(_ x: Double, _ limit: Double) -> Bool { x.isFinite && x >= 0 && x <= limit }
    guard !laws.isEmpty else { throw .problem("there is no harvest-day law") }
    guard (1...100_000).contains(devices) else { throw .problem("there is no instrument") }
    guard weekHours.count == 7, weekHours.allSatisfy({ within($0, 1e6) }),
      otherHours.values.allSatisfy({ within($0, 1e6) })
    else { throw .problem("the team hours are not seven numbers of 0 to 1,000,000") }
    guard within(startHours, 1e4), within(harvestHours, 1e4) else {
      throw .problem("the hours of a start or of a harvest are not 0 to 10,000")
    }
    guard (0...1000).contains(window) else { throw .problem("the window is not 0 to 1000 days") }
    guard (0...1000).contains(price.qcDays), within(price.wait, 1e4), within(price.scale, 1e6),
      within(price.move, 1e6)
    else { throw .problem("the cost of waiting or the days of quality control are out of range") }
    if case .chance(let alpha) = rule, !(alpha > 0 && alpha < 1) {
      throw .problem("the probability of too few instruments is not between 0 and 1")
    }
    let reach = -100_000...100_000
    guard reach.contains(earliest) else { throw .problem("the first day is out of range") }
    for patient in patients {
      guard laws.indices.contains(patient.law), within(patient.weight, 1e6),
        reach.contains(patient.release), reach.contains(patient.due),
        reach.contains(patient.committed ?? 0)
      else { throw .problem("patient '\(patient.name)' has a number out of range") }
    }
  }
}
