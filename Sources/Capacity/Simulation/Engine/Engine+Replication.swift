extension Engine {
  /// Replication `number` from an empty facility to the horizon.
  mutating func replicate(_ number: Int) throws(SimulationFault) -> Replication {
    reset(number)
    for stream in 0..<plan.origins.count { scheduleArrival(stream) }
    scheduleLevel(0)
    for unit in units.indices { scheduleUnit(unit, isRepair: false) }
    for (index, stock) in program.process.stocks.enumerated() {
      for _ in 0..<stock.lots { store(index) }
      reorder(index)
    }
    run()
    if let fault { throw fault }
    close()
    let laws = littlesLaws()
    for law in laws where law.gap > 1e-6 { throw .unbalanced(place: law.place) }
    let measures = log.summaries(bounds: program.bounds)
    return Replication(
      values: values(measures), histograms: measures.map(\.histogram), hours: hours.bins.array,
      laws: laws, events: eventCount)
  }

  private mutating func reset(_ replication: Int) {
    let process = program.process
    streams = Streams(
      seed: seed, replication: replication,
      names: process.arrivals.map { "stream " + $0.name } + process.pools.map { "pool " + $0.name }
        + process.stocks.map { "stock " + $0.name })
    (now, sequence, eventCount, fault) = (0, 0, 0, nil)
    heap.removeAll()
    patients.removeAll()
    unused.removeAll()
    clocks.removeAll()
    passes.removeAll()
    waits.removeAll()
    deadlines.removeAll()
    exits.removeAll()
    ready.removeAll()
    readyFirst = 0
    for (index, pool) in process.pools.enumerated() {
      pools[index] = PoolState()
      pools[index].count = pool.count
      pools[index].free = pool.count
      pools[index].order = pool.order
      queues[index].removeAll()
    }
    for index in 0..<stocks.count { stocks[index] = StockState() }
    hours.removeAll()
    positions.fill(ArrivalClock.Position())
    arrived.fill(0)
    unitPasses.fill(0)
    log.removeAll()
    tallies.fill(0)
    outcomes.fill(0)
    finished.fill(0)
    (measuredArrivals, overruns, present) = (0, 0, 0)
    (presentSince, presentDays, stayedDays) = (0, 0, 0)
  }

  /// Brings everything up to the horizon; those who are still there count as far as they got.
  private mutating func close() {
    for pool in 0..<pools.count { touch(pool) }
    countPresent(0)
    for patient in patients.array where patient.isPresent {
      if patient.companion == 0 { stayedDays += overlap(patient.arrival, now) }
      if patient.waiting == .pool {
        pools[Int(program.ops[Int(patient.pc)].a)].waited += overlap(patient.joined, now)
      }
    }
  }

  private borrowing func littlesLaws() -> [LittlesLaw] {
    let time = horizon - warmUp
    let system = LittlesLaw(
      place: "system", timeAverage: presentDays / time, rateTimesTime: stayedDays / time)
    return [system]
      + (0..<pools.count).map {
        LittlesLaw(
          place: program.process.pools[$0].name, timeAverage: pools[$0].queue / time,
          rateTimesTime: pools[$0].waited / time)
      }
  }

  /// The values of `Program.metrics`, in its order.
  private func values(_ measures: [MeasureSummary]) -> [Double] {
    let days = horizon - warmUp
    let years = days / 365
    let measuredYears = program.process.measuredYears
    var values: [Double] = []
    for (index, measure) in measures.enumerated() {
      let count = Double(measure.count)
      values.append(measure.sum / count)
      values.append(Double(measure.positive) / count)
      values.append(count)
      if !program.bounds[index].isNaN { values.append(Double(measure.within) / count) }
      values += measure.orderStatistics
    }
    for pool in pools.array {
      values.append(pool.used / pool.present)
      values.append(pool.busy / days)
      values.append(pool.atWork / days)
      values.append(pool.queue / days)
      values.append(Double(pool.waiting))
    }
    let ended = Double(outcomes.array.reduce(0, +))
    for index in 0..<outcomes.count {
      values.append(Double(outcomes[index]) / measuredYears)
      values.append(Double(outcomes[index]) / ended)
      values.append(Double(finished[index]) / years)
    }
    for tally in tallies.array { values.append(Double(tally) / measuredYears) }
    for index in 0..<stocks.count { values.append(stocks[index].expired / years) }
    let there = patients.array.filter { $0.isPresent && $0.companion == 0 }
    let oldest = there.map { now - $0.arrival }.max() ?? 0
    values += [
      Double(measuredArrivals) / measuredYears, presentDays / days, Double(there.count), oldest,
      Double(overruns) / years,
    ]
    return values
  }
}

extension Program {
  /// What `Engine` reports of a replication, in its order.
  var metrics: [Metric] {
    var all: [Metric] = []
    for (index, measure) in measures.names.enumerated() {
      all += [.mean(measure), .positive(measure), .count(measure)]
      if !bounds[index].isNaN { all.append(.within(measure)) }
      all += Metric.percents.map { .quantile(measure, percent: $0) }
    }
    for pool in process.pools {
      all += [
        .utilisation(pool.name), .inUse(pool.name), .atWork(pool.name), .queueLength(pool.name),
        .waitingAtEnd(pool.name),
      ]
    }
    for outcome in outcomes.names {
      all += [.outcome(outcome), .outcomeShare(outcome), .finished(outcome)]
    }
    all += tallies.names.map { .tally($0) }
    all += process.stocks.map { .expired($0.name) }
    return all + [.arrivals, .inSystem, .unfinished, .oldestUnfinished, .overruns]
  }
}

/// What is kept of a replication: its size depends on the process, not on its length.
struct Replication: Sendable {
  var values: [Double]
  var histograms: [Histogram]
  var hours: ContiguousArray<Double>
  var laws: [LittlesLaw]
  var events: Int
}
