import ArgumentParser
import Capacity
import Quantities
import Reports
import RunFiles

/// From the files and options of `thymus plan slots` to its report.
struct SlotsWork {
  let problem: SlotProblem
  let rule: SlotCalendar.Rule
  let dayZero: CivilDate?
  let effort: SlotPlan.Effort
  let arguments: SlotsArguments
  let provenance: Provenance
  /// What was taken from a facility or from forecasts, in sentences.
  let basis: [String]
  /// What does not fit the facility.
  let warning: String?
  /// The days of the facility's plan.
  let period: Range<Int>?

  init(patients path: String, _ arguments: SlotsArguments) throws {
    self.arguments = arguments
    let source = try SlotsSource(arguments)
    let file = try SlotPatientsFile.read(path, laws: source.laws.map(\.name))
    if file.usesDates, arguments.from != nil {
      throw ValidationError("--from is for day numbers; '\(path)' has dates.")
    }
    // Dates become days from the Monday of the first release.
    var patients = file.patients
    var zero = arguments.from?.date ?? source.dayZero
    if file.usesDates {
      let first = patients.map(\.release).min() ?? 0
      let monday = first - (((first + 3) % 7 + 7) % 7)
      zero = CivilDate(dayNumber: monday)
      for index in patients.indices {
        patients[index].release -= monday
        patients[index].due -= monday
        patients[index].told = patients[index].told.map { $0 - monday }
      }
    }
    dayZero = zero
    let own = try SlotsForecasts(arguments, patients: file)
    if arguments.facility == nil, file.centres.contains(where: { $0 != nil }) {
      throw ValidationError("The column 'centre' goes with --facility; a model has no centres.")
    }
    let posed: SlotFacility.Posed
    do {
      let products = patients.map(\.law)
      let laws = try own.apply(to: &patients, source)
      posed = try source.problem(
        patients, products: products, centres: file.centres, laws: laws, dayZero: zero)
    } catch {
      throw InputRefused([
        Finding(
          .error, "E_SLOTS_PROBLEM", at: Place(file: path), "\(error.description).",
          remedy: "Correct the patients, --devices, or \(source.file).")
      ])
    }
    var problem = posed.problem
    patients = problem.patients
    basis = posed.basis + source.basis + own.basis
    warning = posed.warning
    period = source.period(from: zero)
    problem.price.move = arguments.move
    if let today = arguments.today {
      let day = try Self.day(today, zero: zero)
      problem = SlotRolling.replan(
        problem, told: patients.map(\.told), today: day, frozen: arguments.frozen?.days ?? 0)
    }
    self.problem = problem
    let level: Double
    if let bed = arguments.bedDay, let product = arguments.productDay {
      do { level = try InfusionBooking.level(bed: bed, product: product) } catch {
        throw ValidationError("--bed-day, --product-day: \(error.description).")
      }
    } else {
      level = arguments.level ?? 0.9
    }
    rule = .init(level: level, keep: arguments.keep, shelfLife: arguments.shelfLife?.days)
    effort = .init(seed: arguments.seed, work: arguments.work)
    provenance = Provenance(
      inputs: [(file.file, file.sha256)] + source.inputs + own.inputs,
      options: arguments.settings.enumerated().map { ("set \($0 + 1)", $1) } + [
        ("instruments", "\(problem.devices)"),
        ("instruments suffice", arguments.chance.map { "P >= \($0)" } ?? "on average"),
        ("work", arguments.work.map { "\($0) moves" } ?? "by the number of patients"),
      ], seed: arguments.seed)
  }

  private static func day(_ given: DayArgument, zero: CivilDate?) throws -> Int {
    if let number = given.number { return number }
    guard let date = given.date, let zero else {
      throw ValidationError(
        "--today is a date, and the days of the patients are numbers: give --from.")
    }
    return date.dayNumber - zero.dayNumber
  }

  func report() -> SlotReport {
    let plan = SlotPlan.best(of: problem, effort: effort)
    let rolling = arguments.roll.map { roll in
      SlotRolling(
        problem,
        policy: .init(
          every: roll.days, frozen: arguments.frozen?.days ?? 14,
          notice: arguments.notice?.days ?? 7),
        effort: .init(
          seed: effort.seed, work: (arguments.work ?? 6000 * problem.patients.count) / 10))
    }
    return SlotReport(
      problem: problem, plan: plan, rule: rule, dayZero: dayZero, rolling: rolling,
      basis: basis, warning: warning, period: period, provenance: provenance)
  }

  /// The files that were asked for beside the report.
  func writeFiles(_ report: SlotReport) throws {
    if arguments.lp != nil || arguments.mps != nil {
      let program = SlotProgram(problem)
      if let path = arguments.lp { try DurableFile.write(program.lp, to: path) }
      if let path = arguments.mps { try DurableFile.write(program.mps, to: path) }
    }
    if let path = arguments.slotsCsv { try DurableFile.write(try report.csv(), to: path) }
    if let path = arguments.ics {
      // The stamp is the day of the plan, so that the same inputs give the same bytes.
      let today = try arguments.today.map { try Self.day($0, zero: dayZero) } ?? 0
      guard let zero = dayZero, let day = CivilDate(dayNumber: zero.dayNumber + today),
        let stamp = CivilTime(day, minute: 0, offset: 0),
        let text = report.calendar.iCalendar(stamp: stamp)
      else {
        throw ValidationError("--ics needs dates: give --from, or dates in the patients' file.")
      }
      try DurableFile.write(text, to: path)
    }
  }
}
