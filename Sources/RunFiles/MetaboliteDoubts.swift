import Quantities
import RunRecords

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Glucose and lactate that no cell and no medium explains: a balance between neighbouring readings over
/// what was fed, exchanged, washed and pumped.
///
/// A reading errs by 10 %, at least 0.3 mmol/L, and so does what is said of a medium; only what exceeds three
/// such errors is doubted. Where a medium's glucose is not stated, or a rule changes the vessel, nothing is
/// compared across it.
struct MetaboliteDoubts {
  static let code = "W_METABOLITE"

  /// Error of a reading, and of a medium's composition.
  static let error = 0.1
  /// The least error of a reading, mmol/L.
  static let leastError = 0.3
  static let errors = 3.0

  /// Looks at a run and what was done to it.
  static func check(
    _ run: ObservedRun, _ operations: [Operation], _ findings: inout FindingList
  ) {
    guard run.donor != .pooled else { return }
    let book = VesselBook(operations)
    func readings(_ quantity: String) -> [ColumnReading] {
      let measured = ReadingColumn.readings(of: quantity, in: run)
      guard !measured.isEmpty else { return [] }
      let seeded = operations.compactMap { operation -> ColumnReading? in
        guard case .seed(_, _, _, let solutes) = operation.action, solutes["glucose"] != nil
        else { return nil }
        return ColumnReading(
          time: operation.time, phase: .before, value: solutes[quantity] ?? 0,
          place: operation.place)
      }
      // The medium of the seed is there at once; a reading before it would be refused.
      return seeded + measured
    }
    let glucose = ColumnDoubts.check(
      readings("glucose"), by: GlucoseKnowledge(book: book), code, &findings)
    ColumnDoubts.check(
      readings("lactate"), by: LactateKnowledge(book: book, glucose: glucose), code, &findings)
  }

  /// Variance of a reading.
  static func variance(_ value: Double) -> Double {
    let sd = max(error * value, leastError)
    return sd * sd
  }

  static func amount(_ value: Double) -> String { "\(NumberText.significant(value, 4)) mmol/L" }

  static func slips(_ value: Double) -> [(value: Double, words: String)] {
    [
      (10 * value, "Ten times it, \(amount(10 * value)),"),
      (value / 10, "A tenth of it, \(amount(value / 10)),"),
    ]
  }

  /// A span between two readings as a balance sees it.
  struct Span {
    let early: ColumnReading
    let late: ColumnReading
    /// What would be there had no cell touched it, and the variance of that.
    let expected: Double
    let variance: Double
    let left: Double

    /// Nil where the medium is not known or no time passes.
    init?(_ early: ColumnReading, _ late: ColumnReading, _ solute: String, _ book: VesselBook) {
      guard let way = book.dilution(of: solute, from: early.moment, to: late.moment) else {
        return nil
      }
      self.early = early
      self.late = late
      left = way.left
      expected = way.left * early.value + way.entered
      let medium = MetaboliteDoubts.error * way.entered
      variance = way.left * way.left * MetaboliteDoubts.variance(early.value) + medium * medium
    }

    var hours: Double { late.time - early.time }

    /// What cells made, or took up where it is negative, mmol/L.
    var made: Double { late.value - expected }
    var madeVariance: Double { variance + MetaboliteDoubts.variance(late.value) }
  }

  /// How unevenly a substance is made or taken up in two spans that follow each other, in errors: no clash,
  /// but it tells which of several readings is the odd one. A rate may double or halve.
  static func unevenness(_ first: Span, _ second: Span, _ book: VesselBook) -> ColumnCheck? {
    guard first.hours > 0, second.hours > 0 else { return nil }
    let volumes = (
      book.volume(at: first.late.time, first.late.phase),
      book.volume(at: second.late.time, second.late.phase)
    )
    guard volumes.0 > 0, volumes.1 > 0 else { return nil }
    let scale = volumes.1 / volumes.0
    let (a, b) = (first.made / first.hours, second.made * scale / second.hours)
    var variance = first.madeVariance / (first.hours * first.hours)
    variance += second.madeVariance * scale * scale / (second.hours * second.hours)
    let own = 0.5 * max(abs(a), abs(b))
    return ColumnCheck(
      readings: [first.late, first.early, second.late],
      z: abs(a - b) / (variance + own * own).squareRoot())
  }
}

