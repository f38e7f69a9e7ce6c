import Quantities

@testable import Capacity

/// Processes that several suites simulate.
enum Fixture {
  /// A Monday.
  static let monday = day(0)

  /// So many days after Monday 2026-01-05.
  static func day(_ number: Int) -> CivilDate {
    guard let date = CivilDate(dayNumber: 20_458 + number) else {
      preconditionFailure("the calendar reaches so far")
    }
    return date
  }

  /// One pool, one route: wait, serve, leave. With `orElse` nobody waits.
  static func station(
    servers: Int, rate: Double, service: Law, isLoss: Bool = false, warmUp: Double,
    observed: Double, followUp: Double = 0
  ) -> Process {
    var steps: [Process.Step] = [
      .seize([.init(pool: 0)], orElse: isLoss ? "lost" : nil),
      .delay(service, purpose: "service"), .release([.init(pool: 0)]), .finish("served"),
    ]
    if isLoss { steps += [.label("lost"), .finish("lost")] }
    return Process(
      name: "station", start: monday, pools: [.init(name: "server", count: servers)],
      routes: [.init(name: "route", steps: steps)],
      arrivals: [.init(name: "patients", pattern: .poisson(perDay: rate))],
      warmUp: warmUp, horizon: warmUp + observed + followUp, followUp: followUp)
  }

  /// What FAC-1 can be changed in.
  struct Changes {
    var devices = 34
    var teams = 4
    var lines = 4
    var mean = 9.0
    var cv = 0.15
    var failure = 0.05
    var perYear = 1000.0
    /// The QC line is held for the incubation, too.
    var holdsLine = false
    var worksAtWeekends = true
    var years = 10.0
  }

  /// FAC-1: devices, teams with a window of 08:00 to 18:00, QC lines, re-manufacture.
  static func fac1(_ change: Changes = Changes()) -> Process {
    let week = CivilDate.Weekday.allCases
    let days = change.worksAtWeekends ? week : week.filter { $0 < .saturday }
    let test: [Process.Step] =
      change.holdsLine
      ? [
        .seize([.init(pool: 2)]), .delay(.fixed(7), purpose: "test"), .release([.init(pool: 2)]),
      ]
      : [
        .seize([.init(pool: 2)]), .delay(.fixed(1), purpose: "test"), .release([.init(pool: 2)]),
        .delay(.fixed(7), purpose: "incubation"),
      ]
    return Process(
      name: "FAC-1", start: monday,
      pools: [
        .init(name: "device", count: change.devices), .init(name: "team", count: change.teams),
        .init(name: "QC line", count: change.lines),
      ],
      calendars: [.hours("day shift", opens: 8, closes: 18, on: days)],
      routes: [
        .init(
          name: "batch",
          steps: [
            .label("again"), .tally("starts"), .seize([.init(pool: 0)]),
            .operation(
              .init("start", claims: [.init(pool: 1)], duration: .fixed(4.0 / 24), calendar: 0)),
            .delay(.lognormal(mean: change.mean, cv: change.cv), purpose: "culture"),
            .operation(
              .init("harvest", claims: [.init(pool: 1)], duration: .fixed(5.0 / 24), calendar: 0)),
            .release([.init(pool: 0)], after: 0.5),
          ] + test + [
            .chance([change.failure], purpose: "failure", to: "again"), .record("lead"),
            .finish("done"),
          ])
      ],
      arrivals: [.init(name: "patients", pattern: .poisson(perDay: change.perYear / 365))],
      warmUp: 180, horizon: 180 + 365 * change.years)
  }

  /// FAC-1r: no shifts and teams; a device is held 0.875 d and the culture.
  static func reduced(devices: Int) -> Process {
    Process(
      name: "FAC-1r", start: monday,
      pools: [.init(name: "device", count: devices), .init(name: "QC line", count: 4)],
      routes: [
        .init(
          name: "batch",
          steps: [
            .label("again"), .seize([.init(pool: 0)]), .delay(.fixed(0.875), purpose: "handling"),
            .delay(.lognormal(mean: 9, cv: 0.15), purpose: "culture"), .release([.init(pool: 0)]),
            .seize([.init(pool: 1)]), .delay(.fixed(1), purpose: "test"),
            .release([.init(pool: 1)]), .delay(.fixed(7), purpose: "incubation"),
            .chance([0.05], purpose: "failure", to: "again"), .record("lead"), .finish("done"),
          ])
      ],
      arrivals: [.init(name: "patients", pattern: .poisson(perDay: 1000.0 / 365))],
      warmUp: 180, horizon: 180 + 3650)
  }

  /// Known patients on one route, everything they need in the arguments.
  static func dated(
    _ days: [Double], _ steps: [Process.Step], pools: [Process.Pool] = [],
    calendars: [Process.Calendar] = [], stocks: [Process.Stock] = [], horizon: Double = 100,
    extra: [Process.Route] = []
  ) -> Process {
    Process(
      name: "dated", start: monday, pools: pools, calendars: calendars, stocks: stocks,
      routes: [.init(name: "route", steps: steps)] + extra,
      arrivals: [.init(name: "patients", pattern: .dated(days))], warmUp: 0, horizon: horizon)
  }

  /// The result of one replication.
  static func once(_ process: Process) throws -> SimulationResult {
    try Simulation(process).run(.after(1), seed: 1)
  }
}

extension SimulationResult {
  /// The mean of a metric over the replications; NaN for one that is not there.
  func value(_ metric: Metric) -> Double {
    guard let estimate = self[metric], estimate.count > 0 else { return .nan }
    return estimate.mean
  }

  /// Distance of a metric from a known value in standard errors, its own and the value's joined.
  func distance(_ metric: Metric, from value: Double, error: Double = 0) -> Double {
    guard let estimate = self[metric] else { return .nan }
    let own = estimate.standardError
    return abs(estimate.mean - value) / (own * own + error * error).squareRoot()
  }
}

/// Equal but for rounding.
func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-9 }
