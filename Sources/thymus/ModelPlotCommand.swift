import ArgumentParser
import ModelLanguage
import Quantities
import Reports
import RunFiles

struct ModelPlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Draw the course of a model on a schedule, cells on a log axis.",
    discussion: """
      thymus models plot live_dead --until 14d -o live_dead.svg
      thymus models plot my.thymus --set mu='0.03 1/h' --do '5d exchange fraction=50%' -o my.html
        A file that ends with .svg holds the pictures alone, one with .html a whole page.
      """)

  @Argument(help: "A shipped model's name or a model file.") var model: String
  @OptionGroup var schedule: ScheduleArguments
  @OptionGroup var simulation: SimulateArguments
  @OptionGroup var data: DataOptions
  @Option(
    name: [.short, .customLong("output")], help: "File to write (default: the model's name .svg).",
    completion: .file())
  var output: String?

  func validate() throws {
    if let output, !output.hasSuffix(".svg"), !output.hasSuffix(".html") {
      throw ValidationError("-o takes a file that ends with .svg or .html.")
    }
  }

  func run() throws {
    let work = try SimulationWork(
      model: model, schedule: schedule, simulation: simulation, data: data.folder(), days: 14)
    let result = try work.simulate(draws: simulation.draws, isDrawn: true)
    let path = output ?? work.loaded.model.name + ".svg"
    if path.hasSuffix(".html") {
      let page = SimulationPage.page(result, provenance: work.provenance)
      try DurableFile.write(HTML.render(page), to: path)
    } else {
      try DurableFile.write(SVG.stack(SimulationFigures.figures(result)), to: path)
    }
    if let sentence = UnverifiedNote.sentence(work.loaded.model) {
      Failure.say("unverified: \(sentence)")
    }
    try Deliver.text("The picture lies in \(path).\n")
  }
}

struct ModelPagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "page", abstract: "Write the pages of models as Markdown with pictures.",
    discussion: """
      thymus models page live_dead -o docs/models
      thymus models page --all -o docs/models
        One page and its pictures a model, and an index of them with --all. The pictures follow the
        operations of the run with the model's name in data/models/pictures.csv, or a plain seed.
      """)

  @Argument(help: "A shipped model's name or a model file.") var model: String?
  @Flag(help: "Every shipped model.") var all = false
  @OptionGroup var data: DataOptions
  @Option(
    name: [.short, .customLong("output")], help: "Folder to write into.", completion: .directory)
  var output: String

  func validate() throws {
    if (model == nil) != all { throw ValidationError("Name one model, or say --all.") }
  }

  func run() throws {
    let folder = try data.folder()
    let loaded =
      try model.map { [try ModelFile.read($0, data: folder)] } ?? ModelFile.shipped(folder)
    let pages = ModelPages(data: folder)
    for item in loaded {
      let document = try pages.document(of: item)
      try DurableFile.write(document.text, to: "\(output)/\(item.model.name).md")
      for picture in document.pictures {
        try DurableFile.write(picture.svg, to: "\(output)/\(picture.name)")
      }
    }
    if all { try DurableFile.write(pages.index(loaded.map(\.model)), to: output + "/README.md") }
    try Deliver.text("\(NumberText.counted(loaded.count, "page")) in \(output).\n")
  }
}
