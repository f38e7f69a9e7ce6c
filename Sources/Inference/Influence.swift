import Bioreactor
import ModelLanguage

/// Which free parameters move any mean, and which move only the noise.
struct Influence {
  private let moves: [String: (mean: Bool, noise: Bool)]
  /// False when no probe could be simulated: then nothing is known and nothing is taken out.
  private let isKnown: Bool

  /// Probed at the start and at a point beside it, so that one accidental zero does not mislead.
  init(_ culture: Culture, plan: ParameterPlan, options: FitOptions) {
    var step = options.stepOptions
    step.maximumSteps += 4 * culture.targets.count
    let predictor = Predictor(culture, options: step)
    let open = plan.free.filter { $0.index != nil }
    var moves: [String: (mean: Bool, noise: Bool)] = [:]
    var isKnown = open.isEmpty
    // Probed in groups, so that a model with many parameters can still be pruned.
    for group in stride(from: 0, to: open.count, by: Predictor.maximumDirections) {
      let part = Array(open[group..<min(open.count, group + Predictor.maximumDirections)])
      // The second probe is for parameters whose place the first did not settle.
      func isSettled(_ free: ParameterPlan.Free) -> Bool {
        guard let move = moves[free.name] else { return false }
        return move.mean || culture.run.donor != .pooled
      }
      for shift in [0.0, 0.05] where !part.allSatisfy(isSettled) {
        var values = plan.values
        for free in open {
          let span = free.bounds.upperBound - free.bounds.lowerBound
          let inward = free.start + shift * span > free.bounds.upperBound ? -shift : shift
          if let index = free.index {
            values[index] = free.scale.toNatural(free.start + inward * span)
          }
        }
        let seeds = part.compactMap(\.index)
        let slopes = part.map { free in
          free.index.map { free.scale.slope(atNatural: values[$0]) } ?? 1
        }
        guard let p = predictor.predict(values, seeds: seeds, slopes: slopes) else { continue }
        isKnown = true
        for (j, free) in part.enumerated() {
          for k in p.means.indices {
            // Rounding leaves a trace where the true slope is zero.
            let mean = abs(p.meanSlopes[k * part.count + j]) > 1e-9 * abs(p.means[k])
            let noise = abs(p.noiseSlopes[k * part.count + j]) > 1e-9 * abs(p.noise[k])
            let known = moves[free.name] ?? (false, false)
            if mean || noise { moves[free.name] = (known.mean || mean, known.noise || noise) }
          }
        }
      }
    }
    self.moves = moves
    self.isKnown = isKnown
  }

  /// Takes parameters without influence out of the plan. With pooled donors the counter's own noise
  /// is held too: the scatter of such data is the spread between donors.
  func prune(_ plan: inout ParameterPlan, pooled: Bool) {
    guard isKnown else { return }
    var kept: [ParameterPlan.Free] = []
    for free in plan.free {
      guard free.index != nil else {
        kept.append(free)
        continue
      }
      let move = moves[free.name]
      if move == nil {
        plan.heldBecause[free.name] = ParameterPlan.noInfluence
      } else if pooled, move?.mean == false {
        plan.heldBecause[free.name] = "held: pooled donors, the scatter is between donors"
      } else {
        kept.append(free)
      }
    }
    plan.free = kept
  }
}

extension ParameterPlan {
  /// The mark of a parameter that no measurement depends on.
  static let noInfluence = "no influence"
}
