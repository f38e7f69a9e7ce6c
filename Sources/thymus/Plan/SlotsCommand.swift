import ArgumentParser
import Capacity
import Quantities
import Reports
import RunFiles

/// `thymus plan slots`: which patient starts on which day.
struct PlanSlotsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slots",
    abstract: "Give each patient a start day, an instrument and an infusion date.",
    discussion: """
      thymus plan slots data/slots/example_patients.csv --model data/slots/example_model.yaml \\
          --devices 6 -o slots.html --ics slots.ics --slots-csv slots.csv
      thymus plan slots patients.csv --model model.json --devices 32 --chance 0.9
        On every day, instruments suffice with probability 0.9 at least (exact convolution).
      thymus plan slots patients.csv --model model.json --devices 32 --today 30 --frozen 14d --move 2
        Plan again: starts of the column 'start_day' that lie less than 14 days ahead stay, and
        moving another one costs as much as two days late.
      thymus plan slots patients.csv --model model.json --devices 32 --mps slots.mps
      highs slots.mps
        Let an installed solver prove a bound.

      thymus plan slots patients.csv --facility data/facilities/plant_1000.yaml \\
          --forecast P007=forecast.json
        Instruments, calendar, durations and failures of a facility; P007's harvest day from the
        forecast of its own culture (JSON of 'thymus forecast' or 'harvest').

      Exit code 1 when a patient finds no slot or a limit does not hold.
      """)

  @Argument(
    help: "CSV file: patient,release_day,due_day,weight[,law][,start_day][,forecast][,centre].",
    completion: .file())
  var patients: String

  @OptionGroup var slots: SlotsArguments
  @OptionGroup var output: OutputOptions

  func run() throws {
    let work = try SlotsWork(patients: patients, slots)
    let report = work.report()
    try work.writeFiles(report)
    try Deliver.result(
      try SlotPage.page(report), record: report.json, to: output,
      more: "A report with the calendar of the instruments: -o slots.html.")
    if !report.holds { throw Failure.CheckFailed() }
  }
}
