import Quantities

extension PlanArithmetic {
  /// Mean and variance of the hold of an instrument by one start of a product [d, d2].
  ///
  /// A mixture of two: ended in culture (start, time to the end, clean-down), and harvested.
  public func hold(of product: Facility.Product) -> (mean: Double, variance: Double) {
    let instrument = facility.instruments.first { $0.name == product.instrument }
    let clean = instrument?.cleanDown ?? 0
    let starts = sum(product, \.starts)
    let ended = starts > 0 ? sum(product, \.ended) / starts : 0
    let begin = heldWait("start \(product.name)")
    let end = heldWait("harvest \(product.name)")
    let reserved = reserved(for: product)
    let early =
      reserved + begin.mean + product.start.takes.mean + product.failure.cultureAfter + clean
    let full =
      reserved + begin.mean + product.start.takes.mean + product.culture.mean + end.mean
      + product.harvest.takes.mean + clean
    let earlyVariance = begin.variance + product.start.takes.variance
    let fullVariance =
      earlyVariance + product.culture.variance + end.variance + product.harvest.takes.variance
    let mean = ended * early + (1 - ended) * full
    let square =
      ended * (early * early + earlyVariance) + (1 - ended) * (full * full + fullVariance)
    return (mean, max(0, square - mean * mean))
  }

  /// Mean time for which an instrument waits for its fresh cells [d], over all starts; 0 for cells that
  /// come frozen, or that are at hand.
  func reserved(for product: Facility.Product) -> Double {
    guard product.isReservedFirst else { return 0 }
    let starts = sum(product, \.starts)
    let way = lead(of: product).filter { $0.name == "collection" || $0.name == "journey in" }
    let days = way.reduce(0) { $0 + $1.days }
    return starts > 0 && days.isFinite ? days * sum(product, \.started) / starts : 0
  }

  /// Arrival rate [1/d], mean hold [d] and squared variation of an instrument; nil when unused.
  func service(
    _ instrument: Facility.Instrument
  ) -> (rate: Double, hold: Double, squaredVariation: Double)? {
    var rate = 0.0
    var first = 0.0
    var second = 0.0
    for product in facility.products where product.instrument == instrument.name {
      let starts = sum(product, \.starts)
      let hold = hold(of: product)
      guard starts > 0 else { continue }
      rate += starts
      first += starts * hold.mean
      second += starts * (hold.variance + hold.mean * hold.mean)
    }
    guard rate > 0 else { return nil }
    let mean = first / rate
    guard mean.isFinite, mean > 0 else { return (rate, mean, 0) }
    return (rate, mean, max(0, second / rate / (mean * mean) - 1))
  }

  func instrument(_ instrument: Facility.Instrument) -> ResourceLoad? {
    guard let (rate, hold, variation) = service(instrument) else { return nil }
    // An instrument that is down now and then serves as one that takes longer for each batch.
    let there = 1 - (instrument.outage?.share ?? 0)
    let load = rate * hold / there
    let wait = ManyServers.kimuraWait(
      offeredLoad: load, servers: instrument.count, service: hold / there,
      squaredVariation: variation)
    return ResourceLoad(
      kind: .instruments, name: instrument.name, count: instrument.count,
      demand: rate * Facility.daysPerYear,
      capacity: Double(instrument.count) * there / hold * Facility.daysPerYear, hold: hold,
      squaredVariation: variation, wait: load.isFinite ? wait : .infinity, calendarWait: 0,
      leastStable: ManyServers.leastStable(offeredLoad: load),
      used: load / Double(max(1, instrument.count)))
  }

  func vector(_ vector: Facility.Vector) -> ResourceLoad? {
    let rate = facility.demand(ofVector: vector.name, flows)
    guard rate > 0 else { return nil }
    // What expires is made and not used: at most what a lot lives is used of it.
    let used = min(1, rate * vector.shelfLife / Double(max(1, vector.lot)))
    let supply = vector.greatestSupply * used
    let cycle = vector.leadTime + vector.changeover
    let lots = (rate * cycle / (Double(max(1, vector.lot)) * used)).rounded(.down) + 1
    return ResourceLoad(
      kind: .vectors, name: vector.name, count: vector.reorderAt / max(1, vector.lot) + 1,
      demand: rate * Facility.daysPerYear,
      capacity: supply * Facility.daysPerYear, hold: 0, squaredVariation: 0,
      wait: supply > rate ? self.cycle(ofVector: vector.name)?.wait.mean ?? 0 : .infinity,
      calendarWait: 0, leastStable: lots.isFinite && lots < 1e6 ? Int(lots) : nil, used: nil)
  }

  /// Fewest units of a resource with a mean queue wait of at most some time [d], all else as it is;
  /// nil when there is no such number, or when the resource has no queue of its own (a vector).
  ///
  /// The part of a wait that the calendar makes is not counted: no number of teams opens a closed day.
  public func least(_ load: ResourceLoad, wait: Double) -> Int? {
    switch load.kind {
    case .instruments:
      guard let instrument = facility.instruments.first(where: { $0.name == load.name }),
        let (rate, hold, variation) = service(instrument), hold.isFinite
      else { return nil }
      let there = 1 - (instrument.outage?.share ?? 0)
      return ManyServers.least(
        offeredLoad: rate * hold / there, service: hold / there, squaredVariation: variation,
        wait: wait)
    case .vectors: return nil
    default:
      guard let stable = load.leastStable, let queue = shiftPool(load)?.queue else { return nil }
      return queue.least(wait: wait, from: stable)
    }
  }

  private func shiftPool(_ load: ResourceLoad) -> ShiftPool? {
    switch load.kind {
    case .teams: facility.teams.first { $0.name == load.name }.flatMap { team($0) }
    case .suites: facility.suites.first { $0.name == load.name }.flatMap { suite($0) }
    case .laboratories:
      facility.laboratories.first { $0.name == load.name }.flatMap { laboratory($0) }
    case .couriers: facility.couriers.first { $0.name == load.name }.flatMap { courier($0) }
    case .aphereses, .beds:
      facility.centres.first { $0.name == load.name }.flatMap {
        centre($0).first { $0.load.kind == load.kind }
      }
    case .instruments, .vectors: nil
    }
  }
}
