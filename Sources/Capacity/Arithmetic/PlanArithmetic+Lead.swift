import Statistics

extension PlanArithmetic {
  /// A part of the mean time of one patient.
  public struct LeadPart: Sendable {
    /// Which part.
    public let name: String
    /// Mean days, batches made again with it.
    public let days: Double
  }

  /// The parts of the mean time from arrival to the end of the way, in their order [d].
  ///
  /// Batches made again count as often as they are made for one patient. A wait that grows without
  /// end makes its part infinite.
  public func lead(of product: Facility.Product) -> [LeadPart] {
    let started = sum(product, \.started)
    guard started > 0 else { return [] }
    let streams = flows.filter { $0.arrivals.product == product.name }
    /// A mean over the streams, each with its centre.
    func mean(
      _ rate: (BatchFlow) -> Double, _ value: (Facility.Centre) -> Double
    ) -> Double {
      streams.reduce(0) { sum, flow in
        let centre = facility.centres.first { $0.name == flow.arrivals.centre }
        return sum + (centre.map { rate(flow) * value($0) } ?? 0)
      } / started
    }
    func journey(_ centre: Facility.Centre) -> Double {
      facility.couriers.first { $0.name == centre.courier }.map {
        $0.takes.mean + windows($0.calendar).meanWait
      } ?? 0
    }
    let starts = self.sum(product, \.starts) / started
    let harvests = self.sum(product, \.harvests) / started
    let tests = self.sum(product, \.tests) / started
    let released = self.sum(product, \.released) / started
    let ended = self.sum(product, \.ended) / started
    let instrument = load(.instruments, product.instrument)?.wait ?? 0
    var parts: [LeadPart] = []
    func add(_ name: String, _ days: Double) {
      if days > 0 { parts.append(LeadPart(name: name, days: days)) }
    }
    add(
      "collection",
      mean(\.collections) {
        wait("apheresis \($0.name)") + $0.apheresis.mean
          + ($0.aphereses == nil ? windows($0.collectionCalendar).meanWait : 0)
      })
    if let inbound = product.inbound {
      let collections = self.sum(product, \.collections) / started
      add("journey in", mean(\.collections, journey) + collections * inbound.handling.mean)
    }
    add(
      "wait for vector",
      starts * (product.vector.flatMap { load(.vectors, $0) }?.wait ?? 0))
    add("wait for an instrument", starts * instrument)
    add(
      "start", starts * (wait("start \(product.name)") + product.start.takes.mean))
    add("culture", harvests * product.culture.mean + ended * product.failure.cultureAfter)
    add("wait for the harvest", harvests * wait("harvest \(product.name)"))
    add("harvest", harvests * product.harvest.takes.mean)
    if let quality = product.quality {
      add("wait for a line", tests * wait("test \(product.name)"))
      add("tests", tests * (quality.work.mean + quality.incubation.mean))
    }
    if let review = product.review {
      add("review", released * (wait("review \(product.name)") + review.takes.mean))
    }
    if let outbound = product.outbound {
      let out = self.sum(product, \.infused) / started
      add("journey out", mean(\.infused, journey) + out * outbound.handling.mean)
    }
    guard let booking = product.booking else {
      add("wait for a bed", mean(\.infused) { wait("bed \($0.name)") })
      return parts
    }
    add(
      "wait for the booked day", mean(\.infused) { bookedWait(product, at: $0, booking: booking) })
    // Who comes on a booked day comes in open hours.
    add("wait for a bed", mean(\.infused) { queueWait("bed \($0.name)") })
    return parts
  }

  /// Mean days from arrival to infusion of all products, each as often as its treatments begin;
  /// infinite where a queue grows without end.
  public var meanLead: Double {
    guard isStable else { return .infinity }
    let weights = facility.products.map { sum($0, \.started) }
    let total = weights.reduce(0, +)
    return zip(facility.products, weights).reduce(0) { sum, pair in
      pair.1 > 0 ? sum + pair.1 / total * lead(of: pair.0).reduce(0) { $0 + $1.days } : sum
    }
  }

  /// Mean time for which a product that is at hand waits for the infusion day that was booked at its
  /// start [d], that of a day booked anew with it.
  ///
  /// The product is at hand X after the start, culture and a normal rest; the day is B after it, the
  /// quantile `booking` of the culture, the means of the rest and the time to the next opening of the
  /// hospital, all starts of a week alike:
  ///
  ///     E[(B - X)+] + P(X > B) (1 d + mean wait for an opening)
  ///
  /// Infinite where a wait before it is.
  func bookedWait(
    _ product: Facility.Product, at centre: Facility.Centre, booking: Double
  ) -> Double {
    let courier = facility.couriers.first { $0.name == centre.courier }
    var rest = wait("harvest \(product.name)") + product.harvest.takes.mean
    var variance =
      (waits["harvest \(product.name)"]?.variance ?? 0) + product.harvest.takes.variance
    func add(_ wait: (mean: Double, variance: Double)?, _ takes: Law) {
      rest += (wait?.mean ?? 0) + takes.mean
      variance += (wait?.variance ?? 0) + takes.variance
    }
    if let quality = product.quality {
      add(waits["test \(product.name)"], quality.work)
      add(nil, quality.incubation)
    }
    if let review = product.review { add(waits["review \(product.name)"], review.takes) }
    if let outbound = product.outbound {
      add(nil, outbound.handling)
      if let courier { add((windows(courier.calendar).meanWait, 0), courier.takes) }
    }
    guard rest.isFinite else { return .infinity }
    let spread = max(variance.squareRoot(), 1e-6)
    let hospital = windows(centre.infusionCalendar)
    let booked = product.bookedAfter(product.culture.quantile(booking), courier: courier)
    let missed = 1 + hospital.meanWait
    let phases = hospital.isAlways ? 1 : 84
    let cultures = (0..<50).map { product.culture.quantile((Double($0) + 0.5) / 50) }
    var sum = 0.0
    for phase in 0..<phases {
      let from = Double(phase) / 12 + booked
      let day = (hospital.nextFit(from, length: 0) ?? from) - Double(phase) / 12
      for culture in cultures {
        let z = (day - culture - rest) / spread
        let inTime = Normal.cumulative(z)
        sum += spread * (z * inTime + Normal.density(z)) + (1 - inTime) * missed
      }
    }
    return sum / Double(phases * cultures.count)
  }
}

extension OpenWindows {
  /// Mean wait until the next opening from a time at random [d]; 0 where it never closes.
  var meanWait: Double {
    guard !isAlways, days > 0, let first = opens.first else { return 0 }
    var sum = 0.0
    var before = 0.0
    for (open, close) in zip(opens, closes) {
      sum += (open - before) * (open - before) / 2
      before = close
    }
    // The gap over the end is one gap.
    let head = first
    let tail = Double(days) - before
    sum += (head + tail) * (head + tail) / 2 - head * head / 2
    return sum / Double(days)
  }
}
