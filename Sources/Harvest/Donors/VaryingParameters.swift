import Bioreactor
import Inference
import ModelLanguage

/// Which parameters are taken to vary between donors when nothing is said.
public enum VaryingParameters {
  /// Parameters of the model that have a prior and move what is measured; noise and what has no
  /// influence on these runs is shared.
  ///
  /// A parameter moves what is measured when a change by a tenth of its prior's spread changes an
  /// observable's mean at some measurement.
  public static func standard(_ cultures: [Culture], options: FitOptions) -> [String] {
    var names: [String] = []
    guard let model = cultures.first?.model else { return [] }
    let some = cultures.prefix(3)
    for (index, parameter) in model.parameters.enumerated()
    where parameter.prior != nil && !parameter.isFixed && options.held[parameter.name] == nil {
      if some.contains(where: { moves(index, $0, options) }) { names.append(parameter.name) }
    }
    return names
  }

  private static func moves(_ index: Int, _ culture: Culture, _ options: FitOptions) -> Bool {
    let plan = ParameterPlan(culture, options: options)
    guard let free = plan.free.first(where: { $0.index == index }) else { return false }
    let instants = culture.targets.map {
      Instant(time: $0.observation.time, phase: $0.observation.phase)
    }
    guard !instants.isEmpty else { return false }
    var values = [plan.values, plan.values]
    let step = 0.1 * (free.prior?.sd ?? 0.3)
    values[1][index] = free.scale.toNatural(free.start + step)
    let ensemble = CultureEnsemble(culture, instants: instants, options: options.stepOptions)
    let paths = (0..<2).map { k in ensemble.path(k, of: 2, draw: { values[$0] }) }
    guard let before = paths[0], let after = paths[1] else { return true }
    return culture.targets.indices.contains { k in
      let observable = culture.targets[k].observable
      let (a, b) = (before[k].means[observable], after[k].means[observable])
      return abs(a - b) > 1e-4 * max(abs(a), abs(b), 1e-12)
    }
  }
}
