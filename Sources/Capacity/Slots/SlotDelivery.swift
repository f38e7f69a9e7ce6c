import Quantities

/// From the harvest of a product to the day on which a centre can infuse it, when nothing has to wait for
/// anything but open hours.
///
/// The way is the one that a simulation of the facility walks (`RouteBuilder`), from the harvest on: tests,
/// incubation, review, handling, journey, opening of the centre. It is walked by the same engine with
/// plenty of everything, for harvests of every day and of each part of a day, so calendars, holidays and
/// work that must fit into a shift are those of the simulation. Failures, drop-outs and bookings are left
/// out; durations are drawn from their laws (`samples` a day and part, always the same ones).
public struct SlotDelivery: Sendable {
  /// Days from the harvest to the first day of an infusion, and the share of the batches.
  public struct Later: Sendable, Hashable {
    /// Days after the harvest day.
    public let days: Int
    /// Share of the batches.
    public let share: Double
  }

  /// The product and the centre, in words.
  public let name: String
  /// Times of day at which harvests begin [d from midnight], one for each part of a day.
  public let begins: [Double]
  /// The first harvest day that was walked.
  public let first: Int
  private let table: [[Later]]
  /// The most days from a harvest to its infusion.
  private let longest: Int

  /// Batches that are walked for each day and part.
  static let samples = 8
  /// Days after the last harvest in which its batches must be infused.
  static let tail = 120
  /// The most harvest days that are walked.
  static let mostDays = 20_000

  /// Walks the way of a product to a centre (nil: it ends with the journey) for harvests on `days`,
  /// counted from a date. Throws `SlotsRefused` when the days are too many or a batch finds no open day
  /// within 120 days.
  init(
    _ facility: Facility, product: Facility.Product, centre: Facility.Centre?, begins: [Double],
    days: Range<Int>, dayZero: CivilDate
  ) throws(SlotsRefused) {
    name = [product.name, centre?.name].compactMap { $0 }.joined(separator: " for ")
    self.begins = begins
    first = days.lowerBound
    guard !begins.isEmpty, !days.isEmpty, days.count <= Self.mostDays,
      let date = CivilDate(dayNumber: dayZero.dayNumber + days.lowerBound)
    else {
      throw .problem("the days of the patients are more than \(Self.mostDays) or no dates")
    }
    let samples = max(1, min(Self.samples, 400_000 / (days.count * begins.count)))
    var arrivals: [Double] = []
    arrivals.reserveCapacity(days.count * begins.count * samples)
    for day in 0..<days.count {
      for begin in begins {
        arrivals += [Double](repeating: Double(day) + begin, count: samples)
      }
    }
    let process = facility.delivery(
      of: product, to: centre, from: date, harvests: arrivals,
      horizon: Double(days.count + Self.tail))
    var counts = [[Int: Int]](repeating: [:], count: days.count * begins.count)
    var infused = 0
    do {
      var engine = Engine(try Simulation(process).program, seed: 1)
      engine.isTraced = true
      _ = try engine.replicate(0)
      let pool = process.pools.count - 1
      for entry in engine.trace where entry.kind == .taken(pool) {
        let cell = Int(entry.number) / samples
        counts[cell][Int(entry.time.rounded(.down)) - cell / begins.count, default: 0] += 1
        infused += 1
      }
    } catch {
      throw .problem("the way after the harvest of \(name) cannot be walked: \(error)")
    }
    guard infused == arrivals.count else {
      throw .problem("some products of \(name) are not infused within \(Self.tail) days of harvest")
    }
    longest = counts.flatMap(\.keys).max() ?? 0
    table = counts.map { cell in
      cell.keys.sorted().map {
        Later(days: $0, share: Double(cell[$0] ?? 0) / Double(samples))
      }
    }
  }

  /// When a batch that is harvested on a day can be infused. Outside of the days that were walked the
  /// nearest week of them holds.
  public func after(harvest day: Int, part: Int) -> [Later] {
    let days = table.count / begins.count
    var index = day - first
    if index < 0 { index = min(days - 1, ((index % 7) + 7) % 7) }
    if index >= days { index = max(0, days - 7 + (index - days) % 7) }
    return table[index * begins.count + min(max(0, part), begins.count - 1)]
  }

  /// Mean days from a due day to the infusion, of batches that start on a day and are harvested `day` days
  /// later.
  func late(_ law: HarvestDayLaw, harvest day: Int, start: Int, due: Int) -> Double {
    let slack = due - start - day
    func mean(_ part: Int) -> Double {
      after(harvest: start + day, part: part).reduce(0) {
        $0 + $1.share * Double(max(0, $1.days - slack))
      }
    }
    // The longest of all ways is in time for most starts.
    if slack >= longest { return 0 }
    guard law.parts.indices.contains(day) else { return mean(begins.count - 1) }
    var sum = 0.0
    for (part, weight) in law.parts[day].enumerated() where weight > 0 {
      sum += weight * mean(part)
    }
    return sum
  }

  /// Mean days from harvest to infusion, over all days and parts.
  public var meanDays: Double {
    table.joined().reduce(0) { $0 + $1.share * Double($1.days) } / Double(max(1, table.count))
  }
}

extension Facility {
  /// The way of one product from its harvest to the infusion, with plenty of everything; the last pool is
  /// taken at the infusion.
  func delivery(
    of product: Product, to centre: Centre?, from first: CivilDate, harvests: [Double],
    horizon: Double
  ) -> Process {
    let plenty = 1_000_000
    var other = self
    (other.start, other.warmUp, other.arrivals, other.vectors) = (first, 0, [], [])
    other.forecasts = [:]
    for index in other.instruments.indices { other.instruments[index].outage = nil }
    for index in other.teams.indices {
      other.teams[index].count = plenty
      // A team that rests on weekends still does.
      if let weekend = other.teams[index].weekend, weekend > 0 { other.teams[index].weekend = nil }
      other.teams[index].absence = 0
    }
    for index in other.suites.indices {
      (other.suites[index].count, other.suites[index].clearance) = (plenty, 0)
    }
    for index in other.laboratories.indices { other.laboratories[index].lines = plenty }
    for index in other.couriers.indices { other.couriers[index].count = nil }
    var here = centre
    here?.beds = nil
    here?.stay = .fixed(0)
    var goods = product
    goods.failure = Failure()
    (goods.dropOutBeforeStart, goods.dropOutBeforeInfusion) = (0, 0)
    (goods.booking, goods.promise) = (nil, nil)
    goods.outbound?.limit = nil
    goods.quality?.release = .full
    var table = other.process(horizon: max(1, horizon - Self.followUp))
    table.followUp = 0
    var builder = RouteBuilder(other, table, goods, here, nil)
    let end = Process.Claim(pool: table.pools.count)
    table.pools.append(.init(name: "infused", count: plenty))
    let steps = builder.stepsFromHarvest().flatMap { step -> [Process.Step] in
      switch step {
      case .record: []
      case .finish("infused"): [.seize([end]), .release([end]), step]
      default: [step]
      }
    }
    table.routes = [.init(name: product.name, steps: steps)]
    table.arrivals = [.init(name: "harvests", pattern: .dated(harvests))]
    return table
  }
}
