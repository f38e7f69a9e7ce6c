import Integration
import Lanes
import ModelLanguage

/// Many parameter draws of one culture at the same instants; one task's own.
///
/// Eight draws are advanced together with one shared step, which the draw that needs the shortest
/// decides. Draws are always joined with the same neighbours, the block of eight that their index
/// lies in, so a draw's result does not depend on who asks for it or on the number of threads.
/// A model with conditions, a block in which a draw fails, turns negative or turns stiff, and the
/// rest of a last block that is less than half full are simulated draw by draw.
public final class CultureEnsemble {
  /// Means and noise scales of the followed observables: instants x observables.
  public typealias Path = (means: [Double], noise: [Double])

  private let observables: [Int]
  private let instantCount: Int
  private let packs: Simulator<Pack8>?
  private let single: CultureSimulation
  private var block = -1
  private var paths: [Path?] = []
  /// Draws that were simulated one by one.
  public private(set) var aloneCount = 0

  /// Prepares a culture; `observables` are indices of those that are followed.
  public init(
    _ culture: Culture, instants: [Instant], observables: [Int],
    options: StepOptions = Culture.defaultOptions
  ) {
    self.observables = observables
    instantCount = instants.count
    single = CultureSimulation(culture, instants: instants, options: options)
    var shared = options
    // A block that needs more has a stiff draw; it goes on one by one, with implicit steps.
    shared.maximumSteps = min(options.maximumSteps, 2_000)
    packs =
      culture.model.guardCount == 0 && culture.method == nil
      ? Simulator(
        culture, instants: instants, options: shared,
        method: culture.ensembleMethod) : nil
  }

  /// The path of one draw of `count`; nil when its simulation ended early.
  ///
  /// `draw` gives the natural parameters of a draw in base units. Ask in the order of the indices:
  /// a block is kept until a draw of another one is asked for.
  public func path(_ index: Int, of count: Int, draw: (Int) -> [Double]) -> Path? {
    if index / Pack8.drawCount != block {
      block = index / Pack8.drawCount
      let first = block * Pack8.drawCount
      let members = (first..<min(first + Pack8.drawCount, count)).map(draw)
      paths =
        (members.count > Pack8.drawCount / 2 ? together(members) : nil)
        ?? members.map { parameters in
          aloneCount += 1
          return try? single.observe(parameters, observables)
        }
    }
    return paths[index - block * Pack8.drawCount]
  }

  /// Up to eight draws in one pack; nil when one of them cannot go on with the others.
  private func together(_ members: [[Double]]) -> [Path?]? {
    guard let packs, let last = members.last else { return nil }
    let parameters = last.indices.map { parameter in
      var pack = Pack8(last[parameter])
      for (draw, values) in members.enumerated() { pack[draw] = values[parameter] }
      return pack
    }
    let empty = [Double](repeating: .nan, count: instantCount * observables.count)
    var paths = members.map { _ in (means: empty, noise: empty) }
    var isSound = true
    let failure = packs.run(parameters) { instant, evaluator, sight in
      isSound = isSound && packs.isNotNegative(sight.state)
      for (k, observable) in observables.enumerated() {
        let (mean, noise) = (evaluator.mean(observable), evaluator.noise(observable))
        for draw in members.indices {
          paths[draw].means[instant * observables.count + k] = mean[draw]
          paths[draw].noise[instant * observables.count + k] = noise[draw]
        }
      }
    }
    return failure == nil && isSound ? paths : nil
  }
}

extension Simulator where Number == Pack8 {
  /// True when no draw has a state clearly below its bound.
  func isNotNegative(_ state: UnsafePointer<Pack8>) -> Bool {
    for i in 0..<system.dimension where leastStates[i] == 0 && state[i].values.min() < -1e-9 {
      return false
    }
    return true
  }
}
