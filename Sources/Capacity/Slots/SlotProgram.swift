#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The problem as a mixed-integer linear program, for a solver to prove a bound.
///
/// Patients who share a harvest-day law can change places without changing a load. So only the
/// number of starts by law and day (`n`) has to be whole; who takes which start (`x`) is a
/// transport problem and comes out whole by itself. That is some hundred integer variables in
/// place of thousands of binaries, and a solver gets much further with it.
///
/// Columns: `x_P_D` patient P (place in the file, from 0) starts on day D; `n_L_D` starts of law L
/// on day D. Rows: `one_P` each patient starts once; `sum_L_D` starts of a day; `dev_D` mean
/// instruments in use; `hrs_D` mean team hours. A day before 0 is written `mD`. Under a chance
/// rule the mean is held to the instruments plus ln 2, which every such plan obeys: the optimum is
/// then a bound and need not be a plan.
public struct SlotProgram: Sendable {
  struct Column: Sendable {
    let name: String
    let cost: Int
    let whole: Bool
    let upper: Int
    var entries: [(row: Int, value: Double)]
  }
  struct Row: Sendable {
    let name: String
    let isEquation: Bool
    let right: Double
  }

  let columns: [Column]
  let rows: [Row]
  /// The cost of committed starts, which the program leaves out.
  public let fixedCost: Int

  /// The program of a problem; committed starts are taken off the limits.
  public init(_ problem: SlotProblem) {
    var rows: [Row] = []
    var columns: [Column] = []
    var fixed = 0
    var index: [String: Int] = [:]
    var takenDevices: [Int: Double] = [:]
    var takenHours: [Int: Double] = [:]
    func hours(_ law: HarvestDayLaw, _ age: Int) -> Double {
      problem.harvestHours * law.harvest[age] + (age == 0 ? problem.startHours : 0)
    }
    var devices = Double(problem.devices)
    if case .chance = problem.rule { devices += log(2.0) }
    var starts: [Int: (low: Int, high: Int, count: Int)] = [:]
    for (number, patient) in problem.patients.enumerated() {
      if let day = patient.committed {
        let law = problem.law(patient.law, start: day)
        fixed += problem.cost(patient, start: day)
        for age in law.hold.indices {
          takenDevices[day + age, default: 0] += law.hold[age]
          takenHours[day + age, default: 0] += hours(law, age)
        }
        continue
      }
      let days = problem.days(of: patient)
      if days.isEmpty { continue }
      let old = starts[patient.law] ?? (days.lowerBound, days.upperBound, 0)
      starts[patient.law] = (
        min(old.low, days.lowerBound), max(old.high, days.upperBound), old.count + 1
      )
      index["one_\(number)"] = rows.count
      rows.append(Row(name: "one_\(number)", isEquation: true, right: 1))
    }
    for law in problem.laws.indices {
      guard let range = starts[law] else { continue }
      for day in range.low..<range.high {
        let name = "sum_\(law)_\(Self.word(day))"
        index[name] = rows.count
        rows.append(Row(name: name, isEquation: true, right: 0))
      }
    }
    let low = starts.values.map(\.low).min() ?? 0
    let high = starts.values.map(\.high).max() ?? 0
    var end = high
    for (law, range) in starts {
      for day in range.low..<range.high {
        end = max(end, day + problem.law(law, start: day).hold.count)
      }
    }
    if low < high {
      for day in low..<end {
        index["dev_\(Self.word(day))"] = rows.count
        rows.append(
          Row(
            name: "dev_\(Self.word(day))", isEquation: false,
            right: devices - (takenDevices[day] ?? 0)))
        index["hrs_\(Self.word(day))"] = rows.count
        rows.append(
          Row(
            name: "hrs_\(Self.word(day))", isEquation: false,
            right: problem.hours(on: day) - (takenHours[day] ?? 0)))
      }
    }
    func row(_ name: String) -> Int { index[name] ?? 0 }
    for (number, patient) in problem.patients.enumerated() where patient.committed == nil {
      for day in problem.days(of: patient) {
        columns.append(
          Column(
            name: "x_\(number)_\(Self.word(day))", cost: problem.cost(patient, start: day),
            whole: false, upper: 1,
            entries: [
              (row("one_\(number)"), 1), (row("sum_\(patient.law)_\(Self.word(day))"), 1),
            ]))
      }
    }
    for number in problem.laws.indices {
      guard let range = starts[number] else { continue }
      for day in range.low..<range.high {
        let law = problem.law(number, start: day)
        var entries: [(row: Int, value: Double)] = [
          (row("sum_\(number)_\(Self.word(day))"), -1)
        ]
        for age in law.hold.indices {
          if law.hold[age] > 0 {
            entries.append((row("dev_\(Self.word(day + age))"), law.hold[age]))
          }
          let asked = hours(law, age)
          if asked > 0 { entries.append((row("hrs_\(Self.word(day + age))"), asked)) }
        }
        columns.append(
          Column(
            name: "n_\(number)_\(Self.word(day))", cost: 0, whole: true, upper: range.count,
            entries: entries))
      }
    }
    self.rows = rows
    self.columns = columns
    fixedCost = fixed
  }

  private static func word(_ day: Int) -> String { day < 0 ? "m\(-day)" : "\(day)" }
}
