import ArgumentParser
import ModelLanguage
import Quantities
import Reports
import RunFiles

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "List, show and check models of the culture.",
    discussion: """
      thymus models                     every shipped model
      thymus models show live_dead      its text, units and parameters
      thymus models check my.thymus     read a model of your own; every fault with line and column
      thymus models language            the words of the model language
      """,
    subcommands: [List.self, Show.self, Check.self, Language.self], defaultSubcommand: List.self)

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
      commandName: "show", abstract: "One model: text, states, parameters, observables.")
    @Argument(help: "A shipped model's name or a file.") var name: String
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
      let model = try ModelFile.read(name, data: data.folder()).model
      try Deliver.result(ModelPage.show(model), record: ModelPage.record([model]), to: output)
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Read model files; exit 65 with every fault.")
    @Argument(help: "Model files.", completion: .file()) var files: [String]

    func run() throws {
      for file in files {
        let model = try ModelFile.read(path: file).model
        try Deliver.text(
          "\(file): \(model.name) is sound: \(model.states.count) states, "
            + "\(model.parameters.count) parameters, \(model.observables.count) observables.\n")
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
}