/// No cell makes glucose, and cells that took it up fast do not stop at once.
struct GlucoseKnowledge: ColumnKnowledge {
  /// To what share the uptake of the cells that are there may fall in a day, where glucose is left.
  static let slowing = 1.0 / 3
  /// Below this, mmol/L, cells may take it up as slowly as they like.
  static let plenty = 5.0

  let book: VesselBook

  func slips(_ value: Double) -> [(value: Double, words: String)] { MetaboliteDoubts.slips(value) }

  func checks(_ readings: [ColumnReading]) -> [ColumnCheck] {
    let moments = ReadingColumn(readings).moments
    var checks: [ColumnCheck] = []
    for i in moments.indices.dropFirst() {
      let left = moments[i - 1].middle
      for reading in moments[i].readings {
        guard let span = MetaboliteDoubts.Span(left, reading, "glucose", book) else { continue }
        checks.append(rise(span))
        guard i + 1 < moments.count,
          let next = MetaboliteDoubts.Span(reading, moments[i + 1].middle, "glucose", book)
        else { continue }
        checks += [MetaboliteDoubts.unevenness(span, next, book), stop(span, next)].compactMap {
          $0
        }
      }
    }
    return checks
  }

  private func rise(_ span: MetaboliteDoubts.Span) -> ColumnCheck {
    let z = max(0, span.made) / span.madeVariance.squareRoot()
    let (early, late) = (span.early, span.late)
    return ColumnCheck(
      readings: [late, early], z: z,
      clash: z > MetaboliteDoubts.errors
        ? "the glucose of \(late.words), \(MetaboliteDoubts.amount(late.value)), does not go with "
          + "\(MetaboliteDoubts.amount(early.value)) of \(early.words): with what entered in between "
          + "at most \(MetaboliteDoubts.amount(span.expected)) could be there, and no cell makes it."
        : nil)
  }

  /// More is there than cells leave that took it up so fast before.
  private func stop(
    _ span: MetaboliteDoubts.Span, _ next: MetaboliteDoubts.Span
  ) -> ColumnCheck? {
    let (middle, late) = (span.late, next.late)
    guard span.hours > 0, next.hours > 0, span.made < 0, next.expected >= Self.plenty else {
      return nil
    }
    let volumes = (
      book.volume(at: middle.time, middle.phase), book.volume(at: late.time, late.phase)
    )
    let kept = (book.kept(at: middle.time, middle.phase), book.kept(at: late.time, late.phase))
    guard volumes.1 > 0, kept.0 > 0,
      !book.flows(from: span.early.time, to: late.time)
    else { return nil }
    let days = max(1, (span.hours + next.hours) / 48)
    let share = pow(Self.slowing, days) * volumes.0 / volumes.1 * kept.1 / kept.0
    let factor = share * next.hours / span.hours
    let taken = min(-span.made * factor, next.expected / 2)
    // The reading in the middle counts twice: it makes the first uptake and starts the second.
    let own = next.left + factor
    var variance = MetaboliteDoubts.variance(late.value) + factor * factor * span.variance
    variance += own * own * MetaboliteDoubts.variance(middle.value)
    let excess = late.value - (next.expected - taken)
    let z = max(0, excess) / variance.squareRoot()
    return ColumnCheck(
      readings: [middle, span.early, late], z: z,
      clash: z > MetaboliteDoubts.errors
        ? "the glucose of \(middle.words), \(MetaboliteDoubts.amount(middle.value)), lies between "
          + "\(MetaboliteDoubts.amount(span.early.value)) of \(span.early.words) and "
          + "\(MetaboliteDoubts.amount(late.value)) of \(late.words): with what entered, cells would "
          + "have taken up \(MetaboliteDoubts.amount(-span.made)) before it and "
          + "\(MetaboliteDoubts.amount(max(0, -next.made))) after it."
        : nil)
  }
}

