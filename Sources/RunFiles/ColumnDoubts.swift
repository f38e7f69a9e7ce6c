import Quantities
import RunRecords

/// A reading of one column, held against others of its column.
struct ColumnReading: Hashable {
  let time: Double
  let phase: Observation.Phase
  /// In base units.
  var value: Double
  /// How many cells were looked at; nil when that is not known.
  var counted: Double?
  let place: Place

  var moment: VesselBook.Moment { VesselBook.Moment(time: time, phase: phase) }

  /// `day 6 (run.csv:4:6)`.
  var words: String {
    "day \(NumberText.significant((time / 2.4).rounded() / 10, 4)) (\(place))"
  }
}

/// The readings of one column in the order of their times; those of one moment stand together.
struct ReadingColumn {
  /// What one moment tells.
  struct Moment {
    var readings: [ColumnReading]

    /// The middle reading, of an even number the lower of the two in the middle.
    var middle: ColumnReading {
      readings.sorted { $0.value < $1.value }[(readings.count - 1) / 2]
    }
  }

  let moments: [Moment]

  /// Sorts readings into moments; `first` is what the seed tells.
  init(_ readings: [ColumnReading]) {
    let sorted = readings.sorted {
      ($0.time, $0.phase == .after ? 1 : 0, $0.place) < (
        $1.time, $1.phase == .after ? 1 : 0, $1.place
      )
    }
    var moments: [Moment] = []
    for reading in sorted {
      if let same = moments.last?.readings[0], same.time == reading.time,
        same.phase == reading.phase
      {
        moments[moments.count - 1].readings.append(reading)
      } else {
        moments.append(Moment(readings: [reading]))
      }
    }
    self.moments = moments
  }

  /// The exact readings of a quantity; limits tell no distance.
  static func readings(of quantity: String, in run: ObservedRun) -> [ColumnReading] {
    run.observations.filter { $0.quantity == quantity && $0.value.isExact }.map {
      ColumnReading(
        time: $0.time, phase: $0.phase, value: $0.value.number, counted: $0.count?.exposure,
        place: $0.place)
    }
  }
}

/// One look at a few neighbouring readings of a column.
struct ColumnCheck {
  /// Those that took part, the one that is judged first.
  let readings: [ColumnReading]
  /// How far off it is, in standard errors; 0 where all is well.
  let z: Double
  /// Why they cannot all be right; nil where they can.
  var clash: String?
}

/// What a column's own knowledge says of its readings.
protocol ColumnKnowledge {
  /// All looks at neighbouring readings.
  func checks(_ readings: [ColumnReading]) -> [ColumnCheck]
  /// What a value may have been before it was written down wrongly, the likeliest slip first, each in words.
  func slips(_ value: Double) -> [(value: Double, words: String)]
}

extension ColumnKnowledge {
  /// What clashes, the worst first.
  func clashes(_ readings: [ColumnReading]) -> [ColumnCheck] {
    checks(readings).filter { $0.clash != nil }.sorted { $0.z > $1.z }
  }

  /// How ill readings go together: how many clash, then how far they are from each other.
  private func discord(_ readings: [ColumnReading]) -> (clashes: Int, distance: Double) {
    let checks = checks(readings)
    return (
      checks.count { $0.clash != nil }, checks.reduce(0) { $0 + min($1.z, 1e3) * min($1.z, 1e3) }
    )
  }

  /// The reading of a clash without which the others agree best.
  func culprit(of clash: ColumnCheck, among readings: [ColumnReading]) -> ColumnReading? {
    clash.readings.map { reading in
      (reading, discord(readings.filter { $0.place != reading.place }))
    }.min { ($0.1.clashes, $0.1.distance) < ($1.1.clashes, $1.1.distance) }?.0
  }

  /// ` Ten times it, 90.3 %, would follow.`, with a space before; empty where no slip explains a reading.
  func slip(of reading: ColumnReading, among readings: [ColumnReading]) -> String {
    let without = discord(readings.filter { $0.place != reading.place })
    let found = slips(reading.value).first { slip in
      let mended = readings.map { other in
        var new = other
        if other.place == reading.place { new.value = slip.value }
        return new
      }
      let all = discord(mended)
      return all.clashes <= without.clashes && all.distance <= without.distance + 1
    }
    return found.map { " \($0.words) would follow." } ?? ""
  }
}

/// Readings that do not go with their neighbours in the same column. Each is a warning that names them.
enum ColumnDoubts {
  static let remedy = "Look at the sheet; correct or empty the cell."
  /// So many of a column are named one by one; where there are more, it is the column that is doubtful.
  static let most = 3

  /// Names what a column's knowledge finds, one reading after the other, and returns what is left.
  @discardableResult
  static func check(
    _ readings: [ColumnReading], by knowledge: some ColumnKnowledge, _ code: String,
    _ findings: inout FindingList
  ) -> [ColumnReading] {
    var left = readings
    for count in 1...most {
      guard let worst = knowledge.clashes(left).first,
        let culprit = knowledge.culprit(of: worst, among: left)
      else { break }
      let own = knowledge.clashes(left).first { $0.readings[0].place == culprit.place }
      let slip = knowledge.slip(of: culprit, among: left)
      left.removeAll { $0.place == culprit.place }
      // The words are those of a neighbour: they must say who is meant.
      let blame = own == nil ? " Without the reading of \(culprit.words) the others agree." : ""
      let more =
        count == most && !knowledge.clashes(left).isEmpty
        ? " More of this column do not go together: check its unit." : ""
      findings.warning(
        code, at: culprit.place, ((own ?? worst).clash ?? "") + blame + slip + more,
        remedy: remedy)
    }
    return left
  }
}
