import Quantities
import Testing

@testable import RunFiles

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How often true runs are doubted, and how many slips are found.
@Suite("Doubtful columns of simulated runs") struct ColumnDoubtSimulationTests {
  /// The readings of one simulated run: hours, viability in %, glucose and lactate in mmol/L.
  struct Course {
    var hours: [Int] = []
    var columns: [[Double]] = [[], [], []]
    var operations = ""

    func text(_ slip: (column: Int, row: Int, value: Double)? = nil) -> String {
      hours.indices.reduce("run,time [h],viability [%],glucose [mmol/L],lactate [mmol/L]\n") {
        text, row in
        let cells = columns.indices.map { column -> String in
          if let slip, slip.column == column, slip.row == row { return Self.shown(slip.value) }
          return Self.shown(columns[column][row])
        }
        return text + "s,\(hours[row]),\(cells.joined(separator: ","))\n"
      }
    }

    static func shown(_ value: Double) -> String { NumberText.significant(value, 3) }
  }

  private func normal(_ random: inout SplitMix) -> Double {
    let u = Double.random(in: 1e-12...1, using: &random)
    return (-2 * log(u)).squareRoot() * cos(6.283185307 * Double.random(in: 0..<1, using: &random))
  }

  /// Logistic growth, uptake by living cells that slows with glucose, half of the medium renewed now and
  /// then; viability with the dip of activation and a late decline. Noise: logit sd 0.2, metabolites 5 to
  /// 8 %.
  private func course(_ index: Int) -> Course {
    var random = SplitMix(state: UInt64(1000 + index))
    var course = Course()
    let mu = 0.032 * exp(0.2 * normal(&random))
    let lag = 36 * exp(0.3 * normal(&random))
    let most = 15 * exp(0.4 * normal(&random))
    let uptake = 0.025 * exp(0.3 * normal(&random))
    let yield = min(2, 1.7 * exp(0.1 * normal(&random)))
    let noise = Double.random(in: 0.05...0.08, using: &random)
    let dip = Double.random(in: 0...2, using: &random)
    let base = 2.4 + 0.3 * normal(&random)
    let decline = Double.random(in: 0...0.01, using: &random)
    let pause = index % 2 == 0 ? 24 : 48
    let renewal = [0.0, 0.5, 0.7][index % 3]
    var (cells, glucose, lactate) = (0.5, 25.0, 0.0)
    let thawed = 100 / (1 + exp(-(base + 0.2 * normal(&random))))
    course.operations =
      "run,time [h],operation,volume [mL],fraction [%],density [1e6 cells/mL],viability [%],"
      + "glucose [mmol/L]\ns,0,seed,100,,0.5,\(Course.shown(thawed)),25\ns,0,activation,,,,,\n"
    for hour in 1...288 {
      if Double(hour) > lag { cells += mu * cells * (1 - cells / most) }
      let used = min(glucose, uptake * cells * glucose / (glucose + 1))
      glucose -= used
      lactate += yield * used
      if hour % pause == 0 {
        let t = Double(hour)
        let logit = base - dip * exp(-pow((t - 36) / 30, 2)) - decline * max(0, t - 168)
        let read = logit + 0.2 * normal(&random)
        course.hours.append(hour)
        course.columns[0].append(100 / (1 + exp(-read)))
        course.columns[1].append(max(0.05, glucose * exp(noise * normal(&random))))
        course.columns[2].append(max(0.05, lactate * exp(noise * normal(&random))))
      }
      if hour % 48 == 0, hour >= 96, renewal > 0 {
        course.operations += "s,\(hour),exchange,,\(100 * renewal),,,25\n"
        glucose = (1 - renewal) * glucose + renewal * 25
        lactate *= 1 - renewal
      }
    }
    return course
  }

  /// Catches: errors that are taken too small; an activation dip or exhausted glucose taken for a slip.
  @Test("at most 1 in 100 of 500 true runs is doubted")
  func falseAlarms() throws {
    var flagged: [String] = []
    for index in 0..<500 {
      let course = course(index)
      let found = try ColumnDoubtTests.doubts(course.text(), course.operations)
      if !found.isEmpty { flagged.append("\(index): \(found.map(\.cause))") }
    }
    #expect(flagged.count <= 5, "\(flagged.count): \(flagged)")
  }

  /// A slip of a column: ten times, a tenth, or two digits exchanged by at least ten points.
  private func slip(_ value: Double, _ column: Int, _ random: inout SplitMix) -> Double? {
    if column > 0 { return Bool.random(using: &random) ? 10 * value : value / 10 }
    if Bool.random(using: &random) { return value / 10 }
    return DigitSwaps.of(value).filter { abs($0 - value) >= 10 && $0 <= 100 }
      .randomElement(using: &random)
  }

  /// Slips of readings that are at least 1 mmol/L. A tenth of an early lactate is no impossible value, nor is
  /// a low latest glucose. Catches: levels so wide that nothing is found; the neighbour of the slip blamed.
  @Test("slips are found, and at their place")
  func slips() throws {
    var (made, found, placed) = ([0, 0, 0], [0, 0, 0], [0, 0, 0])
    for index in 0..<500 {
      var random = SplitMix(state: UInt64(9000 + index))
      let course = course(index)
      let column = index % 3
      let rows = course.hours.indices.filter { course.columns[column][$0] >= 1 }
      guard let row = rows.randomElement(using: &random),
        let value = Double(Course.shown(course.columns[column][row])),
        let wrong = slip(value, column, &random), column == 0 || wrong <= 200
      else { continue }
      made[column] += 1
      let text = course.text((column, row, wrong))
      let doubts = try ColumnDoubtTests.doubts(text, course.operations)
      if !doubts.isEmpty { found[column] += 1 }
      let line = text.split(separator: "\n")[row + 1].split(separator: ",")
      let place = 1 + line.prefix(column + 2).reduce(0) { $0 + $1.count + 1 }
      if doubts.contains(where: { $0.place.line == row + 2 && $0.place.column == place }) {
        placed[column] += 1
      }
    }
    let figures = "made \(made), found \(found), placed \(placed)"
    #expect(found == placed, "\(figures)")
    #expect(100 * placed[0] >= 80 * made[0], "\(figures)")
    #expect(100 * placed[1] >= 65 * made[1], "\(figures)")
    #expect(100 * placed[2] >= 40 * made[2], "\(figures)")
  }
}
