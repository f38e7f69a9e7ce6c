import ArgumentParser
import LinearAlgebra

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The command: parse, validate, call, print.
@main
struct Thymus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thymus",
    abstract: "From the counts of a T-cell culture to harvest day, dose and report.",
    discussion: """
      Start with a folder that holds observations.csv and operations.csv:
        thymus fit data/runs/prodigy_example --until 6d
        thymus harvest data/runs/prodigy_example --model live_dead --until 6d --need '2e8 cells'
        thymus dose --product kymriah-us-ball --weight '20 kg' --plan maximum
        thymus simulate live_dead --until 12d --seed-density '0.5e6 cells/mL' --platform prodigy
        thymus report data/runs/prodigy_example --model live_dead --until 6d \
            --need '2e8 cells' -o report.html

      Exit codes: 0 done, 1 a check did not hold (drift, dose refused, criteria not reachable),
      64 wrong usage, 65 bad input, 70 internal error, 74 input or output failed.
      """,
    version: "0.1.0",
    subcommands: [
      FitCommand.self, CompareCommand.self, DesignCommand.self, SimulateCommand.self,
      LearnCommand.self, ForecastCommand.self, BacktestCommand.self, HarvestCommand.self,
      PlanCommand.self, BatchCommand.self,
      DoseCommand.self, ReportCommand.self, CounterCommand.self,
      RegressCommand.self, ModelsCommand.self, ProductsCommand.self,
    ])

  static func main() {
    BLASThreads.useOne()
    do {
      var command = try parseAsRoot()
      try OutputGuard.check(Array(CommandLine.arguments.dropFirst()))
      try command.run()
    } catch {
      Failure.end(error)
    }
  }
}
