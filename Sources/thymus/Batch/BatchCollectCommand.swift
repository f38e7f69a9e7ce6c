import ArgumentParser
import Quantities
import Reports
import RunFiles

/// Joins the results of all slices; refuses a set with gaps.
struct BatchCollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect", abstract: "Join the results of all items, if none is missing.")

  @Option(help: "List of items, one a line.", completion: .file()) var list: String
  @Option(help: "Folder of the results.", completion: .directory) var out: String
  @Option(help: "File to write: one JSON record a line, in the order of the list.") var into: String

  func run() throws {
    let list = try ItemList.read(list)
    var lines: [String] = []
    var wrong: [String] = []
    var first: BatchResult?
    for item in list.items {
      guard let result = try? BatchResult.read("\(out)/\(ItemList.fileName(item))"),
        result.item == item
      else {
        wrong.append("missing: \(item)")
        continue
      }
      let reference = first ?? result
      first = reference
      if !result.isDone {
        wrong.append("failed (exit \(result.exit)): \(item)")
      } else if result.command != reference.command || result.seed != reference.seed {
        wrong.append("of another command or seed: \(item)")
      } else {
        lines.append(try result.json.text(.compact))
      }
    }
    guard wrong.isEmpty else {
      try Deliver.text(
        "Nothing was written: \(wrong.count) of \(list.items.count) items are not there.\n"
          + wrong.prefix(50).map { $0 + "\n" }.joined())
      throw Failure.CheckFailed()
    }
    try DurableFile.write(lines.joined(separator: "\n") + "\n", to: into)
    try Deliver.text("\(lines.count) items are in \(into).\n")
  }
}
