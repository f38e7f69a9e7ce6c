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
    add("wait for a bed", mean(\.infused) { wait("bed \($0.name)") })
    return parts
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
