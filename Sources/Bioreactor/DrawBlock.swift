import Integration
import Lanes
import ModelLanguage

/// Up to eight parameter draws of one culture in one pass; one task's own.
///
/// They share each step, which the draw that needs the shortest decides, so a draw's result depends
/// on its neighbours within the tolerance of the steps.
final class DrawBlock {
  /// Draws in a full block.
  static let size = Pack8.drawCount

  private let simulator: Simulator<Pack8>

  /// Prepares a culture; nil for a model with conditions and a culture of a given method, whose draws
  /// go one by one.
  init?(_ culture: Culture, instants: [Instant], options: StepOptions) {
    guard culture.model.guardCount == 0, culture.method == nil else { return nil }
    var shared = options
    // A block that needs more has a stiff draw; it goes on one by one, with implicit steps.
    shared.maximumSteps = min(options.maximumSteps, 2_000)
    simulator = Simulator(
      culture, instants: instants, options: shared, method: culture.ensembleMethod(for: options))
  }

  /// Whether so many draws are faster together than one by one.
  static func isWorthIt(_ count: Int) -> Bool { count > size / 2 }

  /// Simulates 1 to 8 draws, natural parameters in base units; false when one of them cannot go on with
  /// the others.
  ///
  /// `visit` is called at each instant, in any order, with all draws side by side.
  func run(
    _ members: [[Double]], _ visit: (_ index: Int, Evaluator<Pack8>, Sight<Pack8>) -> Void
  ) -> Bool {
    guard let last = members.last else { return true }
    let parameters = last.indices.map { parameter in
      var pack = Pack8(last[parameter])
      for (draw, values) in members.enumerated() { pack[draw] = values[parameter] }
      return pack
    }
    return simulator.run(parameters, look: visit) == nil
  }
}
