#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Engine {
  /// The next patient of a stream comes in.
  mutating func arrive(_ stream: Int) {
    let index = admit()
    let number = arrived[stream]
    arrived[stream] += 1
    scheduleArrival(stream)
    let isMeasured = now >= warmUp && now < measuredEnd
    if isMeasured { measuredArrivals += 1 }
    patients[index].pc = plan.origins[stream].entry
    patients[index].stream = Int32(stream)
    patients[index].number = number
    patients[index].arrival = now
    patients[index].isMeasured = isMeasured
    countPresent(1)
    proceed(index)
  }

  mutating func scheduleArrival(_ stream: Int) {
    let number = arrived[stream]
    let uniform = streams.uniform(
      stream, number: number, purpose: program.arrivalKey, pass: 0, companion: 0)
    let rate = plan.steadyRates[stream]
    if rate > 0 {
      positions[stream].time -= log1p(-uniform) / rate
    } else {
      positions[stream].time = clocksOfArrivals[stream].next(
        Int(number), uniform, &positions[stream])
    }
    schedule(positions[stream].time, .arrival, stream)
  }

  /// Room for one more.
  private mutating func admit() -> Int {
    if let free = unused.popLast() {
      let index = Int(free)
      patients[index] = Patient()
      patients[index].isPresent = true
      for clock in 0..<clockCount { clocks[index * clockCount + clock] = .nan }
      for purpose in 0..<purposeCount { passes[index * purposeCount + purpose] = 0 }
      for pool in 0..<pools.count { waits[index * pools.count + pool] = 0 }
      return index
    }
    let index = patients.count
    if index >= 100_000_000 / max(1, slots) { fault = .tooLarge(day: now) }
    patients.append(Patient())
    patients[index].isPresent = true
    for _ in 0..<clockCount { clocks.append(.nan) }
    for _ in 0..<purposeCount { passes.append(0) }
    for _ in 0..<pools.count { waits.append(0) }
    for _ in 0..<slots {
      deadlines.append(.infinity)
      exits.append(0)
    }
    return index
  }

  /// The end of a patient or companion.
  mutating func finish(_ index: Int, outcome: Int, route: Int) {
    let patient = patients[index]
    if patient.companion == 0 {
      countPresent(-1)
      stayedDays += overlap(patient.arrival, now)
      if patient.isMeasured {
        outcomes[outcome] += 1
        for pool in 0..<pools.count where plan.claimed[route * pools.count + pool] == 1 {
          observe(plan.patientMeasures[pool], waits[index * pools.count + pool], index)
        }
      }
      if now >= warmUp { finished[outcome] += 1 }
    }
    patients[index].isPresent = false
    patients[index].ticket = 0
    for slot in 0..<slots { deadlines[index * slots + slot] = .infinity }
    unused.append(Int32(index))
  }

  /// A companion of a patient starts on the route at `entry`, when the patient has to wait.
  mutating func spawn(_ index: Int, entry: Int32) {
    let other = admit()
    patients[index].spawned += 1
    patients[other].pc = entry
    patients[other].stream = patients[index].stream
    patients[other].number = patients[index].number
    patients[other].companion = patients[index].companion &* 31 &+ patients[index].spawned
    patients[other].arrival = patients[index].arrival
    patients[other].isMeasured = patients[index].isMeasured
    ready.append(Int32(other))
  }

  @inline(__always)
  mutating func countPresent(_ change: Int) {
    presentDays += Double(present) * overlap(presentSince, now)
    presentSince = now
    present += change
  }

  /// The part of a time that is measured [days].
  @inline(__always)
  func overlap(_ from: Double, _ to: Double) -> Double { max(0, to - max(from, warmUp)) }

  /// The value that a patient draws for a purpose.
  @inline(__always)
  mutating func uniform(_ index: Int, _ purpose: Int) -> Double {
    let place = index * purposeCount + purpose
    let pass = passes[place]
    passes[place] = pass &+ 1
    return streams.uniform(
      Int(patients[index].stream), number: patients[index].number,
      purpose: plan.purposeKeys[purpose], pass: UInt32(pass),
      companion: patients[index].companion)
  }

  @inline(__always)
  mutating func draw(_ index: Int, _ draw: Int) -> Double {
    let shape = plan.shapes[draw]
    switch shape.form {
    case .fixed: return shape.a
    case .empirical:
      return program.draws[draw].quantile.value(at: uniform(index, plan.drawPurposes[draw]))
    default: return shape.value(at: uniform(index, plan.drawPurposes[draw]))
    }
  }

  @inline(__always)
  mutating func observe(_ measure: Int, _ value: Double, _ index: Int) {
    if patients[index].isMeasured { log.add(value, to: measure) }
  }
}
