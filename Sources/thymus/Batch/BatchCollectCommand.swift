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
    for (item, line) in zip(list.items, list.lines) {
      let place = "\(list.file):\(line): "
      let path = "\(out)/\(ItemList.fileName(item))"
      let result: BatchResult
      do {
        result = try BatchResult.read(path)
      } catch let refused as InputRefused where refused.findings.first?.code == "E_BATCH_MISSING" {
        wrong.append(place + "missing: \(item)")
        continue
      } catch {
        wrong.append(place + "\(path) is no result: \(item)")
        continue
      }
      guard result.item == item else {
        wrong.append(place + "\(path) is the result of another item: \(item)")
        continue
      }
      let reference = first ?? result
      first = reference
      if !result.isDone {
        wrong.append(place + "failed (exit \(result.exit)): \(item)")
      } else if result.command != reference.command || result.seed != reference.seed {
        wrong.append(place + "of another command or seed: \(item)")
      } else {
        lines.append(try result.json.text(.compact))
      }
    }
    guard wrong.isEmpty else {
      try Deliver.text(
        "Nothing was written: \(wrong.count) of \(list.items.count) items are not there.\n"
          + wrong.prefix(50).map { $0 + "\n" }.joined()
          + "Remedy: run the slices again with the same command; what is there is kept.\n")
      throw Failure.CheckFailed()
    }
    try DurableFile.write(lines.joined(separator: "\n") + "\n", to: into)
    try Deliver.text("\(lines.count) items are in \(into).\n")
  }
}
