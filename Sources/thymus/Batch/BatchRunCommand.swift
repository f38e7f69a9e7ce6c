import ArgumentParser
import Quantities
import Reports
import RunFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Runs the items of one slice, each in a process of its own.
struct BatchRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run the items of one slice.")

  @Option(help: "List of items, one a line.", completion: .file()) var list: String
  @Option(help: "Which slice of how many, such as 2/4.") var slice: SliceArgument?
  @Option(help: "Folder of the results.", completion: .directory) var out: String
  @Option(help: "Seed from which the seeds of the items follow.") var seed: UInt64 = 1
  @Flag(help: "Run items again that have a result of this command already.") var again = false

  @Argument(
    parsing: .postTerminator,
    help: "After '--': a command of thymus with {} for the item and {seed} for its seed.")
  var command: [String] = []

  func validate() throws {
    if command.isEmpty { throw ValidationError("Give the command after '--': -- fit {} ...") }
    if command.first == "batch" { throw ValidationError("A batch does not run a batch.") }
    if !command.contains(where: { $0.contains("{}") }) {
      throw ValidationError("The command has no {} for the item.")
    }
  }

  /// Makes the folder of the results.
  private func folder() throws {
    do {
      try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    } catch {
      throw InputRefused([
        Finding(
          .error, "E_BATCH_FOLDER", at: Place(file: out), "no folder can be made or used here.",
          remedy: "Name a folder with --out that can be written.")
      ])
    }
  }

  func run() throws {
    let list = try ItemList.read(list)
    let items = list.slice(slice?.number ?? 1, of: slice?.count ?? 1)
    try folder()
    let program = try BatchProgram.own()
    var failed: [String] = []
    var kept = 0
    for item in items {
      let path = "\(out)/\(ItemList.fileName(item))"
      if !again, let old = try? BatchResult.read(path), old.item == item, old.command == command,
        old.seed == seed, old.isDone
      {
        kept += 1
        continue
      }
      let itemSeed = ItemList.seed(item, of: seed)
      let words =
        command.map {
          $0.split(separator: "{seed}", omittingEmptySubsequences: false).joined(
            separator: "\(itemSeed)"
          )
          .split(separator: "{}", omittingEmptySubsequences: false).joined(separator: item)
        } + ["--json"]
      let answer = try program.run(words)
      let result = BatchResult(item: item, command: command, seed: seed, answer: answer)
      try DurableFile.write(try result.json.text(.compact) + "\n", to: path)
      if !result.isDone { failed.append(item) }
    }
    try Deliver.text(
      "\(items.count) items: \(items.count - failed.count - kept) run, \(kept) there already, "
        + "\(failed.count) failed.\n" + failed.map { "failed: \($0)\n" }.joined())
    if !failed.isEmpty { throw Failure.CheckFailed() }
  }
}
