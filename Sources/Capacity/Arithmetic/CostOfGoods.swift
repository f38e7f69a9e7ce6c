/// What a year costs, by who is paid, and what that makes for a patient.
public struct CostOfGoods: Sendable {
  /// One line of the costs of a year.
  public struct Line: Sendable {
    /// What is paid for.
    public let name: String
    /// Money a year.
    public let amount: Double
    /// True where it is paid whatever is made.
    public let isFixed: Bool
  }

  /// Lines above 0, fixed ones first.
  public private(set) var lines: [Line] = []
  /// Patients a year whose first batch is started.
  public let started: Double
  /// Patients infused a year.
  public let infused: Double

  /// The costs of a facility at the mean flows of its arithmetic.
  ///
  /// Rooms, instruments, teams and lines are paid for the whole year; of an instrument the share of
  /// the time in which it is not used is a line of its own, the cost of unused capacity.
  public init(_ plan: PlanArithmetic) {
    let facility = plan.facility
    func yearly(_ value: (BatchFlow) -> Double) -> Double {
      plan.flows.reduce(0) { $0 + value($1) } * Facility.daysPerYear
    }
    started = yearly(\.started)
    infused = yearly(\.infused)
    var lines: [Line] = []
    func add(_ name: String, _ amount: Double, isFixed: Bool) {
      if amount > 0 { lines.append(Line(name: name, amount: amount, isFixed: isFixed)) }
    }
    add(
      "rooms", facility.suites.reduce(0) { $0 + Double($1.count) * $1.cost }, isFixed: true)
    for one in facility.instruments {
      let used = min(1, plan.load(.instruments, one.name)?.ofLimit ?? 0)
      add("\(one.name), in use", Double(one.count) * one.cost * used, isFixed: true)
      add("\(one.name), not in use", Double(one.count) * one.cost * (1 - used), isFixed: true)
    }
    for team in facility.teams { add(team.name, Double(team.count) * team.cost, isFixed: true) }
    for one in facility.laboratories {
      add(one.name, Double(one.lines) * one.cost, isFixed: true)
    }
    for item in facility.costs.fixed { add(item.name, item.amount, isFixed: true) }
    for product in facility.products {
      func sum(_ value: (BatchFlow) -> Double) -> Double {
        plan.sum(product, value) * Facility.daysPerYear
      }
      add("materials, \(product.name)", sum(\.starts) * product.materials, isFixed: false)
      let dose = facility.vectors.first { $0.name == product.vector }?.cost ?? 0
      add("vector, \(product.name)", sum(\.starts) * dose, isFixed: false)
      add(
        "tests, \(product.name)", sum(\.tests) * (product.quality?.cost ?? 0), isFixed: false)
    }
    var journeys = 0.0
    for flow in plan.flows {
      let centre = facility.centres.first { $0.name == flow.arrivals.centre }
      let product = facility.products.first { $0.name == flow.arrivals.product }
      guard let courier = facility.couriers.first(where: { $0.name == centre?.courier }) else {
        continue
      }
      let count =
        (product?.inbound == nil ? 0 : flow.collections)
        + (product?.outbound == nil ? 0 : flow.infused)
      journeys += count * courier.cost * Facility.daysPerYear
    }
    add("couriers", journeys, isFixed: false)
    for item in facility.costs.perStart {
      add(item.name, item.amount * yearly(\.starts), isFixed: false)
    }
    for item in facility.costs.perInfused { add(item.name, item.amount * infused, isFixed: false) }
    let days = plan.flows.reduce(0.0) { sum, flow in
      let stay = facility.centres.first { $0.name == flow.arrivals.centre }?.stay.mean ?? 0
      return sum + flow.infused * stay * Facility.daysPerYear
    }
    add("beds", days * facility.costs.bedDay, isFixed: false)
    self.lines = lines.filter(\.isFixed) + lines.filter { !$0.isFixed }
  }

  /// Money a year.
  public var total: Double { lines.reduce(0) { $0 + $1.amount } }
  /// Money a year that does not depend on what is made.
  public var fixed: Double { lines.reduce(0) { $0 + ($1.isFixed ? $1.amount : 0) } }
  /// Money for a patient whose treatment begins.
  public var perStarted: Double { started > 0 ? total / started : .infinity }
  /// Money for a patient who is infused.
  public var perInfused: Double { infused > 0 ? total / infused : .infinity }
}
