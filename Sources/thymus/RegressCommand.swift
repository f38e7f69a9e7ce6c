import ArgumentParser
import Regression
import Reports

struct RegressCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regress",
    abstract: "Re-fit the locked reference runs and fail on drift.",
    discussion: """
      thymus regress data/reference
        Exit 0 when everything agrees, 1 on drift (named case by case), 65 on a damaged lock.
      thymus regress data/reference --update
        Writes a new lock and shows what changed.
      """)

  @Argument(help: "Folder with cases.json and lock.json.", completion: .directory) var folder:
    String
  @Flag(help: "Write a new lock.") var update = false
  @Option(help: "Threads; the results do not depend on it.") var threads = 2
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let progress = Progress()
    progress.show("fitting the reference runs ...")
    let verdict = try Gate.run(
      folder, data: data.folder(), updating: update, threads: max(1, threads))
    progress.clear()
    if update { try DurableFile.write(try verdict.fresh.text(), to: folder + "/" + Gate.lockName) }
    try Deliver.result(verdict.page(updating: update), record: verdict.record, to: output)
    if !update, !verdict.drifts.isEmpty { throw Failure.CheckFailed() }
  }
}