/// Lactate comes from glucose, and cells take it up slowly.
struct LactateKnowledge: ColumnKnowledge {
  /// Lactate for each glucose, mol/mol.
  static let yield = 2.0
  /// How much more than that.
  static let slack = 1.2
  /// From glutamine, mmol/L.
  static let fromGlutamine = 3.0
  /// The share of lactate that is left after a day of uptake.
  static let leftInADay = 0.5
  /// And what may go in a day at any level, mmol/L.
  static let goneInADay = 5.0

  let book: VesselBook
  /// The readings of glucose that are not doubted.
  let glucose: [ColumnReading]

  func slips(_ value: Double) -> [(value: Double, words: String)] { MetaboliteDoubts.slips(value) }

  func checks(_ readings: [ColumnReading]) -> [ColumnCheck] {
    let moments = ReadingColumn(readings).moments
    let sugar = ReadingColumn(glucose).moments.map(\.middle)
    var checks: [ColumnCheck] = []
    for i in moments.indices.dropFirst() {
      let left = moments[i - 1].middle
      for reading in moments[i].readings {
        guard let span = MetaboliteDoubts.Span(left, reading, "lactate", book) else { continue }
        checks += [rise(span, sugar), fall(span)].compactMap { $0 }
        guard i + 1 < moments.count,
          let next = MetaboliteDoubts.Span(reading, moments[i + 1].middle, "lactate", book),
          let both = MetaboliteDoubts.unevenness(span, next, book)
        else { continue }
        checks.append(both)
      }
    }
    return checks
  }

  /// More lactate than the glucose that was there or entered can have become.
  private func rise(_ span: MetaboliteDoubts.Span, _ sugar: [ColumnReading]) -> ColumnCheck? {
    let (early, late) = (span.early, span.late)
    let start = sugar.last {
      $0.time < early.time
        || $0.time == early.time && ($0.phase == .before || early.phase == .after)
    }
    guard let start, let way = book.dilution(of: "glucose", from: start.moment, to: late.moment)
    else { return nil }
    let end = sugar.first { $0.time == late.time && $0.phase == late.phase }
    let medium = MetaboliteDoubts.error * way.entered
    let used = max(0, way.left * start.value + way.entered - (end?.value ?? 0))
    let usedVariance =
      way.left * way.left * MetaboliteDoubts.variance(start.value) + medium * medium
      + (end.map { MetaboliteDoubts.variance($0.value) } ?? 0)
    let most = span.expected + Self.yield * Self.slack * used + Self.fromGlutamine
    let worth = Self.yield * Self.slack
    let z =
      max(0, late.value - most) / (span.madeVariance + worth * worth * usedVariance).squareRoot()
    return ColumnCheck(
      readings: [late, early], z: z,
      clash: z > MetaboliteDoubts.errors
        ? "the lactate of \(late.words), \(MetaboliteDoubts.amount(late.value)), does not go with "
          + "\(MetaboliteDoubts.amount(early.value)) of \(early.words): from the glucose that was "
          + "used in between it can have become at most \(MetaboliteDoubts.amount(most))."
        : nil)
  }

  /// Less than dilution and uptake leave.
  private func fall(_ span: MetaboliteDoubts.Span) -> ColumnCheck {
    let (early, late) = (span.early, span.late)
    let days = span.hours / 24
    let least = max(
      0, min(span.expected * pow(Self.leftInADay, days), span.expected - Self.goneInADay * days))
    let share = span.expected > 0 ? least / span.expected : 0
    let variance = share * share * span.variance + MetaboliteDoubts.variance(late.value)
    let z = max(0, least - late.value) / variance.squareRoot()
    return ColumnCheck(
      readings: [late, early], z: z,
      clash: z > MetaboliteDoubts.errors
        ? "the lactate of \(late.words), \(MetaboliteDoubts.amount(late.value)), does not go with "
          + "\(MetaboliteDoubts.amount(early.value)) of \(early.words): with what entered in between "
          + "\(MetaboliteDoubts.amount(span.expected)) would be there, and cells leave at least "
          + "\(MetaboliteDoubts.amount(least)) of it."
        : nil)
  }
}
