import Quantities
import RunRecords

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Viabilities that leave the line of their neighbours farther than an assay errs and a culture wanders.
///
/// On the logit scale a reading is held against the straight line between its neighbours; the seed's
/// viability is one of them. With w the share of the way and l and r the hours to the left and the right,
///   var = v + (1 - w)^2 vLeft + w^2 vRight + q l r / (l + r),
/// the last of them a Brownian bridge. The latest reading has no right neighbour: only its fall is judged,
/// with var = v + vLeft + q l. Doubted is what is off by more than three standard errors and by five points.
/// Thawing, activation and transduction cost cells: a fall within three days of them has `insult` more. A wash and a debeading may take dead cells out: what rises across one is not judged.
struct ViabilityDoubts: ColumnKnowledge {
  static let code = "W_VIABILITY_JUMP"

  /// Error of the assay, sd of the logit: 2 points at 90 %.
  static let assay = 0.25
  /// And of the share itself: near 100 % no assay tells 99.5 from 99.
  static let resolution = 0.01
  /// How far true viability wanders, variance of the logit an hour: judgement.
  static let wander = 0.02
  /// How much more it may fall after an insult, sd of the logit: judgement; 95 % may become 60 % in two days
  /// and recover.
  static let insult = 0.7
  /// For how long, h.
  static let insultHours = 72.0
  static let errors = 3.0
  /// The least difference that matters.
  static let points = 0.05

  let operations: [Operation]

  /// Looks at a run and what was done to it.
  static func check(
    _ run: ObservedRun, _ operations: [Operation], _ findings: inout FindingList
  ) {
    guard run.donor != .pooled else { return }
    var readings = ReadingColumn.readings(of: "viability", in: run)
    guard !readings.isEmpty else { return }
    for operation in operations {
      if case .seed(_, _, let viability?, _) = operation.action {
        readings.append(
          ColumnReading(
            time: operation.time, phase: .before, value: viability, place: operation.place))
      }
    }
    check(readings, by: ViabilityDoubts(operations: operations), &findings)
  }

  /// A fall that lasts is one event, named once; what comes before and after it is looked at by itself.
  private static func check(
    _ readings: [ColumnReading], by knowledge: ViabilityDoubts, _ findings: inout FindingList
  ) {
    if !knowledge.clashes(readings).isEmpty, let (early, late) = knowledge.lastingFall(readings) {
      findings.warning(
        code, at: late.place,
        "the viability falls from \(percent(early.value)) of \(early.words) to "
          + "\(percent(late.value)) of \(late.words) and stays low: if it is real, the culture is "
          + "dying.", remedy: ColumnDoubts.remedy)
      let isEarly = { (reading: ColumnReading) in
        reading.time < late.time
          || reading.time == late.time && reading.phase != late.phase
            && late.phase == .after
      }
      check(readings.filter(isEarly), by: knowledge, &findings)
      check(readings.filter { !isEarly($0) }, by: knowledge, &findings)
      return
    }
    ColumnDoubts.check(readings, by: knowledge, code, &findings)
  }

  static func percent(_ share: Double) -> String { "\(NumberText.significant(share * 100, 4)) %" }

  private func logit(_ share: Double) -> Double {
    let inner = min(max(share, 0.005), 0.995)
    return log(inner / (1 - inner))
  }

  private func variance(_ reading: ColumnReading) -> Double {
    let inner = min(max(reading.value, 0.005), 0.995)
    let slope = inner * (1 - inner)
    let resolved = Self.resolution / slope
    let counting = reading.counted.map { 1 / ($0 * slope) } ?? 0
    return Self.assay * Self.assay + resolved * resolved + counting
  }

  /// Whether dead cells may have been taken out between two readings.
  private func isCleaned(_ early: ColumnReading, _ late: ColumnReading) -> Bool {
    operations.contains { operation in
      guard operation.action.kind == .wash || operation.action.kind == .debead else {
        return false
      }
      if let trigger = operation.trigger {
        return operation.time <= late.time && early.time <= trigger.until ?? .infinity
      }
      return !early.moment.isAfter(operation.time) && late.moment.isAfter(operation.time)
    }
  }

  /// What a recent insult adds to the variance of a fall.
  private func stress(at reading: ColumnReading) -> Double {
    let isStressed = operations.contains { operation in
      [.seed, .activation, .transduction].contains(operation.action.kind)
        && reading.moment.isAfter(operation.time)
        && reading.time - operation.time <= Self.insultHours
    }
    return isStressed ? Self.insult * Self.insult : 0
  }

  func checks(_ readings: [ColumnReading]) -> [ColumnCheck] {
    let moments = ReadingColumn(readings).moments
    var checks: [ColumnCheck] = []
    for i in moments.indices.dropFirst() {
      let left = moments[i - 1].middle
      for reading in moments[i].readings {
        if i + 1 < moments.count {
          checks += [inner(reading, left, moments[i + 1].middle)].compactMap { $0 }
        } else {
          checks.append(fall(reading, from: left, isLatest: true))
        }
      }
    }
    return checks
  }

