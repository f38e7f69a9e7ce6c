import Capacity
import Quantities
import Timing

/// The facilities of the comparison; `Benchmarks/capacity` holds the same ones for the peers.
enum Model {
  /// A model by its name; devices for FAC-1.
  static func named(_ name: String, devices: Int) throws -> Process {
    switch name {
    case "fac1": try fac1(devices)
    case "fac1r": try reduced(devices)
    case "mm1": try queue()
    default: throw Unanswerable("there is no model \(name); fac1, fac1r or mm1")
    }
  }

  /// Devices, teams with a window of 08:00 to 18:00, QC lines, re-manufacture; 180 d + 10 years.
  private static func fac1(_ devices: Int) throws -> Process {
    Process(
      name: "FAC-1", start: try monday(),
      pools: [
        .init(name: "device", count: devices), .init(name: "team", count: 4),
        .init(name: "QC line", count: 4),
      ],
      calendars: [.hours("day shift", opens: 8, closes: 18)],
      routes: [
        .init(
          name: "batch",
          steps: [
            .label("again"), .tally("starts"), .seize([.init(pool: 0)]),
            .operation(
              .init("start", claims: [.init(pool: 1)], duration: .fixed(4.0 / 24), calendar: 0)),
            .delay(.lognormal(mean: 9, cv: 0.15), purpose: "culture"),
            .operation(
              .init("harvest", claims: [.init(pool: 1)], duration: .fixed(5.0 / 24), calendar: 0)),
            .release([.init(pool: 0)], after: 0.5), .seize([.init(pool: 2)]),
            .delay(.fixed(1), purpose: "test"), .release([.init(pool: 2)]),
            .delay(.fixed(7), purpose: "incubation"),
            .chance([0.05], purpose: "failure", to: "again"), .record("lead"), .finish("done"),
          ])
      ],
      arrivals: [.init(name: "patients", pattern: .poisson(perDay: 1000.0 / 365))],
      warmUp: 180, horizon: 3830)
  }

  /// Without shifts and teams.
  private static func reduced(_ devices: Int) throws -> Process {
    Process(
      name: "FAC-1r", start: try monday(),
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
      warmUp: 180, horizon: 3830)
  }

  /// One server, load 0.8, 80,000 patients.
  private static func queue() throws -> Process {
    Process(
      name: "M/M/1", start: try monday(), pools: [.init(name: "device", count: 1)],
      routes: [
        .init(
          name: "route",
          steps: [
            .seize([.init(pool: 0)]), .delay(.exponential(mean: 0.1), purpose: "service"),
            .release([.init(pool: 0)]), .record("lead"), .finish("done"),
          ])
      ],
      arrivals: [.init(name: "patients", pattern: .poisson(perDay: 8))],
      warmUp: 500, horizon: 10_500)
  }

  private static func monday() throws -> CivilDate {
    guard let date = CivilDate(year: 2026, month: 1, day: 5) else {
      throw Unanswerable("there is no such day")
    }
    return date
  }
}
