import ArgumentParser
import Reports
import RunFiles

struct CounterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "counter",
    abstract: "Measure a cell counter's own error from a dilution series.",
    discussion: """
      thymus counter data/counters/example_dilution_series.csv
        Scatter beyond counting, proportionality, and a line for a model.
      thymus counter my_series.csv -o counter.html --csv tables
        A report with a figure, and its tables.

      One row a count: fraction [%], replicate, live_counted and dead_counted or total_counted
      [cells] with squares or counted_volume and dilution; or vcd, tcd [1e6 cells/mL]. Several
      counters may share a file, named under 'counter'. In the style of ISO 20391-2: it tells
      repeatability and proportionality, not accuracy.
      """)

  @Argument(help: "CSV file of the dilution series.", completion: .file()) var file: String
  @OptionGroup var output: OutputOptions

  func run() throws {
    let read = try DilutionSeriesFile.read(file)
    let evaluations = try read.series.map { try CounterEvaluation($0) }
    let provenance = Provenance(
      inputs: [(path: read.source.path, sha256: read.source.sha256)], options: [], seed: 0)
    try Deliver.result(
      CounterPage.page(evaluations, notes: read.notes, provenance: provenance),
      record: CounterRecord.record(evaluations, notes: read.notes, provenance: provenance),
      to: output)
  }
}
