import ArgumentParser
import Bioreactor
import Inference
import ModelLanguage
import Quantities
import Reports
import RunFiles
import RunRecords

/// The pages of the catalogue: what `models show` prints, with pictures.
struct ModelPages {
  let data: DataFolder

  /// Operations that the pictures follow, one run a model.
  static let schedules = "models/pictures.csv"

  /// The page of one model.
  func document(of loaded: ModelFile.Loaded) throws -> Markdown.Document {
    let model = loaded.model
    let picture = try picture(of: loaded)
    let page = ModelPage.show(
      model, equations: ModelEquations.lines(of: model),
      figures: SimulationFigures.figures(picture.simulation, leavingOut: inner(model)))
    var document = page
    document.sections.insert(
      Page.Section("The pictures", [.paragraph(picture.words)]), at: 1)
    document.footer = [
      "This page is written by `thymus models page` from \(loaded.model.name)\(ModelFile.ending); "
        + "edit that file instead."
    ]
    return Markdown.render(document, stem: model.name)
  }

  /// The list of all pages.
  func index(_ models: [Model]) -> String {
    var out = "# The catalogue of models\n\nWritten by `thymus models page --all`. The equations "
    out += "follow the [theory](../theory/models.md); the files lie in `data/models`.\n\n"
    for model in models {
      out += "- [\(model.name)](\(model.name).md): \(model.title). "
      out += "\(model.when.first ?? "")\n"
    }
    return out
  }

  /// The course that the page shows, and how it came about, in words.
  private func picture(
    of loaded: ModelFile.Loaded
  ) throws -> (simulation: Simulation, words: String) {
    let model = loaded.model
    let path = data.path + "/" + ModelPages.schedules
    let planned = try ScheduleFile.read(operations: path).runs.first { $0.name == model.name }
    let run = try planned ?? ScheduleArguments.plainRun(model)
    let culture = try bind(model, run)
    let plan = try SimulationPlan(culture, held: [:])
    let end = culture.timeline.harvest ?? 336
    let options = SimulationOptions()
    let curve = try culture.simulate(
      plan.distribution.values,
      at: CurveBand.grid(culture.timeline, to: end, points: 160), options)
    let simulation = Simulation(
      culture: culture, plan: plan, table: [], curve: curve, bands: nil, options: options,
      notes: [])
    var words = "They show the model at its start values"
    if let platform = culture.platform { words += " on the platform \(platform.name)" }
    let volume = NumberText.significant(culture.timeline.startVolume)
    words += ", seeded with \(volume) mL."
    let steps = run.operations.filter { ![.seed, .harvest].contains($0.action.kind) }
    if planned != nil, !steps.isEmpty {
      words += " What is done to the vessel is in data/\(ModelPages.schedules)."
    }
    return (simulation, words)
  }

  /// What a picture can do without: the fold, which shows what densities show, and what cells carry
  /// inside.
  private func inner(_ model: Model) -> Set<String> {
    Set(["fold"] + model.states.filter { $0.kind == .perCell }.map(\.name))
  }

  /// The model on its run, on the first platform that gives it what it needs.
  private func bind(_ model: Model, _ run: Run) throws -> Culture {
    do {
      return try Culture(model: model, run: run)
    } catch {
      for name in PlatformFile.names(data) {
        let platform = try PlatformFile.platform(named: name, data: data)
        if let culture = try? Culture(model: model, run: run, platform: platform) {
          return culture
        }
      }
      throw error
    }
  }
}