  /// A reading between two others.
  private func inner(
    _ reading: ColumnReading, _ left: ColumnReading, _ right: ColumnReading
  ) -> ColumnCheck? {
    let (l, r) = (reading.time - left.time, right.time - reading.time)
    guard l + r > 0 else { return nil }
    let w = l / (l + r)
    let line = (1 - w) * logit(left.value) + w * logit(right.value)
    let d = logit(reading.value) - line
    // Dead cells that were taken out make the right neighbour no measure of a low one, nor the left
    // one of a high one.
    if d < 0, isCleaned(reading, right) { return fall(reading, from: left, isLatest: false) }
    if d > 0, isCleaned(left, reading) { return nil }
    var variance = variance(reading) + (1 - w) * (1 - w) * variance(left)
    variance += w * w * self.variance(right) + Self.wander * l * r / (l + r)
    if d < 0 { variance += stress(at: reading) }
    let z = abs(d) / variance.squareRoot()
    let isFar = abs(reading.value - 1 / (1 + exp(-line))) >= Self.points
    return ColumnCheck(
      readings: [reading, left, right], z: z,
      clash: z > Self.errors && isFar
        ? "the viability of \(reading.words), \(Self.percent(reading.value)), lies between "
          + "\(Self.percent(left.value)) of \(left.words) and \(Self.percent(right.value)) of "
          + "\(right.words): no culture \(d < 0 ? "dies and recovers" : "recovers and dies") so fast."
        : nil)
  }

  private func fallen(_ reading: ColumnReading, from left: ColumnReading) -> Double {
    let variance =
      variance(reading) + variance(left) + Self.wander * (reading.time - left.time)
      + stress(at: reading)
    return max(0, logit(left.value) - logit(reading.value)) / variance.squareRoot()
  }

  /// A reading without a right neighbour.
  private func fall(
    _ reading: ColumnReading, from left: ColumnReading, isLatest: Bool
  ) -> ColumnCheck {
    let z = fallen(reading, from: left)
    return ColumnCheck(
      readings: [reading, left], z: z,
      clash: z > Self.errors && left.value - reading.value >= Self.points
        ? "the viability falls from \(Self.percent(left.value)) of \(left.words) to "
          + "\(Self.percent(reading.value)) of \(reading.words)"
          + (isLatest
            ? ", the latest reading: if it is real, the culture is dying."
            : ": if it is real, the culture was dying before it was washed.")
        : nil)
  }

  /// The greatest doubtful fall, from a level that the reading before had too, after which every reading is
  /// nearer to the low one; nil without one.
  private func lastingFall(
    _ readings: [ColumnReading]
  ) -> (early: ColumnReading, late: ColumnReading)? {
    let middles = ReadingColumn(readings).moments.map(\.middle)
    let falls = middles.indices.dropFirst().filter { i in
      let (high, low) = (logit(middles[i - 1].value), logit(middles[i].value))
      let later = middles[(i + 1)...]
      return fallen(middles[i], from: middles[i - 1]) > Self.errors && !later.isEmpty
        && middles[i - 1].value - middles[i].value >= Self.points
        && (i < 2
          || abs(logit(middles[i - 2].value) - low) > abs(logit(middles[i - 2].value) - high))
        && later.allSatisfy { abs(logit($0.value) - low) < abs(logit($0.value) - high) }
    }
    let greatest = falls.max {
      fallen(middles[$0], from: middles[$0 - 1]) < fallen(middles[$1], from: middles[$1 - 1])
    }
    return greatest.map { (middles[$0 - 1], middles[$0]) }
  }

  func slips(_ value: Double) -> [(value: Double, words: String)] {
    var found: [(value: Double, words: String)] = []
    func add(_ value: Double, _ words: String) {
      if value > 0, value <= 1 { found.append((value, words)) }
    }
    add(10 * value, "Ten times it, \(Self.percent(10 * value)),")
    add(value / 10, "A tenth of it, \(Self.percent(value / 10)),")
    for swapped in DigitSwaps.of(value * 100) {
      add(swapped / 100, "\(Self.percent(swapped / 100)), with two digits exchanged,")
    }
    add(1 - value, "100 % less it, \(Self.percent(1 - value)),")
    return found
  }
}

/// Numbers with two digits exchanged.
enum DigitSwaps {
  /// All that four digits of a number can become by one exchange; the decimal point stays.
  static func of(_ value: Double) -> [Double] {
    let text = Array(NumberText.significant(value, 4))
    var found: [Double] = []
    for i in text.indices where text[i].isNumber {
      for j in text.indices[(i + 1)...] where text[j].isNumber && text[i] != text[j] {
        var swapped = text
        swapped.swapAt(i, j)
        if let value = Double(String(swapped)) { found.append(value) }
      }
    }
    return found
  }
}
