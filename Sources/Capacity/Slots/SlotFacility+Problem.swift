import Quantities

extension SlotFacility {
  /// A problem with what was taken for it, in sentences.
  public struct Posed: Sendable {
    /// The problem.
    public let problem: SlotProblem
    /// What was taken, such as the centre of patients of whom none is known.
    public let basis: [String]
    /// What does not fit the facility and should be known first; nil where nothing is.
    public let warning: String?

    /// A problem from its parts.
    public init(problem: SlotProblem, basis: [String], warning: String?) {
      (self.problem, self.basis, self.warning) = (problem, basis, warning)
    }
  }

  /// The problem of some patients, whose days count from a date.
  ///
  /// A batch that is ready on a day without team hours waits for the next day. The day of infusion
  /// follows from the way of the product to the centre (`SlotDelivery`). The centre is that of
  /// `centres`, else that of the facility's dated patient of that name, else the one of the product's
  /// centres that takes longest. Throws `SlotsRefused`, also for more instruments than there are places.
  /// - Parameters:
  ///   - products: each patient's product by its place among `laws`; nil where `law` of the patient
  ///     is that place.
  ///   - centres: each patient's centre; nil where none is named.
  public func problem(
    patients: [SlotProblem.Patient], products chosen: [Int]? = nil, centres: [String?]? = nil,
    laws: [HarvestDayLaw], devices: Int?, rule: SlotProblem.DeviceRule, window: Int,
    dayZero: CivilDate
  ) throws(SlotsRefused) -> Posed {
    if let devices, let places, devices > places {
      throw .problem(
        "\(devices) instruments are more than the \(places) places that the suites have for them")
    }
    let first = dayZero.weekday.rawValue - 1
    var other: [Int: Double] = [:]
    for date in closed { other[date.dayNumber - dayZero.dayNumber] = 0 }
    var problem = try SlotProblem(
      patients: patients, laws: laws, devices: devices ?? self.devices, rule: rule,
      weekHours: (0..<7).map { weekHours[($0 + first) % 7] }, otherHours: other,
      startHours: startHours, harvestHours: harvestHours, window: window,
      price: .init(qcDays: qcDays), waitsForHours: true)
    var ways = Ways(self, days: Self.harvests(of: problem), dayZero: dayZero)
    for index in patients.indices {
      let product = products[
        min(max(0, chosen?[index] ?? patients[index].law), products.count - 1)]
      problem.patients[index].delivery = try ways.delivery(
        product, named: centres?[index] ?? nil, patient: patients[index].name)
    }
    problem.deliveries = ways.all
    var warning: String?
    if let devices, devices > self.devices {
      warning =
        "\(devices) instruments are planned with; of those of the facility "
        + "\(self.devices) \(self.devices == 1 ? "is" : "are") up on average."
    }
    return Posed(problem: problem, basis: ways.words(of: patients.count), warning: warning)
  }

  /// The days on which batches of a problem can be harvested.
  private static func harvests(of problem: SlotProblem) -> Range<Int> {
    let first = problem.patients.map { min($0.release, $0.told ?? $0.release) }.min() ?? 0
    let last =
      problem.patients.map { max($0.release + problem.window, $0.told ?? $0.release) }.max() ?? 0
    return first..<(last + 14 + (problem.laws.map(\.probability.count).max() ?? 0))
  }

  /// The ways that patients need, each walked once.
  private struct Ways {
    let source: SlotFacility
    let days: Range<Int>
    let dayZero: CivilDate
    var all: [SlotDelivery] = []
    /// Place among `all` by product, courier and calendar of the centre: centres that share them share
    /// their way.
    var known: [[String?]: Int] = [:]
    var told = 0
    /// Product, centre and place of those whose centre is not told.
    var slowest: [String: (centre: String?, place: Int, isOne: Bool)] = [:]

    init(_ source: SlotFacility, days: Range<Int>, dayZero: CivilDate) {
      (self.source, self.days, self.dayZero) = (source, days, dayZero)
    }

    mutating func delivery(
      _ product: Facility.Product, named: String?, patient: String
    ) throws(SlotsRefused) -> Int {
      let facility = source.facility
      let dated = facility.arrivals.first { stream in
        guard stream.product == product.name, case .patients(let list) = stream.source else {
          return false
        }
        return list.contains { $0.id == patient }
      }
      if let name = named ?? dated?.centre {
        guard let centre = facility.centres.first(where: { $0.name == name }) else {
          throw .problem("patient '\(patient)' is of a centre '\(name)' that the facility has not")
        }
        told += 1
        return try walk(product, centre)
      }
      if let one = slowest[product.name] { return one.place }
      let names = facility.arrivals.filter { $0.product == product.name }.compactMap(\.centre)
      var candidates = facility.centres.filter { names.contains($0.name) }
      if candidates.isEmpty { candidates = facility.centres }
      var best = (centre: candidates.first?.name, place: try walk(product, candidates.first))
      var isOne = true
      for centre in candidates.dropFirst() {
        let place = try walk(product, centre)
        isOne = isOne && place == best.place
        if all[place].meanDays > all[best.place].meanDays { best = (centre.name, place) }
      }
      slowest[product.name] = (best.centre, best.place, isOne)
      return best.place
    }

    private mutating func walk(
      _ product: Facility.Product, _ centre: Facility.Centre?
    ) throws(SlotsRefused) -> Int {
      let key = [product.name, centre?.courier, centre?.infusionCalendar]
      if let place = known[key] { return place }
      all.append(
        try SlotDelivery(
          source.facility, product: product, centre: centre, begins: source.days.begins, days: days,
          dayZero: dayZero))
      known[key] = all.count - 1
      return all.count - 1
    }

    /// What was taken, in sentences.
    func words(of patients: Int) -> [String] {
      var words = [
        "Infusion: the first day on which the product can be there and its centre is open. From the harvest "
          + "it goes through tests, incubation, review, handling and journey as in 'plan simulate', "
          + "each in its own open hours, without queues, without a failure and without a wait for a bed "
          + "(\(all.map { "\($0.name) \(NumberText.fixed($0.meanDays, decimals: 1)) d" }.joined(separator: ", ")) "
          + "after the harvest on average)."
      ]
      let open = slowest.keys.sorted().compactMap { product -> String? in
        guard let one = slowest[product], !one.isOne, let centre = one.centre else { return nil }
        return "\(product): \(centre)"
      }
      if !open.isEmpty {
        words.append(
          "\(NumberText.counted(patients - told, "patient")) without a centre (column 'centre') "
            + "\(patients - told == 1 ? "is" : "are") booked for the one of the product that takes longest "
            + "(\(open.joined(separator: "; "))).")
      }
      return words
    }
  }
}
