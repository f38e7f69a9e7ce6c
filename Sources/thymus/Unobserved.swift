import Bioreactor
import ModelLanguage
import Quantities
import RunFiles
import RunRecords

/// What to say when no chosen model observes what was measured.
enum Unobserved {
  /// The refusal of runs that the models observe nothing of, naming the shipped models that do.
  static func refusal(_ runs: [Run], models: [Model], data: DataFolder) -> InputRefused {
    let measured = Set(runs.flatMap(\.observations).map(\.quantity)).sorted()
    let shipped = ((try? ModelFile.shipped(data)) ?? []).map(\.model)
    let lines = measured.map { quantity -> String in
      let names = shipped.filter { $0.observables.contains { $0.name == quantity } }.map(\.name)
      return names.isEmpty
        ? "no shipped model observes \(quantity)"
        : "\(quantity) is observed by \(names.sorted().joined(separator: ", "))"
    }
    let observed = Set(models.flatMap { $0.observables.map(\.name) }).sorted()
    let place = runs.first?.observations.first?.place ?? Place(file: runs.first?.name ?? "the runs")
    return InputRefused([
      Finding(
        .error, "E_FIT_NO_DATA", at: Place(file: place.file),
        "\(models.map(\.name).joined(separator: ", ")) observes \(observed.joined(separator: ", ")), "
          + "and nothing of what was measured: \(measured.joined(separator: ", ")).",
        remedy: "Choose another model: \(lines.joined(separator: "; "))."
          + (measured.contains("tvc") && observed.contains("vcd")
            ? " Or give the culture volume (a seed operation with its volume): tvc is then read as vcd."
            : ""))
    ])
  }
}
