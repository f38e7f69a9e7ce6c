import Bioreactor
import Quantities

/// What one counter reads over what another reads of the same sample.
///
/// A counter multiplies every cell count by a factor of its own. One counter is the reference, whose
/// factor is 1: no data of cultures tell which counter is right. Methods differ by up to half between
/// operators and by a fifth between instruments, so ln factor has a normal prior with sd 0.2.
enum CounterBias {
  static let priorSd = 0.2

  /// True for quantities that a cell counter gives.
  static func moves(_ quantity: String) -> Bool {
    ["vcd", "dead", "tcd", "tvc"].contains(quantity)
  }

  /// One parameter for each counter beside the reference: the one with most readings, the first by
  /// name among equals.
  static func parameters(
    _ cultures: [Culture], options: FitOptions, _ notes: inout [String]
  ) -> [ParameterPlan.Free] {
    var readings: [String: Int] = [:]
    var unnamed = 0
    for target in cultures.flatMap(\.targets) where moves(target.observation.quantity) {
      if let counter = target.observation.counter {
        readings[counter, default: 0] += 1
      } else {
        unnamed += 1
      }
    }
    let ranked = readings.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    guard let reference = ranked.first, ranked.count > 1 || unnamed > 0 else { return [] }
    let others = unnamed > 0 && unnamed >= reference.value ? ranked : Array(ranked.dropFirst())
    let name = others.count == ranked.count ? "rows without a counter" : reference.key
    if others.isEmpty {
      notes.append(
        "\(NumberText.counted(unnamed, "count")) without a counter's name are read as made by "
          + "\(reference.key).")
      return []
    }
    notes.append(
      "Cells were counted by several counters: what each reads over \(name) is estimated with the "
        + "rest; which of them is right no culture can tell.")
    return others.map(\.key).sorted().map { counter in
      ParameterPlan.Free(
        name: "bias[\(counter)]", role: .counterBias(counter), scale: .log, bounds: -1.5...1.5,
        start: 0,
        prior: options.usesPriors
          ? ParameterPlan.NormalPrior(mean: 0, sd: priorSd, origin: "counters differ (unverified)")
          : nil)
    }
  }
}
