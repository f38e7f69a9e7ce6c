import ArgumentParser
import ModelLanguage
import Quantities
import Reports
import RunFiles
import RunRecords

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "List, show, check and draw models of the culture.",
    discussion: """
      thymus models                     every shipped model
      thymus models show live_dead      its equations, units and parameters
      thymus models check my.thymus     read a model of your own; every fault with line and column
      thymus models plot live_dead --until 14d -o live_dead.svg
                                        its course as a picture
      thymus models page --all -o docs/models
                                        the pages of the catalogue
      thymus models language            the words of the model language
      """,
    subcommands: [
      List.self, Show.self, Check.self, ModelPlotCommand.self, ModelPagesCommand.self,
      Language.self,
    ], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Every shipped model.")
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
      let models = try ModelFile.shipped(data.folder()).map(\.model)
      try Deliver.result(ModelPage.list(models), record: ModelPage.record(models), to: output)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "One model: equations, units, parameters, when to use it.")
    @Argument(help: "A shipped model's name or a file.") var name: String
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
      let folder = try data.folder()
      let model = try ModelFile.read(name, data: folder).model
      let page = ModelPage.show(model, equations: ModelEquations.lines(of: model))
      try Deliver.result(page, record: ModelPage.record([model]), to: output)
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Read model files; exit 65 with every fault.")
    @Argument(help: "Model files.", completion: .file()) var files: [String]

    func run() throws {
      // A file without includes can be checked anywhere.
      let data = try? DataFolder.locate(nil)
      for file in files {
        let model = try ModelFile.read(path: file, data: data).model
        for finding in ModelsCommand.warnings(of: model, file: file) {
          Failure.say(finding.description)
        }
        try Deliver.text(
          "\(file): \(model.name) is sound: \(NumberText.counted(model.states.count, "state")), "
            + "\(NumberText.counted(model.parameters.count, "parameter")), "
            + "\(NumberText.counted(model.observables.count, "observable")).\n")
      }
    }
  }

  struct Language: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "language", abstract: "The words of the model language and the known units.")
    @OptionGroup var output: OutputOptions

    func run() throws {
      try Deliver.result(ModelPage.language(), record: ModelPage.languageRecord(), to: output)
    }
  }

  /// What is sound but worth a look: parameters whose source was not read.
  static func warnings(of model: Model, file: String) -> [Finding] {
    var warnings = model.states.compactMap { state -> Finding? in
      guard state.kind == .solute, !Solute.all.contains(where: { $0.name == state.substance })
      else { return nil }
      return Finding(
        .warning, "W_MODEL_SUBSTANCE", at: Place(file: file),
        "No medium can bring '\(state.substance)', so every feed, exchange and flow dilutes "
          + "\(state.name).",
        remedy: "If a medium holds it, write `of NAME` with one of: "
          + "\(Solute.all.map(\.name).joined(separator: ", ")).")
    }
    let names = UnverifiedNote.names(model)
    guard let first = names.first else { return warnings }
    let line = model.text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
      $0.split(separator: " ").prefix(2) == ["param", first[...]]
    }
    warnings.append(
      Finding(
        .warning, "W_MODEL_UNVERIFIED", at: Place(file: file, line: line.map { $0 + 1 } ?? 0),
        "\(NumberText.counted(names.count, "parameter")) marked unverified: "
          + "\(names.joined(separator: ", ")).",
        remedy: "Read the sources or put values of your own; then delete the word."))
    return warnings
  }
}
