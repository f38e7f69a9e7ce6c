import Integration
import Lanes
import ModelLanguage

/// Many parameter draws of one culture at the same instants; one task's own.
///
/// Eight draws are advanced together with one shared step, which the draw that needs the shortest
/// decides. Draws are always joined with the same neighbours, the block of eight that their index
/// lies in, so a draw's result does not depend on who asks for it or on the number of threads.
/// A model with conditions, a block in which a draw fails, turns negative or turns stiff, and the
/// rest of a last block that is at most half full are simulated draw by draw.
public final class CultureEnsemble {
  private let instants: [Instant]
  private let model: Model
  private let outerVolume: Double
  private let packs: DrawBlock?
  private let single: CultureSimulation
  private var block = -1
  private var paths: [[Snapshot]?] = []
  /// Draws that were simulated one by one.
  public private(set) var aloneCount = 0

  /// Prepares a culture.
  public init(
    _ culture: Culture, instants: [Instant], options: StepOptions = Culture.defaultOptions
  ) {
    self.instants = instants
    model = culture.model
    outerVolume = culture.outerVolume
    single = CultureSimulation(culture, instants: instants, options: options)
    packs = DrawBlock(culture, instants: instants, options: options)
  }

  /// The culture at the instants for one draw of `count`; nil when its simulation ended early.
  ///
  /// `draw` gives the natural parameters of a draw in base units, or nil when there is no such
  /// draw. Ask in the order of the indices: a block is kept until a draw of another is asked for.
  public func path(_ index: Int, of count: Int, draw: (Int) -> [Double]?) -> [Snapshot]? {
    if index / DrawBlock.size != block {
      block = index / DrawBlock.size
      let first = block * DrawBlock.size
      let members = (first..<min(first + DrawBlock.size, count)).map(draw)
      let complete = members.compactMap { $0 }
      let isWorthIt = complete.count == members.count && DrawBlock.isWorthIt(complete.count)
      paths =
        (isWorthIt ? together(complete) : nil)
        ?? members.map { parameters in
          aloneCount += 1
          return parameters.flatMap { try? single.run($0) }
        }
    }
    return paths[index - block * DrawBlock.size]
  }

  /// Up to eight draws in one pack; nil when one of them cannot go on with the others.
  private func together(_ members: [[Double]]) -> [[Snapshot]?]? {
    guard let packs else { return nil }
    var paths = members.map { _ in [Snapshot?](repeating: nil, count: instants.count) }
    let observables = model.observables.indices
    let isWhole = packs.run(members) { index, evaluator, sight in
      for draw in members.indices {
        paths[draw][index] = Snapshot(
          instant: instants[index], means: observables.map { evaluator.mean($0)[draw] },
          noise: observables.map { evaluator.noise($0)[draw] },
          amounts: model.states.indices.map { i in
            sight.amount(i, of: model, outerVolume: outerVolume)[draw]
          }, volume: sight.volume[draw], kept: sight.kept[draw], firings: [])
      }
    }
    return isWhole ? paths.map { $0.compactMap { $0 } } : nil
  }
}

extension Sight {
  /// Amount of a state: 1e6 cells, umol; a per-cell state as it is.
  func amount(_ index: Int, of model: Model, outerVolume: Double) -> Number {
    switch Seat(model.states[index]) {
    case .perCell: state[index]
    case .cells, .solute: state[index] * reference
    case .outer: Number.scaled(state[index], by: outerVolume)
    }
  }
}
