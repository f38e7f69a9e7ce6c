import ArgumentParser
import Quantities
import RunFiles

/// Whole days, written `14d` or `14 d`.
struct DaysArgument: ExpressibleByArgument {
  let days: Int

  init?(argument: String) {
    guard let time = TimeArgument(argument: argument), time.hours <= 24 * 10_000 else { return nil }
    let days = (time.hours / 24).rounded()
    guard abs(days * 24 - time.hours) < 1e-9 else { return nil }
    self.days = Int(days)
  }
}

/// A day as a number from day 0 or as a date.
struct DayArgument: ExpressibleByArgument {
  let number: Int?
  let date: CivilDate?

  init?(argument: String) {
    date = CivilDate(parsing: argument)
    number = date == nil ? Int(argument) : nil
    if date == nil, number == nil { return nil }
  }
}

/// What slots are planned with.
struct SlotsArguments: ParsableArguments {
  @Option(
    help: "Model of the slots, JSON or YAML (see data/slots/example_model.yaml).",
    completion: .file())
  var model: String?

  @Option(
    help: ArgumentHelp(
      "A facility in place of the model: its instruments, calendar, durations and failures (see "
        + "data/facilities)."), completion: .file())
  var facility: String?

  @Option(help: "With --facility: which instruments, where it has more than one kind.")
  var instrument: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "With --facility: a value in place of the written one, such as instruments.prodigy=33; may "
        + "be repeated."))
  var settings: [String] = []

  @Option(
    help: ArgumentHelp(
      "With --facility: harvest days and failures from the JSON of 'thymus forecast', 'harvest' or "
        + "'backtest', for all products or as PRODUCT=FILE; may be repeated."))
  var durations: [String] = []

  @Option(
    help: ArgumentHelp(
      "A patient's own forecast, as PATIENT=FILE; may be repeated. The column 'forecast' of the "
        + "patients' file does the same."))
  var forecast: [String] = []

  @Option(help: "Instruments there are (default with --facility: those that are up).")
  var devices: Int?

  @Option(help: "With --facility: latest start after release, such as 14d (default: 21d).")
  var window: DaysArgument?

  @Option(help: "P(instruments suffice) on every day, in place of the mean load; such as 0.9.")
  var chance: Double?

  @Option(help: "Date of day 0, YYYY-MM-DD (default: day 0 is a Monday without a date).")
  var from: DayArgument?

  @Option(help: "Seed of the search.")
  var seed: UInt64 = 1

  @Option(help: "Moves that the search tries (default: 6000 a patient, about a second for 250).")
  var work: Int?

  @Option(help: "Starts (column start_day) that lie less than this ahead stay, such as 14d.")
  var frozen: DaysArgument?

  @Option(help: "The day on which is planned: a day number or a date.")
  var today: DayArgument?

  @Option(help: "Cost of moving a start that was told, in days late of weight 1.")
  var move = 0.0

  @Option(help: "Also plan again and again every so many days as patients become known: 7d.")
  var roll: DaysArgument?

  @Option(help: "With --roll: days before release on which a patient becomes known.")
  var notice: DaysArgument?

  @Option(help: "Book infusions on the day by which this share of products is released.")
  var level: Double?

  @Option(help: "Cost of a day on which the bed waits; with --product-day it gives the level.")
  var bedDay: Double?

  @Option(help: "Cost of a day on which the product waits.")
  var productDay: Double?

  @Option(help: "A booking is given up when P(on the booked day) falls below this.")
  var keep = 0.5

  @Option(help: "How long the fresh product keeps, such as 2d (default: it keeps).")
  var shelfLife: DaysArgument?

  @Option(help: "Write the program for a solver in LP format.", completion: .file())
  var lp: String?

  @Option(help: "Write the program for a solver in free MPS.", completion: .file())
  var mps: String?

  @Option(help: "Write the slots as iCalendar (needs dates).", completion: .file())
  var ics: String?

  @Option(help: "Write the slots as one CSV file.", completion: .file())
  var slotsCsv: String?

  func validate() throws {
    func inside(_ x: Double, _ name: String) throws {
      if !(x > 0 && x < 1) { throw ValidationError("\(name) takes a number between 0 and 1.") }
    }
    if let devices, !(1...100_000).contains(devices) {
      throw ValidationError("--devices takes 1 to 100000.")
    }
    if (model == nil) == (facility == nil) {
      throw ValidationError("Give --model FILE, or --facility FILE.")
    }
    if model != nil {
      if devices == nil { throw ValidationError("--model needs --devices.") }
      if instrument != nil || !settings.isEmpty || !durations.isEmpty || window != nil {
        throw ValidationError(
          "--instrument, --set, --durations and --window go with --facility; a model has its own.")
      }
    }
    if let window, window.days > 1000 { throw ValidationError("--window takes 0d to 1000d.") }
    for text in settings where FacilityFile.Setting(parsing: text) == nil {
      throw ValidationError("--set '\(text)': write PATH=VALUE, such as instruments.prodigy=33.")
    }
    for text in forecast where text.firstIndex(of: "=") == nil {
      throw ValidationError("--forecast '\(text)': write PATIENT=FILE.")
    }
    if let chance { try inside(chance, "--chance") }
    if let level { try inside(level, "--level") }
    try inside(keep, "--keep")
    if let work, !(0...2_000_000_000).contains(work) {
      throw ValidationError("--work takes 0 to 2000000000.")
    }
    if !(0...1e6).contains(move) { throw ValidationError("--move takes 0 to 1000000.") }
    if from != nil, from?.date == nil { throw ValidationError("--from takes a date, YYYY-MM-DD.") }
    if frozen != nil, today == nil { throw ValidationError("--frozen needs --today.") }
    if (bedDay == nil) != (productDay == nil) || (bedDay != nil && level != nil) {
      throw ValidationError("Give --level, or --bed-day together with --product-day.")
    }
    if notice != nil, roll == nil { throw ValidationError("--notice goes with --roll.") }
    if let roll, roll.days < 1 { throw ValidationError("--roll takes a day or more.") }
  }
}
